// Serves the explorer: rows and following for the step where one is, the questions of what is shown, who and where
// one is, and how the daemon does.
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import { createFollower } from '../events/follower.js';
import { createRowLoader } from '../events/row-loader.js';
import type { Answer, Question, QuestionKind, Questions } from './answers.js';
import type { Happening } from './happenings.js';
import { busiestQuestions, openQuestions, wantedQuestions } from './questions.js';
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
/**
 * The daemon is asked how it does this often; while nothing happens and the log is followed, which says of itself
 * when the connection is lost, ever more seldom, to the latter at last.
 */
const STATUS_MS = 4000;
const RARE_STATUS_MS = 64_000;
/** While the log is followed, the busiest are counted again this often at most. */
const RECOUNT_MS = 3000;
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
  let statusMs = STATUS_MS;
  let cancelStatus: (() => void) | undefined;
  /** Up to where the log was known when the busiest of a step were counted. */
  let counted: { epoch: number; seq: number } | undefined;
  let cancelRecount: (() => void) | undefined;
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

  /** @param again there is an answer, which stays if there comes no other */
  async function pose(question: Question, again = false): Promise<void> {
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
        if (again) asking.delete(key);
        else answered({ state: 'failed', reason: problem.message });
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

  /** The busiest change with what comes in: counted again within the query that is recorded, it records nothing. */
  function serveRecount({ steps }: Pick<ExplorerState, 'steps'>): void {
    const { list } = stepOf({ steps });
    if (counted?.epoch !== list.epoch) counted = { epoch: list.epoch, seq: list.storedSeq };
    const isOld = list.storedSeq > counted.seq && list.within !== undefined;
    if (!isOld || list.following !== 'on' || cancelRecount !== undefined) return;
    cancelRecount = after(RECOUNT_MS, () => {
      cancelRecount = undefined;
      const now = latest;
      if (closed || now === undefined || stepOf(now).list.epoch !== list.epoch) return;
      counted = { epoch: list.epoch, seq: stepOf(now).list.storedSeq };
      const keys = new Set(Object.values(busiestQuestions(now)).map(({ key }) => key));
      // Only where they are in sight: what is not shown is not asked.
      const shown = wantedQuestions(now).filter(({ key }) => keys.has(key) && !asking.has(key));
      for (const question of shown) void pose(question, true);
    });
  }

  function askStatus(): void {
    cancelStatus = after(statusMs, () => {
      const isFollowed = latest !== undefined && stepOf(latest).list.following === 'on';
      statusMs = isFollowed ? Math.min(RARE_STATUS_MS, statusMs * 2) : STATUS_MS;
      askStatus();
    });
    void guarded(async () => {
      const status = await client.status();
      if (!closed) tell({ what: 'status', status });
    });
  }

  return {
    serve(state) {
      if (closed) return;
      if (latest === undefined) askStatus();
      if (state !== latest && statusMs > STATUS_MS) {
        statusMs = STATUS_MS;
        cancelStatus?.();
        askStatus();
      }
      latest = state;
      if (state.ended !== undefined) return;
      const { list } = stepOf(state);
      if (!isTooSmall(state)) rows.serve(list, listLines(state), knownSeq(state));
      follower.serve(list);
      serveQuestions(state);
      serveRecount(state);
    },
    close() {
      closed = true;
      resting?.cancel();
      cancelStatus?.();
      cancelRecount?.();
      follower.close();
    },
  };
}

/** How far the log is known to have come: what is followed from there misses nothing. */
function knownSeq({ status, steps }: ExplorerState): number | undefined {
  return status && Math.max(status.storedSeq, ...steps.map(({ list }) => list.storedSeq));
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
    const { data, next, removedThrough } = await client.audit.history(target, { limit: MOST_LINES });
    return { lines: data, more: next !== null, ...(removedThrough === undefined ? {} : { removedThrough }) };
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
