// Does what the state asks of the world outside, and tells what came of it.
import type { Me } from '../../../shared/api.js';
import type { Client, RecordObject } from '../../../shared/client.js';
import { formatRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { copySequences } from '../terminal/clipboard.js';
import type { Terminal } from '../terminal/terminal.js';
import type { OutsideErrand } from './errands.js';
import { exportEvents } from './event-export.js';
import { formOf } from './form.js';
import type { Happening } from './happenings.js';
import type { ExplorerState } from './state.js';

export interface ErrandRunnerOptions {
  client: Client;
  terminal: Terminal;
  clock: () => number;
  /** @throws Problem */
  login(email: string, password: string): Promise<Me>;
  tell(happening: Happening): void;
  fail(error: unknown): void;
}

export interface ErrandRunner {
  /** @param state the one that asked for it */
  run(errand: OutsideErrand, state: ExplorerState): void;
  close(): void;
}

const because = ({ comment }: { comment: string }) => (comment === '' ? {} : { comment });

export function createErrandRunner(options: ErrandRunnerOptions): ErrandRunner {
  const { client, terminal, clock, login, tell, fail } = options;
  let exporting: AbortController | undefined;

  const refused = ({ message, details: { errors = [] } }: Problem): Happening => ({
    what: 'refused',
    reason: [message, ...errors.map(({ field, reason }) => `${field}: ${reason}`)].join(' '),
  });
  /** What is asked for goes on by itself; a problem is told. */
  function start(work: () => Promise<Happening>, problem: (problem: Problem) => Happening = refused): void {
    work().then(tell, (error: unknown) => {
      if (error instanceof Problem) tell(problem(error));
      else fail(error);
    });
  }

  function copy(
    { what: _, ...copyable }: Extract<OutsideErrand, { what: 'copy' }>,
    { clipboard }: ExplorerState,
  ): void {
    const sequences = copySequences(copyable.text, { tmux: process.env.TMUX !== undefined });
    if (sequences !== undefined) terminal.write(sequences);
    const how = sequences === undefined ? 'too-long' : clipboard ? 'taken' : 'sent';
    tell({ what: 'copied', ...copyable, how });
  }

  function startExport(errand: Extract<OutsideErrand, { what: 'export' }>, state: ExplorerState): void {
    let begun = false;
    const onBegun = () => {
      begun = true;
    };
    start(
      () => exported(errand, state, onBegun),
      ({ message }) =>
        begun ? { what: 'work', work: undefined, notice: message } : { what: 'not-written', reason: message },
    );
  }

  async function exported(
    { file, filter }: Extract<OutsideErrand, { what: 'export' }>,
    state: ExplorerState,
    onBegun: () => void,
  ): Promise<Happening> {
    const stop = new AbortController();
    exporting = stop;
    const startedAt = clock();
    const all = Object.keys(filter.include).length + Object.keys(filter.exclude).length === 0;
    const total = all ? state.status?.storedSeq : undefined;
    const written = await exportEvents({
      client,
      filter,
      file,
      signal: stop.signal,
      onProgress(done) {
        onBegun();
        tell({ what: 'work', work: { name: `writing ${file}`, done, total, startedAt } });
      },
    });
    exporting = undefined;
    const events = `${written.toLocaleString('en-US')} events`;
    const notice = stop.signal.aborted ? `Stopped; ${file} has ${events}.` : `${file} has ${events}.`;
    return { what: 'work', work: undefined, notice };
  }

  async function edited({ target }: Extract<OutsideErrand, { what: 'edit-form' }>): Promise<Happening> {
    const type = await client.types.get(target.type);
    const { record, etag } = await client.records.get(target.type, target.id);
    return { what: 'form', form: formOf(type, record satisfies RecordObject, etag) };
  }

  async function saved(errand: Extract<OutsideErrand, { what: 'save' }>): Promise<Happening> {
    const { target, body, etag } = errand;
    const options = { minimal: true, ...because(errand) };
    if (target.id === undefined) {
      const { id } = await client.records.create(target.type, body, options);
      return { what: 'done', notice: `Created ${formatRef(target.type, id)}.` };
    }
    const condition = etag === undefined ? {} : { ifMatch: etag };
    await client.records.update(target.type, target.id, body, { ...options, ...condition });
    return { what: 'done', notice: `Updated ${formatRef(target.type, target.id)}.` };
  }

  return {
    run(errand, state) {
      switch (errand.what) {
        case 'mouse':
          return terminal.reportMouse(errand.on);
        case 'copy':
          return copy(errand, state);
        case 'stop-export':
          return exporting?.abort();
        case 'export':
          return startExport(errand, state);
        case 'login': {
          const { email = '' } = state.me;
          return start(
            async () => ({ what: 'signed-in', me: await login(email, errand.password) }),
            ({ message }) => ({ what: 'not-signed-in', reason: message }),
          );
        }
        case 'ask-types':
          return start(async () => {
            const { data } = await client.types.list();
            return { what: 'types', types: data.map(({ name }) => name) };
          });
        case 'new-form':
          return start(async () => ({ what: 'form', form: formOf(await client.types.get(errand.type)) }));
        case 'edit-form':
          return start(() => edited(errand));
        case 'save':
          return start(() => saved(errand));
        case 'delete':
          return start(async () => {
            await client.records.delete(errand.target.type, errand.target.id, because(errand));
            return { what: 'done', notice: `Deleted ${formatRef(errand.target.type, errand.target.id)}.` };
          });
        case 'preview-revert':
          return start(async () => {
            const plan = await client.audit.revert({ ...errand.request, preview: true });
            return { what: 'revert-plan', request: errand.request, plan };
          });
        case 'revert':
          return start(async () => {
            const condition = errand.etag === undefined ? {} : { ifMatch: errand.etag };
            const { type, id } = await client.audit.revert(errand.request, {
              ...condition,
              ...because(errand),
            });
            return { what: 'done', notice: `Undone on ${formatRef(type, id)}.` };
          });
      }
    },
    close: () => exporting?.abort(),
  };
}
