// Dividing a width among columns: those that want more than their share give way, all to one common level.

/** A column is not made narrower than this for the sake of others. */
export const NARROW = 6;

/**
 * Widths that together take at most `available`: columns that want more than their share are cut to one common
 * width, but none below its `least` (6 where nothing is said). Where even that is too much, the sum is larger.
 */
export function fitWidths(natural: number[], available: number, least: number[] = []): number[] {
  const total = (widths: number[]) => widths.reduce((sum, width) => sum + width, 0);
  if (total(natural) <= available) return natural;
  const atLeast = natural.map((width, index) => Math.min(width, least[index] ?? NARROW));
  const cutAt = (level: number) =>
    natural.map((width, index) => Math.max(Math.min(width, level), atLeast[index] ?? 0));
  let level = Math.max(...natural);
  while (level > 1 && total(cutAt(level)) > available) level -= 1;
  const widths = cutAt(level);
  let spare = available - total(widths);
  return widths.map((width, index) => {
    if (spare <= 0 || width >= (natural[index] ?? 0)) return width;
    spare -= 1;
    return width + 1;
  });
}
