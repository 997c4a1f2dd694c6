// The actions of the lines in which one types: the filter of the whole log, the search in what is loaded, the
// password of a session that has ended.
import { formatFilterLine } from '../../filter-line.js';
import { found } from '../events/search.js';
import { askedLine } from '../lines/asked-line.js';
import { askedFilter, filterToChange, withCompletion } from '../lines/filter-prompt.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES } from './action.js';
import { pivoted } from './path.js';
import { type ExplorerState, lineOfStep, stepOf, withErrand, withList } from './state.js';

/** Filter lines that are remembered. */
const MOST_REMEMBERED = 50;

function openFilter(state: ExplorerState): ExplorerState {
  const asked = filterToChange(lineOfStep(state));
  return { ...state, prompt: { what: 'filter', ...asked, recalled: undefined } };
}

/** A step more with what the line asks for, or what is wrong with it. */
function acceptFilter(state: ExplorerState, { now }: { now: number }): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'filter') return state;
  const asked = askedFilter(prompt, now);
  if ('wrong' in asked) return { ...state, prompt: asked.wrong };
  const { filter, text } = asked;
  const line = formatFilterLine(filter);
  const closed = { ...state, prompt: undefined };
  if (line === formatFilterLine(stepOf(state).list.filter)) return closed;
  const history = [...state.history.filter(known => known !== text), text].slice(-MOST_REMEMBERED);
  return pivoted(
    { ...closed, history },
    {
      label: text === '' ? 'everything' : text,
      filter,
      typed: text,
    },
  );
}

/** A filter line of before (-1) or after (1). */
function recalled(state: ExplorerState, by: 1 | -1): ExplorerState {
  const { prompt, history } = state;
  if (prompt?.what !== 'filter' || history.length === 0) return state;
  const at = (prompt.recalled ?? history.length) + by;
  const text = history[at];
  if (at >= history.length) return { ...state, prompt: { ...prompt, ...askedLine(), recalled: undefined } };
  return text === undefined ? state : { ...state, prompt: { ...prompt, ...askedLine(text), recalled: at } };
}

const complete =
  (way: 1 | -1) =>
  (state: ExplorerState): ExplorerState => {
    const { prompt } = state;
    if (prompt?.what !== 'filter') return state;
    return { ...state, prompt: withCompletion(prompt, stepOf(state).list.rows, way) };
  };

function acceptSearch(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'search') return state;
  const next = { ...state, prompt: undefined, search: prompt.line.text };
  return next.search === '' ? next : toMatch(next, stepOf(next).list.selected, 1);
}

function toMatch(state: ExplorerState, start: number, way: 1 | -1): ExplorerState {
  const { list } = stepOf(state);
  const { selected = list.selected, notice } = found(list, state.search, start, way);
  return { ...withList(state, { ...list, selected }), notice };
}

const nextMatch = (way: 1 | -1) => (state: ExplorerState) =>
  toMatch(state, stepOf(state).list.selected + way, way);

const notSearched = (state: ExplorerState) =>
  state.search === '' ? 'nothing has been searched for' : undefined;

const closed = (state: ExplorerState): ExplorerState => ({ ...state, prompt: undefined });

/** The view stops at the last one. */
function movedInPalette(state: ExplorerState, by: 1 | -1): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'palette') return state;
  return { ...state, prompt: { ...prompt, choice: Math.max(0, prompt.choice + by) } };
}

function sendPassword(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'password' || prompt.busy || prompt.line.text === '') return state;
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true, fault: undefined } },
    { what: 'login', password: prompt.line.text },
  );
}

export const ASKING: readonly ExplorerAction[] = [
  {
    id: 'filter',
    keys: ['f'],
    label: 'filter the whole log',
    footer: 'filter',
    places: IN_PANES,
    run: openFilter,
  },
  {
    id: 'accept-filter',
    keys: ['enter'],
    label: 'apply',
    footer: 'apply',
    places: ['filter'],
    run: acceptFilter,
  },
  {
    id: 'complete',
    keys: ['tab'],
    label: 'complete, then what else it can be',
    footer: 'complete',
    places: ['filter'],
    run: complete(1),
  },
  {
    id: 'complete-back',
    keys: ['shift+tab'],
    label: 'what it could be before that',
    places: ['filter'],
    run: complete(-1),
  },
  {
    id: 'older-line',
    keys: ['up'],
    label: 'the filter of before',
    footer: 'before',
    places: ['filter'],
    off: state => (state.history.length === 0 ? 'there was none before' : undefined),
    run: state => recalled(state, -1),
  },
  {
    id: 'newer-line',
    keys: ['down'],
    label: 'the filter after that',
    places: ['filter'],
    run: state => recalled(state, 1),
  },
  {
    id: 'search',
    keys: ['/'],
    label: 'search the loaded rows',
    footer: 'search',
    places: IN_PANES,
    run: state => ({ ...state, prompt: { what: 'search', ...askedLine() } }),
  },
  {
    id: 'next-match',
    keys: ['n'],
    label: 'next match',
    places: IN_PANES,
    off: notSearched,
    run: nextMatch(1),
  },
  {
    id: 'previous-match',
    keys: ['N'],
    label: 'previous match',
    places: IN_PANES,
    off: notSearched,
    run: nextMatch(-1),
  },
  {
    id: 'accept-search',
    keys: ['enter'],
    label: 'search',
    footer: 'search',
    places: ['search'],
    run: acceptSearch,
  },
  {
    id: 'run-chosen',
    keys: ['enter'],
    label: 'do it',
    footer: 'do it',
    places: ['palette'],
    run: state => state,
  },
  {
    id: 'choice-up',
    keys: ['up', 'ctrl+p'],
    label: 'the one above',
    places: ['palette'],
    run: state => movedInPalette(state, -1),
  },
  {
    id: 'choice-down',
    keys: ['down', 'ctrl+n'],
    label: 'the one below',
    places: ['palette'],
    run: state => movedInPalette(state, 1),
  },
  {
    id: 'send-password',
    keys: ['enter'],
    label: 'log in again',
    footer: 'log in',
    places: ['password'],
    run: sendPassword,
  },
  {
    id: 'close-line',
    keys: ['escape'],
    label: 'close',
    footer: 'close',
    places: ['filter', 'search', 'password', 'palette', 'file', 'delete'],
    run: closed,
  },
];
