// Serves the explorer: rows and following for the step where one is, the questions of what is shown, who and where
// one is, and how the daemon does.
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import { createFollower } from '../events/follower.js';
import { createRowLoader } from '../events/row-loader.js';
import type { Answer, Question, QuestionKind, Questions } from './answers.js';
import type { Happening } from './happenings.js';
import { openQuestions } from './questions.js';
import { sampleOf } from './sample.js';
import { type ExplorerState, isTooSmall, listLines, stepOf } from './state.js';

export interface LoaderOptions {
  client: Client;
  tell(happening: Happening): void;
  /** Something that is no problem of the daemon's: the program is wrong, and ends. */
  fail(error: unknown): void;
  /** Runs `later` after `ms`, unless cancelled by the function that it answers. */
  after(ms: number, later: () => void): () => void;
}

export interface Loader {
  /** Looks at the state and does what it lacks. */
  serve(state: ExplorerState): void;
  close(): void;
}

/** A cursor that rests for so long is where somebody looks. */
const REST_MS = 120;
/** The daemon is asked how it does this often. */
const STATUS_MS = 4000;
/** Most events of one request that the detail lists. */
const MOST_RELATED = 50;
/** Lines of a history that are shown. */
const MOST_LINES = 500;

export function createLoader({ client, tell, fail, after }: LoaderOptions): Loader {
  const onProblem = (problem: Problem) => tell({ what: 'problem', problem });
  const rows = createRowLoader({ client, tell, onProblem, fail });
  const follower = createFollower({ client, tell, onProblem, fail, after });
  const asking = new Set<string>();
  let latest: ExplorerState | undefined;
  let resting: { keys: string; cancel(): void } | undefined;
  let cancelStatus: (() => void) | undefined;
  let closed = false;

  /** Runs `work`, telling what it was told, or of the problem. */
  async function guarded(work: () => Promise<void>, problem = onProblem): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (closed) return;
      if (error instanceof Problem) problem(error);
      else fail(error);
    }
  }

  async function pose(question: Question): Promise<void> {
    const { key } = question;
    const within = latest === undefined ? undefined : stepOf(latest).list.within;
    asking.add(key);
    const answered = (answer: Answer<QuestionKind>) => {
      asking.delete(key);
      if (!closed) tell({ what: 'answered', key, answer });
    };
    await guarded(
      async () =>
        answered({
          state: 'answered',
          value: await answerOf(client, question, within === undefined ? {} : { within }),
        }),
      problem => {
        if (problem.code === 'unauthenticated') onProblem(problem);
        answered({ state: 'failed', reason: problem.message });
      },
    );
  }

  function serveQuestions(state: ExplorerState): void {
    const open = openQuestions(state).filter(({ key }) => !asking.has(key));
    for (const question of open) if (!question.patient) void pose(question);
    const patient = open.filter(question => question.patient);
    const keys = patient.map(({ key }) => key).join('\n');
    if (resting?.keys === keys) return;
    resting?.cancel();
    resting = undefined;
    if (patient.length === 0) return;
    const cancel = after(REST_MS, () => {
      resting = undefined;
      if (latest === undefined) return;
      const still = openQuestions(latest).filter(one => one.patient && !asking.has(one.key));
      for (const question of still) void pose(question);
    });
    resting = { keys, cancel };
  }

  function askStatus(): void {
    cancelStatus = after(STATUS_MS, askStatus);
    void guarded(async () => {
      const status = await client.status();
      if (!closed) tell({ what: 'status', status });
    });
  }

  return {
    serve(state) {
      if (closed) return;
      if (latest === undefined) askStatus();
      latest = state;
      if (state.ended !== undefined) return;
      const { list } = stepOf(state);
      if (!isTooSmall(state)) rows.serve(list, listLines(state));
      follower.serve(list);
      serveQuestions(state);
    },
    close() {
      closed = true;
      resting?.cancel();
      cancelStatus?.();
      follower.close();
    },
  };
}

type Asking = {
  [Kind in QuestionKind]: (
    client: Client,
    ask: Questions[Kind]['ask'],
    query: Within,
  ) => Promise<Questions[Kind]['answer']>;
};

/** The query whose events are shown: what follows from them is recorded with it. */
interface Within {
  within?: string;
}

const ASKING: Asking = {
  summary: async (client, { filter, by, limit }, query) => {
    const { data, partial } = await client.audit.summary({ ...filter, limit, ...query }, by);
    return { rows: data, partial: partial === true };
  },
  state: (client, { target, seq }, query) => client.audit.state(target, { seq, ...query }),
  days: async (client, { filter, timeZone }, query) => {
    const { days, partial } = await client.audit.stats({ ...filter, timeZone, limit: 1, ...query });
    return { days, partial: partial === true };
  },
  sample: (client, { filter }) => sampleOf(client, filter),
  live: async (client, { target }) => (await client.records.get(target.type, target.id)).record,
  blame: (client, { target, seq }, query) => client.audit.blame(target, { seq, ...query }),
  history: async (client, { target }) => {
    const page = await client.audit.history(target, { limit: MOST_LINES });
    return { lines: page.data, more: page.next !== null };
  },
  request: async (client, { requestId }, query) => {
    const page = await client.audit.events({
      include: { requestId: [requestId] },
      order: 'asc',
      limit: MOST_RELATED,
      ...query,
    });
    return { events: page.data, more: page.next !== null };
  },
};

function answerOf(
  { ...client }: Client,
  { kind, ask }: Question,
  query: Within,
): Promise<Questions[QuestionKind]['answer']> {
  const asked = ASKING[kind] as (
    client: Client,
    ask: Question['ask'],
    query: Within,
  ) => Promise<Questions[QuestionKind]['answer']>;
  return asked(client, ask, query);
}
