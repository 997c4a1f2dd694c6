// The two lines in which one types: the search in what is loaded, and the filter of the whole log.
import { formatFilterLine } from '../../filter-line.js';
import { found } from '../events/search.js';
import { askedLine } from '../lines/asked-line.js';
import { askedFilter, filterToChange, offers, withCompletion } from '../lines/filter-prompt.js';
import { asking, settled, type TableState } from './state.js';

export function openSearch(state: TableState): TableState {
  return settled({ ...state, prompt: { what: 'search', ...askedLine() } });
}

export function openFilter(state: TableState): TableState {
  return settled({ ...state, prompt: { what: 'filter', ...filterToChange(formatFilterLine(state.filter)) } });
}

/** Goes to the next row that holds the text, the one under the cursor included. An empty line forgets it. */
export function acceptSearch(state: TableState): TableState {
  const { prompt } = state;
  if (prompt?.what !== 'search') return state;
  const search = prompt.line.text;
  const next = settled({ ...state, prompt: undefined, search });
  return search === '' ? next : toMatch(next, next.selected, 1);
}

export function nextMatch(state: TableState, way: 1 | -1): TableState {
  return toMatch(state, state.selected + way, way);
}

function toMatch(state: TableState, start: number, way: 1 | -1): TableState {
  const { selected = state.selected, notice } = found(state, state.search, start, way);
  return settled({ ...state, selected, notice });
}

/** Asks for what the line says, or says what is wrong with it. */
export function acceptFilter(state: TableState, now: number): TableState {
  const { prompt } = state;
  if (prompt?.what !== 'filter') return state;
  const asked = askedFilter(prompt, now);
  if ('wrong' in asked) return { ...state, prompt: asked.wrong };
  const { filter } = asked;
  const next = { ...state, prompt: undefined };
  if (formatFilterLine(filter) === formatFilterLine(state.filter)) return settled(next);
  return settled(asking(next, { filter }));
}

/** What Tab could make of the word at the cursor. */
export function offered({ prompt, rows }: TableState): string[] {
  return prompt?.what === 'filter' ? offers(prompt, rows) : [];
}

/** Completes the word at the cursor, in one way or the other through what it can be. */
export function complete(state: TableState, way: 1 | -1): TableState {
  const { prompt, rows } = state;
  return prompt?.what === 'filter' ? { ...state, prompt: withCompletion(prompt, rows, way) } : state;
}
