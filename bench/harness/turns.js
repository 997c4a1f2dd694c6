// Measures sides in turns (A B A B …): a machine that is slow for a while is slow for all of them, so what counts
// is the ratio within a round.
import { median } from './numbers.js';

/**
 * @template {string} Side
 * @param {Record<Side, () => Promise<number>>} sides each gives one measurement
 * @param {number} rounds
 * @returns {Promise<Record<Side, number[]>>}
 */
export async function inTurns(sides, rounds) {
  const names = Object.keys(sides);
  const measured = Object.fromEntries(names.map(name => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Every other round goes the other way, so that nobody is always the one after another.
    for (const name of round % 2 ? names.toReversed() : names) measured[name].push(await sides[name]());
  }
  return measured;
}

/**
 * One side over another, round by round.
 * @param {number[]} over @param {number[]} under
 * @returns {{ value: number, low: number, high: number }} the median and the ends
 */
export function ratio(over, under) {
  const ratios = over.map((value, round) => value / under[round]);
  return { value: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
