// What the world tells the explorer. Pure: state in, state out.
import type { Me, Status } from '../../../shared/api.js';
import type { Problem } from '../../../shared/problem.js';
import type { Revert, RevertRequest } from '../../../shared/revert.js';
import { clamped, type EventList } from '../events/event-list.js';
import { type ListHappening, listHappened } from '../events/list-happenings.js';
import { goneOn } from '../events/list-moves.js';
import { askedLine, faulty } from '../lines/asked-line.js';
import type { TerminalHappening } from '../show.js';
import type { TerminalSize } from '../terminal/terminal.js';
import { type Answer, type QuestionKind, withAnswer, withoutFailures } from './answers.js';
import type { Copyable } from './errands.js';
import type { FormPrompt } from './form.js';
import { towardsGoal } from './path.js';
import {
  currentEvent,
  type ExplorerState,
  listLines,
  stepOf,
  type Work,
  withList,
  withStep,
} from './state.js';

/** Something that happened outside. */
export type Happening =
  | ListHappening
  | { what: 'answered'; key: string; answer: Answer<QuestionKind> }
  | { what: 'problem'; problem: Problem }
  | { what: 'status'; status: Status }
  | { what: 'signed-in'; me: Me }
  | { what: 'not-signed-in'; reason: string }
  | { what: 'notice'; notice: string }
  /** Something was copied, or it was not and is shown. */
  | ({ what: 'copied'; how: 'taken' | 'sent' | 'too-long' } & Copyable)
  | { what: 'work'; work: Work | undefined; notice?: string }
  /** The file that was named cannot be begun. */
  | { what: 'not-written'; reason: string }
  | { what: 'types'; types: readonly string[] }
  | { what: 'form'; form: FormPrompt }
  | { what: 'revert-plan'; request: RevertRequest; plan: Revert }
  /** What was to be saved, deleted or undone is, or is not. */
  | { what: 'done'; notice: string }
  | { what: 'refused'; reason: string }
  | TerminalHappening;

export function happened(state: ExplorerState, happening: Happening): ExplorerState {
  switch (happening.what) {
    case 'answered':
      return { ...state, answers: withAnswer(state.answers, happening.key, happening.answer) };
    case 'problem':
      return troubled(state, happening.problem);
    case 'status':
      return reached(withStatus(state, happening.status));
    case 'signed-in':
      return asked({ ...state, me: happening.me, prompt: undefined, notice: undefined });
    case 'not-signed-in':
      return state.prompt?.what === 'password'
        ? {
            ...state,
            prompt: faulty({ ...state.prompt, ...askedLine(), busy: false }, happening.reason),
          }
        : state;
    case 'notice':
      return { ...state, notice: happening.notice };
    case 'copied':
      return copied(state, happening);
    case 'work':
      return {
        ...state,
        work: happening.work,
        ...(state.prompt?.what === 'file' && state.prompt.busy ? { prompt: undefined } : {}),
        ...(happening.notice === undefined ? {} : { notice: happening.notice }),
      };
    case 'not-written':
      // The name stays to be mended, unless the line has been closed meanwhile.
      return state.prompt?.what === 'file'
        ? { ...state, prompt: faulty({ ...state.prompt, busy: false }, happening.reason) }
        : { ...state, notice: happening.reason };
    case 'types': {
      // What one looks at is what one most likely makes another of.
      const choice = Math.max(0, happening.types.indexOf(currentEvent(state)?.targetType ?? ''));
      return { ...state, prompt: { what: 'type', types: happening.types, choice } };
    }
    case 'form':
      return { ...state, prompt: happening.form };
    case 'revert-plan':
      return {
        ...state,
        prompt: {
          what: 'revert',
          request: happening.request,
          plan: happening.plan,
          busy: false,
          comment: '',
        },
      };
    case 'done':
      return { ...state, prompt: undefined, notice: happening.notice };
    case 'refused':
      return refused(state, happening.reason);
    case 'resized':
      return resized(state, happening.size);
    case 'interrupted':
      return { ...state, ended: 'interrupted' };
    default:
      return inList(state, happening);
  }
}

