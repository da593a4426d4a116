import { extremes } from '../estimators/order.js';
import type { ShapeModel } from './shape.js';

/** A crest is a rise of this share of all that was seen, and a fall of as much after it. */
const CREST = 0.35;

/** Two crests make a period; more of them may differ by this share of it. */
const LEAST_CRESTS = 2;
const UNEVEN = 0.35;

/** More crests than these are not needed to see a period. */
const MOST_CRESTS = 16;

const crestAt = new Int32Array(MOST_CRESTS);
const troughAt = new Int32Array(MOST_CRESTS + 1);

/**
 * A level that comes and goes and comes back: y = crests and troughs a period apart, joined by a cosine, with a drift from
 * crest to crest. It reaches the limit at the first crest that is high enough, or never. Crests are found by a zigzag, the period is their
 * mean distance; the score widens the drift by what crests differ.
 */
export const periodic: ShapeModel = {
  shape: 'periodic',
  over: 'whole',
  prior: 0.04,
  fit({ x, y }, from, to) {
    if (to - from < 8) return null;
    const crests = findCrests(y, from, to);
    if (crests < LEAST_CRESTS) return null;
    const last = crestAt[crests - 1];
    const period = (x[last] - x[crestAt[0]]) / (crests - 1);
    for (let i = 1; i < crests; i++) {
      if (Math.abs(x[crestAt[i]] - x[crestAt[i - 1]] - period) > UNEVEN * period) return null;
    }
    // A crest that is long overdue will not come.
    const phaseNow = (x[to - 1] - x[last]) / period;
    if (!(period > 0) || phaseNow > 1 + UNEVEN) return null;
    let trough = 0;
    for (let i = 0; i < crests; i++) trough += y[troughAt[i]];
    trough /= crests;
    const height = y[last];
    const lastAt = x[last];
    const drift = (y[last] - y[crestAt[0]]) / (crests - 1);
    let deviation = 0;
    for (let i = 1; i < crests; i++) deviation += Math.abs(y[crestAt[i]] - y[crestAt[i - 1]] - drift);
    deviation = deviation / crests + 0.02 * (height - trough);
    const level = (at: number, normal: number): number => {
      const phase = (at - lastAt) / period;
      const middle = (height + trough) / 2;
      return (
        middle +
        ((height - trough) / 2) * Math.cos(2 * Math.PI * phase) +
        (drift + normal * deviation) * phase
      );
    };
    return {
      level,
      crossing(target, at, normal) {
        if (level(at, normal) >= target) return at;
        const rise = drift + normal * deviation;
        const next = height + Math.max(1, Math.ceil(phaseNow)) * rise;
        if (next >= target) return Math.max(at, lastAt + Math.max(1, Math.ceil(phaseNow)) * period);
        if (!(rise > 0)) return Number.POSITIVE_INFINITY;
        return Math.max(at, lastAt + Math.ceil((target - height) / rise) * period);
      },
    };
  },
};

/** Fills `crestAt` and `troughAt` (the trough before each crest); returns how many crests there are. */
function findCrests(y: Float64Array, from: number, to: number): number {
  const { low, high } = extremes(y, from, to);
  const swing = CREST * (high - low);
  if (!(swing > 0)) return 0;
  let crests = 0;
  let trough = from;
  let crest = from;
  let isRising = false;
  for (let i = from + 1; i < to && crests < MOST_CRESTS; i++) {
    if (isRising) {
      if (y[i] > y[crest]) crest = i;
      if (y[crest] - y[i] < swing) continue;
      crestAt[crests] = crest;
      troughAt[crests++] = trough;
      isRising = false;
      trough = i;
    } else {
      if (y[i] < y[trough]) trough = i;
      if (y[i] - y[trough] < swing) continue;
      isRising = true;
      crest = i;
    }
  }
  return crests;
}
