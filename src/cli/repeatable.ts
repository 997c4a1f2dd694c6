// Options that can be given more than once.

/** A commander argument parser that collects every value. */
export function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}