/** Tells the step whose query it is about: one can have gone on since. */
function inList(state: ExplorerState, happening: ListHappening): ExplorerState {
  const { list } = stepOf(state);
  if (happening.epoch !== list.epoch) return state;
  const lines = listLines(state);
  const settle = (one: EventList) => clamped(one, lines);
  const next = listHappened(list, happening, { settle, lines });
  const told = withList(state, next);
  if (happening.what === 'following') return connected(told, happening.following);
  return happening.what === 'loaded' ? wentOn(towardsGoal(told)) : told;
}

/** What was pressed before the rows were there is done from the event that one has come to. */
function wentOn(state: ExplorerState): ExplorerState {
  return withList(state, goneOn(stepOf(state).list, listLines(state)));
}

/** The same state where nothing of it is shown: a daemon that only grew older is no reason to draw. */
function withStatus(state: ExplorerState, status: Status): ExplorerState {
  const isSame = SHOWN_OF_STATUS.every(name => state.status?.[name] === status[name]);
  return isSame ? state : { ...state, status };
}
const SHOWN_OF_STATUS = ['storedSeq', 'backlog', 'logger', 'accepting'] as const;

function connected(state: ExplorerState, following: EventList['following']): ExplorerState {
  if (following === 'on') return reached(state);
  return following === 'lost' ? { ...state, connection: 'lost' } : state;
}

/** The daemon answered: what failed while it did not is asked again. */
function reached(state: ExplorerState): ExplorerState {
  if (state.connection === 'on') return state;
  const back = { ...state, connection: 'on' as const };
  return state.connection === 'lost' ? asked(back) : back;
}

/** Everything that failed is asked again. */
export function asked(state: ExplorerState): ExplorerState {
  const { list, followed } = stepOf(state);
  const following = followed && list.following === 'off' ? ('starting' as const) : list.following;
  return {
    ...withStep(state, { list: { ...list, fault: undefined, following } }),
    answers: withoutFailures(state.answers),
  };
}

function troubled(state: ExplorerState, problem: Problem): ExplorerState {
  if (problem.code === 'unauthenticated') return signedOut(state, problem);
  if (problem.code === 'unavailable') return { ...state, connection: 'lost' };
  return { ...state, notice: problem.message };
}

/** The password is asked for in place. */
function signedOut(state: ExplorerState, problem: Problem): ExplorerState {
  const { email } = state.me;
  if (state.prompt?.what === 'password') return state;
  if (email === undefined || !state.mayLogIn) return { ...state, notice: problem.message };
  return {
    ...state,
    prompt: { what: 'password', email, busy: false, ...askedLine() },
  };
}

function copied(
  state: ExplorerState,
  { name, text, how, as }: Extract<Happening, { what: 'copied' }>,
): ExplorerState {
  if (how === 'taken') return { ...state, notice: `Copied ${name}.` };
  const notice =
    how === 'sent'
      ? 'Sent to the clipboard; this terminal does not say whether it takes it, so here it is.'
      : 'Too long for the clipboard of a terminal, so here it is; x writes what is in view to a file.';
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    ...withStep(state, {
      overlay: {
        what: 'text',
        title,
        source: text.split('\n'),
        scroll: 0,
        ...(as === undefined ? {} : { as }),
      },
    }),
    notice,
  };
}

/** What was refused can be mended where it was typed. */
function refused(state: ExplorerState, reason: string): ExplorerState {
  const { prompt } = state;
  if (prompt?.what === 'confirm') {
    return { ...state, prompt: { ...prompt.form, fault: { message: reason, start: 0, end: 0 } } };
  }
  return { ...state, prompt: prompt?.what === 'revert' ? undefined : prompt, notice: reason };
}

function resized(state: ExplorerState, size: TerminalSize): ExplorerState {
  const next = { ...state, size };
  return withList(next, stepOf(next).list);
}
