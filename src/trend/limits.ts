import { COLUMN } from '../telemetry/index.js';
import type { ProcessTrend } from './process-trend.js';

/**
 * A runtime dies before its heap is full to the last byte: V8 at 0.82 to 0.93 of its limit (young generation
 * included), G1 at 0.95 to 0.99, Serial near 1. Until the node has shown which, all shares from here to 1 are as likely.
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
 * What the node's own heap has shown: deaths tell the share at which it ends; any use that it has lived through tells
 * that it ends higher.
 */
export function heapEndOf(process: ProcessTrend): HeapEnd {
  const limit = process.latest[COLUMN.heap_limit];
  let livedThrough = Math.max(LEAST_SHARE_AT_DEATH, shareOf(process.heapPeak, limit));
  let deaths = 0;
  let sum = 0;
  for (const life of process.lives) {
    if (life.endedBy !== 'restart') continue;
    const end = shareOf(life.heapEnd, life.heapLimit);
    if (end >= DEATH_SHARE) {
      deaths++;
      sum += shareOf(life.heapPeak, life.heapLimit);
    } else {
      livedThrough = Math.max(livedThrough, shareOf(life.heapPeak, life.heapLimit));
    }
  }
  const low = Math.min(1, livedThrough);
  if (deaths > 0) return { share: Math.max(low, Math.min(1, sum / deaths)), spread: 0.02 };
  return { share: (low + 1) / 2, spread: (1 - low) * UNIFORM_DEVIATION };
}

function shareOf(bytes: number, limit: number): number {
  const share = bytes / limit;
  return Number.isNaN(share) ? 0 : share;
}
