import { COLUMN } from '../telemetry/index.js';
import { DEATH_SPREAD, type HeapEnds } from './heap-ends.js';
import type { Life } from './lives.js';
import type { ProcessTrend } from './process-trend.js';

/**
 * A runtime dies before its heap is full to the last byte: V8 at 0.82 to 0.93 of its limit (young generation
 * included), G1 at 0.95 to 0.99, Serial near 1. Until the node or its pool has shown which, all shares from here to 1 are as likely.
 */
const LEAST_SHARE_AT_DEATH = 0.85;

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
  let livedThrough = Math.max(LEAST_SHARE_AT_DEATH, shareOf(process.heapPeak, limit));
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
  return endByPool(low, process.kin.heapEnds);
}

/** The same by the pool, for a heap that is known to end at `low` or higher. */
function endByPool(own: number, ends: HeapEnds): HeapEnd {
  const low = Math.max(own, ends.livedThrough);
  const seen = ends.seen((1 - LEAST_SHARE_AT_DEATH) * UNIFORM_DEVIATION);
  if (seen) return { share: Math.max(low, seen.share), spread: seen.spread };
  return { share: (low + 1) / 2, spread: (1 - low) * UNIFORM_DEVIATION };
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
