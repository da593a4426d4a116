import type { Label } from '../read/labels.js';
import type { Series } from '../read/series.js';
import { IN_TIME_S } from './judge.js';

/** As high as now, and released, as shares of the rise up to now. */
const AS_HIGH = 0.75;
const RELEASED = 0.5;

/** Why nobody could have caught a breach by the definition; undefined where it could be done. */
export function whyOutOfReach(label: Label, firstHeard: number): string | undefined {
  if (label.outcome !== 'breach') return undefined;
  const heard = label.breach_s - firstHeard;
  if (heard < IN_TIME_S) return `the recording begins ${Math.round(heard / 60)} min before the breach`;
  const grown = label.breach_s - label.onset_s;
  if (grown < IN_TIME_S) return `the growth begins ${Math.round(grown / 60)} min before the breach`;
  return undefined;
}

/**
 * Whether use, by the second `at`, had risen about as far before and lost half of that again. Without, nothing in the past of the
 * node tells the rise that is going on from a leak.
 */
export function wasReleasedBefore({ times, values }: Series, at: number): boolean {
  const past = values.filter((_, i) => times[i] <= at);
  if (past.length === 0) return false;
  const lowest = past.reduce((least, value) => Math.min(least, value));
  const rise = past[past.length - 1] - lowest;
  let hasBeenHigh = false;
  for (const value of past) {
    if (value >= lowest + AS_HIGH * rise) hasBeenHigh = true;
    else if (hasBeenHigh && value <= lowest + (1 - RELEASED) * rise) return true;
  }
  return false;
}
