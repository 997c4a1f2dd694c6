// What a mutation gives back beside its answer.

export interface Recorded<T> {
  answer: T;
  /** The ids of the events of this request, in their order. */
  eventIds: readonly string[];
}
