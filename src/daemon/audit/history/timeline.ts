// Folds the events of one object into lines: one for each request that did something, and one for all views between
// two of them. Pure; takes the events in either order.

/** What folding needs of an event. */
export interface Occurred {
  seq: number;
  timestamp: number;
  isView: boolean;
  actor: string;
  /** How many occurrences it stands for. */
  count: number;
  requestId?: string;
}

/** A line with the events that it is made of. */
export interface Line<E extends Occurred> {
  /** What was done, by one request; empty for views alone. */
  done: E[];
  views: E[];
}

export interface Folding<E extends Occurred> {
  /** Takes the next event. @returns the lines that are over with it. */
  add(event: E): Line<E>[];
  /** The line that is still open. */
  rest(): Line<E>[];
}

export function foldEvents<E extends Occurred>(): Folding<E> {
  let open: Line<E> = { done: [], views: [] };

  const isOfOpenRequest = ({ requestId }: E) =>
    requestId !== undefined && open.done.length > 0 && open.done[0]!.requestId === requestId;

  function startWith(line: Line<E>): Line<E>[] {
    const over = open;
    open = line;
    return over.done.length + over.views.length === 0 ? [] : [over];
  }

  return {
    add(event) {
      if (isOfOpenRequest(event)) {
        (event.isView ? open.views : open.done).push(event);
        return [];
      }
      if (event.isView) {
        if (open.done.length > 0) return startWith({ done: [], views: [event] });
        open.views.push(event);
        return [];
      }
      // Backwards, the view that an answer was comes before the change that it shows.
      const own = event.requestId === undefined ? [] : takeOwn(open, event.requestId);
      return startWith({ done: [event], views: own });
    },
    rest: () => startWith({ done: [], views: [] }),
  };
}

/** Takes the last views of a request out of a line of views. */
function takeOwn<E extends Occurred>(line: Line<E>, requestId: string): E[] {
  if (line.done.length > 0) return [];
  let from = line.views.length;
  while (from > 0 && line.views[from - 1]!.requestId === requestId) from -= 1;
  return line.views.splice(from);
}

/** What a line says of its views. */
export function viewsOf(views: readonly Occurred[]) {
  return {
    count: views.reduce((sum, { count }) => sum + count, 0),
    actors: new Set(views.map(({ actor }) => actor)).size,
    firstAt: views.reduce((first, { timestamp }) => Math.min(first, timestamp), Number.POSITIVE_INFINITY),
    lastAt: views.reduce((last, { timestamp }) => Math.max(last, timestamp), 0),
  };
}
