// The two lines in which one types: the search in what is loaded, and the filter of the whole log.
import { formatFilterLine, parseFilterLine } from '../../filter-line.js';
import { matchFrom } from '../events/search.js';
import { candidates, completed, lineFaultOf } from '../lines/filter-prompt.js';
import { lineOf } from '../lines/line-input.js';
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
  return search === '' ? next : toMatch(next, next.selected, 1);
}

export function nextMatch(state: TableState, way: 1 | -1): TableState {
  return toMatch(state, state.selected + way, way);
}

function toMatch(state: TableState, start: number, way: 1 | -1): TableState {
  const match = matchFrom(state, state.search, start, way);
  if (match === undefined) {
    return { ...state, notice: `No loaded row has "${state.search}"; f filters the whole log.` };
  }
  const notice = match.wrapped ? 'The search went round.' : undefined;
  return settled({ ...state, selected: match.index, notice });
}

/** Asks for what the line says, or says what is wrong with it. */
export function acceptFilter(state: TableState, now: number): TableState {
  const lineFault = lineFaultOf(state.line.text, now);
  if (lineFault !== undefined) return { ...state, lineFault };
  const filter = parseFilterLine(state.line.text, now);
  const next = { ...state, place: 'table' as const, lineFault: undefined };
  if (formatFilterLine(filter) === formatFilterLine(state.filter)) return settled(next);
  return settled(asking(next, { filter }));
}

/** What Tab could make of the word at the cursor. */
export function offers(state: TableState): string[] {
  return state.place === 'filter' ? candidates(state.line, state.rows).candidates : [];
}

/** Completes the word at the cursor. */
export function complete(state: TableState): TableState {
  const line = completed(state.line, state.rows);
  if (line !== undefined) return { ...state, line, lineFault: undefined };
  const { cursor } = state.line;
  return { ...state, lineFault: { message: 'Nothing known begins like this.', start: cursor, end: cursor } };
}
