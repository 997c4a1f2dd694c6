// The same daemon without a log: its data layer keeps all its rules and makes no events, so a view needs no commit.

/** In the place of recordingScopes (src/daemon/data/recording-scopes.ts). */
export const silentScopes =
  ({ commits, capacity, now }) =>
  actor => {
    const emit = () => undefined;
    const scope = {
      actor,
      eventIds: [],
      async commit(need, work) {
        capacity.admit(need);
        return need === 'view' ? work({ now: now(), emit }) : commits.run(() => work({ now: now(), emit }));
      },
    };
    return { durable: scope, records: scope };
  };
