// Does what the state asks of the world outside, and tells what came of it.
import type { Me } from '../../../shared/api.js';
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Errand } from './errands.js';
import type { Happening } from './happenings.js';
import type { ExplorerState } from './state.js';

export interface ErrandRunnerOptions {
  client: Client;
  terminal: Terminal;
  /** @throws Problem */
  login(email: string, password: string): Promise<Me>;
  tell(happening: Happening): void;
  fail(error: unknown): void;
  repaint(): void;
}

export interface ErrandRunner {
  /** @param state the one that asked for it */
  run(errand: Errand, state: ExplorerState): void;
}

export function createErrandRunner(options: ErrandRunnerOptions): ErrandRunner {
  const { terminal, login, tell, fail, repaint } = options;

  /** What is asked for goes on by itself; a problem is told as `refused` says. */
  function start(work: () => Promise<Happening>, refused: (problem: Problem) => Happening): void {
    work().then(tell, (error: unknown) => {
      if (error instanceof Problem) tell(refused(error));
      else fail(error);
    });
  }

  return {
    run(errand, state) {
      switch (errand.what) {
        case 'mouse':
          return terminal.reportMouse(errand.on);
        case 'stop':
          return terminal.stop();
        case 'repaint':
          return repaint();
        case 'login': {
          const { email = '' } = state.me;
          return start(
            async () => ({ what: 'signed-in', me: await login(email, errand.password) }),
            ({ message }) => ({ what: 'not-signed-in', reason: message }),
          );
        }
      }
    },
  };
}
