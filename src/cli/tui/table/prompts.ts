// The two lines in which one types: the search in what is loaded, and the filter of the whole log.

import { eventTerms } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { FILTER_WORDS } from '../../commands/audit/filter-options.js';
import { filterCompletions, formatFilterLine, parseFilterLine } from '../../filter-line.js';
import { lineOf } from '../line-input.js';
import { COLUMN_NAMES, contentColumn } from './columns.js';
import { asking, settled, type TableState } from './state.js';

export function openSearch(state: TableState): TableState {
  return settled({ ...state, place: 'search', line: lineOf(''), lineFault: undefined });
}

export function openFilter(state: TableState): TableState {
  const text = formatFilterLine(state.filter);
  return settled({
    ...state,
    place: 'filter',
    line: lineOf(text === '' ? '' : `${text} `),
    lineFault: undefined,
  });
}

/** Goes to the next row that holds the text, the one under the cursor included. An empty line forgets it. */
export function acceptSearch(state: TableState): TableState {
  const search = state.line.text;
  const next = settled({ ...state, place: 'table', search });
  if (search === '') return next;
  return matchFrom(next, next.selected, 1);
}

export function nextMatch(state: TableState, way: 1 | -1): TableState {
  return matchFrom(state, state.selected + way, way);
}

function matchFrom(state: TableState, start: number, way: 1 | -1): TableState {
  const { rows, search } = state;
  for (let step = 0; step < rows.length; step += 1) {
    const index = (((start + way * step) % rows.length) + rows.length) % rows.length;
    const row = rows[index];
    if (row === undefined || !holds(row, search)) continue;
    const wrapped = way === 1 ? index < start : index > start;
    const notice = wrapped ? 'The search went round.' : undefined;
    return settled({ ...state, selected: index, notice });
  }
  return {
    ...state,
    notice: `No loaded row has "${search}"; f filters the whole log.`,
  };
}

/** Whether a row shows the text; capital letters matter only if the text has some. */
export function holds(row: DataEvent, search: string): boolean {
  const exact = search !== search.toLowerCase();
  return COLUMN_NAMES.some(name => {
    if (name === 'time') return false;
    const cell = contentColumn(name).cell(row);
    return (exact ? cell : cell.toLowerCase()).includes(search);
  });
}

/** Asks for what the line says, or says what is wrong with it. */
export function acceptFilter(state: TableState, now: number): TableState {
  try {
    const filter = parseFilterLine(state.line.text, now);
    const next = { ...state, place: 'table' as const, lineFault: undefined };
    if (formatFilterLine(filter) === formatFilterLine(state.filter)) return settled(next);
    return settled(asking(next, { filter }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...state, lineFault: inLineWords(error.message) };
  }
}

/** The words of the options are those of the line, without their dashes. */
function inLineWords(message: string): string {
  return message.replace(/^--not /, '-').replace(/^--/, '');
}

/** What Tab could make of the word at the cursor. */
export function candidates(state: TableState) {
  const { text, cursor } = state.line;
  return filterCompletions(text, cursor, word => seenValues(state.rows, word));
}

/** Completes as far as all candidates agree; when they already do, the first of them. */
export function completed(state: TableState): TableState {
  const { start, end, candidates: found } = candidates(state);
  const [first] = found;
  if (first === undefined) return { ...state, lineFault: 'Nothing known begins like this.' };
  const typed = state.line.text.slice(start, state.line.cursor);
  const common = commonStart(found);
  const word = common.length > typed.length ? common : first;
  const done = found.length === 1 && !word.endsWith(':');
  const text = state.line.text.slice(0, start) + word + (done ? ' ' : '') + state.line.text.slice(end);
  return { ...state, line: { text, cursor: start + word.length + (done ? 1 : 0) }, lineFault: undefined };
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** Most values that are offered. */
const MOST_SEEN = 50;

function seenValues(rows: readonly DataEvent[], word: string): string[] {
  const key = FILTER_WORDS.find(filter => filter.word === word)?.key;
  const values = new Set<string>();
  for (const row of rows) {
    for (const [term, value] of eventTerms(row)) if (term === key) values.add(value);
    if (values.size >= MOST_SEEN) break;
  }
  return [...values].sort();
}
