import type { ScoredSet } from './outcome.js';
import { quality, score } from './score.js';
import { type Target, targetsOf } from './targets.js';

/** The widest bucket of a forecast over two hours (src/trend/scales.ts): from there on the same beginnings come again. */
const WIDEST_MS = 10 * 60_000;

/** The fractional part of multiples of it spreads evenly, however many are taken (Weyl, 1916). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** `count` moments other than 0 at which recordings might have begun, ms, in whole seconds and spread over the widest bucket. */
export function otherBeginnings(count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const share = ((i + 1) * GOLDEN) % 1;
    return Math.round((share * WIDEST_MS) / 1000) * 1000;
  });
}

/** What each set's figures were at each of the other beginnings, by the name of the set. */
export type Beginnings = ReadonlyMap<string, readonly (readonly Target[])[]>;

export function targetsAtBeginnings(outcomes: readonly (readonly ScoredSet[])[]): Beginnings {
  const found = new Map<string, (readonly Target[])[]>();
  for (const sets of outcomes) {
    for (const { name, nodes } of sets) {
      const targets = targetsOf(name, score(nodes), quality(nodes));
      found.set(name, [...(found.get(name) ?? []), targets]);
    }
  }
  return found;
}
