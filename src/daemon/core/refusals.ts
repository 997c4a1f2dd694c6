// What is recorded of requests that came to nothing: bad tokens, refusals of the policy, failures.
import type { ObjectRef } from '../../shared/object-ref.js';
import type { Problem } from '../../shared/problem.js';
import type { Action } from '../../shared/vocabulary.js';
import type { DataLayer } from '../data/data-layer.js';
import { actorOf, anonymousActor, type Caller, type RequestFacts } from './caller.js';

/** What a request wanted, as far as it is known. */
export interface Attempt {
  action: Action;
  /** The object that it was about. */
  target: ObjectRef;
  /** `GET /v1/records/:type`, never what a stranger wrote. */
  route: string;
}

export function createRefusals({ data }: { data: DataLayer }) {
  return {
    /** Records what `problem` is to the log: nothing for malformed requests, an event for the others. */
    async record(
      problem: Problem,
      attempt: Attempt,
      facts: RequestFacts,
      caller: Caller | undefined,
    ): Promise<void> {
      const { action, target, route } = attempt;
      const reason = problem.details.reason ?? problem.message;
      if (caller === undefined) {
        // A refused sign-in is an event of its own (`session.refused`).
        if (problem.code !== 'unauthenticated' || route === 'POST /v1/sessions') return;
        await data.as(anonymousActor(facts)).occurred({
          action,
          outcome: 'denied',
          target: { type: 'routes', id: route },
          eventName: 'authentication.failed',
          reason,
        });
        return;
      }
      if (problem.code === 'forbidden') {
        await data
          .as(actorOf(caller))
          .occurred({ action, outcome: 'denied', target, eventName: 'access.denied', reason });
      } else if (['not_found', 'conflict', 'precondition_failed'].includes(problem.code)) {
        await data.as(actorOf(caller)).occurred({
          action,
          outcome: 'failure',
          target,
          eventName: 'request.failed',
          reason: problem.code,
        });
      }
    },
  };
}

export type Refusals = ReturnType<typeof createRefusals>;
