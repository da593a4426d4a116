import { weightOf } from './evidence.js';
import type { LevelReader, Levels } from './levels.js';
import type { Cause, Growth, Resource } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';
import { leastSquaresResidual } from './shapes/least-squares.js';
import type { Candidate } from './weigh.js';
import { pauseShare, type Window } from './window.js';

/** What the question for the cause is answered from. */
export interface Traces {
  readonly process: ProcessTrend;
  readonly window: Window;
  readonly levels: Levels;
  readonly reader: LevelReader;
  readonly resource: Resource;
  readonly growth: Growth | null;
  readonly candidates: readonly Candidate[];
}

/** A deploy is blamed when growth is so many times what it was before. */
const FASTER_THAN_BEFORE = 3;

/** Traffic is blamed when it has grown by this much and explains the level this well, and better than its sum does. */
const TRAFFIC_GROWN = 1.5;
const EXPLAINED = 0.85;
const BETTER = 0.8;

/** The load-driven shapes are believed when they have most of the weight. */
const MOSTLY = 0.5;

/** Collection is behind when it takes this share of the time, and so many times what it took before. */
const PAUSED = 0.25;
const PAUSED_MORE = 2;

/** Buckets are gathered into so many groups: rates of single buckets are noise. */
const GROUPS = 16;

/**
 * Why a breach is expected, the most telling first: growth that began with a deploy, a level that follows traffic, else
 * the part of memory that grew, live heap or what lies outside of it.
 */
export function causeOf(traces: Traces): Cause {
  if (beganWithVersion(traces)) return 'version';
  if (collectionFallsBehind(traces)) return 'gc';
  if (isLoad(traces)) return 'load';
  return isNative(traces) ? 'native' : 'leak';
}

function beganWithVersion({ process, resource, growth }: Traces): boolean {
  const before = process.lives.at(-1);
  if (before?.endedBy !== 'version' || !growth) return false;
  const perHour = resource === 'rss' ? before.rssPerHour : before.heapPerHour;
  return growth.perHour > FASTER_THAN_BEFORE * Math.max(0, perHour);
}

/** The level goes with traffic: as the shapes say by how they fared, or plainly over the whole window. */
function isLoad({ candidates, window, levels }: Traces): boolean {
  return weightOf(candidates, 'load-driven') >= MOSTLY || followsTraffic(window, levels);
}

/**
 * Collections take much of the time, and ever more of it, while the heap fills: allocation outruns them. Whatever made it
 * grow, from here on it is garbage that is not collected in time.
 */
function collectionFallsBehind({ window, resource, levels }: Traces): boolean {
  if (resource !== 'heap' && !levels.hasNative) return false;
  const end = window.last[window.length - 1];
  const third = (end - window.first[0]) / 3;
  const late = pauseShare(window, end - third, end);
  const early = pauseShare(window, end - 2 * third, end - third);
  return late !== null && early !== null && late >= PAUSED && late >= PAUSED_MORE * early;
}

/** Of memory beyond the heap nothing is known without the heap's own signals: it is then a leak like any other. */
function isNative({ window, levels, reader, resource }: Traces): boolean {
  const last = levels.n - 1;
  const hasHeap = reader.heap.n === levels.n && !Number.isNaN(window.get(last, 'heapLast'));
  if (resource === 'heap' || !hasHeap) return false;
  const ofHeap = reader.heap.level[last] - reader.heap.level[0];
  return ofHeap < (levels.level[last] - levels.level[0]) / 2;
}

const rate = new Float64Array(GROUPS);
const served = new Float64Array(GROUPS);
const level = new Float64Array(GROUPS);
/** Nothing but zeros. */
const even = new Float64Array(GROUPS);

/**
 * Whether the level goes with the rate of requests rather than with their sum or with time: ordinary least squares of
 * the level on each, compared by what is left unexplained. A leak under growing traffic follows the sum.
 */
function followsTraffic(window: Window, levels: Levels): boolean {
  const size = Math.ceil(levels.n / GROUPS);
  let n = 0;
  let sum = 0;
  for (let start = 1; start + size <= levels.n; start += size) {
    let requests = 0;
    let height = 0;
    for (let i = start; i < start + size; i++) {
      const more = window.get(i, 'requests');
      if (more > 0) requests += more;
      height += levels.level[i];
    }
    rate[n] = requests / (window.last[start + size - 1] - window.last[start - 1]);
    sum += requests;
    served[n] = sum;
    level[n++] = height / size;
  }
  if (n < GROUPS / 2 || sum === 0) return false;
  const half = n >> 1;
  const hasGrown = mean(rate, n - 3, n) >= TRAFFIC_GROWN * mean(rate, 0, half);
  // On a constant nothing is explained: what is left is the whole variance.
  const all = leastSquaresResidual(even, level, 0, n);
  const byRate = leastSquaresResidual(rate, level, 0, n);
  return (
    hasGrown && byRate < (1 - EXPLAINED) * all && byRate < BETTER * leastSquaresResidual(served, level, 0, n)
  );
}

function mean(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i];
  return sum / (to - from);
}
