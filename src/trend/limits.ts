import { COLUMN } from '../telemetry/index.js';
import { DEATH_SPREAD, type HeapEnds } from './heap-ends.js';
import type { Life } from './lives.js';
import type { ProcessTrend } from './process-trend.js';

/** All shares of the limit from `low` to `high` are as likely to be the end. */
interface Prior {
  readonly low: number;
  readonly high: number;
}

/**
 * A runtime dies before its heap is full to the last byte: V8 at 0.82 to 0.93 of its limit (young generation included), G1 at 0.95
 * to 0.99, Serial near 1.
 */
const V8_ENDS: Prior = { low: 0.82, high: 0.93 };
const JVM_ENDS: Prior = { low: 0.95, high: 1 };

/** A runtime that nobody names, or of which nothing is known. */
const OTHER_ENDS: Prior = { low: 0.85, high: 1 };

/** By the label `runtime`, as OpenTelemetry names languages and runtimes. */
const ENDS_BY_NAME: readonly (readonly [runtime: RegExp, ends: Prior])[] = [
  [/^(node|v8)/i, V8_ENDS],
  [/^(java|jvm|openjdk|hotspot)/i, JVM_ENDS],
];

/** A life that ended this close to its heap limit was ended by it. */
const DEATH_SHARE = 0.8;

/** Where a heap really ends, as a share of its limit, and how far off that may be (standard deviation). */
export interface HeapEnd {
  readonly share: number;
  readonly spread: number;
}

/** Standard deviation of a uniform distribution of width one. */
const UNIFORM_DEVIATION = 1 / Math.sqrt(12);

/**
 * What the node's own heap has shown, else those of its pool: deaths tell the share at which it ends; any use that was lived
 * through tells that it ends higher.
 */
export function heapEndOf(process: ProcessTrend): HeapEnd {
  const limit = process.latest[COLUMN.heap_limit];
  const prior = priorOf(process.runtime);
  let livedThrough = Math.max(prior.low, shareOf(process.heapPeak, limit));
  let deaths = 0;
  let sum = 0;
  for (const life of process.lives) {
    if (life.endedBy !== 'restart') continue;
    const peak = shareOf(life.heapPeak, life.heapLimit);
    if (diedOfHeap(life)) {
      deaths++;
      sum += peak;
    } else {
      livedThrough = Math.max(livedThrough, peak);
    }
  }
  const low = Math.min(1, livedThrough);
  if (deaths > 0) return { share: Math.max(low, Math.min(1, sum / deaths)), spread: DEATH_SPREAD };
  return endByPool(low, prior, process.kin.heapEnds);
}

/** The same by the pool, for a heap that is known to end at `low` or higher. */
function endByPool(own: number, prior: Prior, ends: HeapEnds): HeapEnd {
  const low = Math.max(own, ends.livedThrough);
  const seen = ends.seen((prior.high - prior.low) * UNIFORM_DEVIATION);
  if (seen) return { share: Math.max(low, seen.share), spread: seen.spread };
  // What was lived through above the highest end of the runtime refutes it.
  const high = low < prior.high ? prior.high : 1;
  return { share: (low + high) / 2, spread: (high - low) * UNIFORM_DEVIATION };
}

function priorOf(runtime: string): Prior {
  if (runtime === '') return OTHER_ENDS;
  return ENDS_BY_NAME.find(([named]) => named.test(runtime))?.[1] ?? OTHER_ENDS;
}

/** Tells the pool how a life ended. One that a deploy ended was lived through. */
export function teachEnd(life: Life, ends: HeapEnds): void {
  const peak = shareOf(life.heapPeak, life.heapLimit);
  if (life.endedBy === 'restart' && diedOfHeap(life)) ends.died(peak);
  else ends.lived(peak);
}

function diedOfHeap({ heapEnd, heapLimit }: Life): boolean {
  return shareOf(heapEnd, heapLimit) >= DEATH_SHARE;
}

function shareOf(bytes: number, limit: number): number {
  const share = bytes / limit;
  return Number.isNaN(share) ? 0 : share;
}
