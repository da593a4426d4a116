import { COLUMN } from '../telemetry/index.js';
import type { ProcessTrend, Resource } from '../trend/index.js';

/** Use as a share of the limit in force; NaN where either is not known. */
export interface Shares {
  readonly rss: number;
  readonly heap: number;
  /** What survives a collection, of the heap's limit. */
  readonly live: number;
}

/** A process that ended with this much of its limit in use was ended by it, not by a plan (as src/trend/precedent.ts has it). */
const RSS_AT_DEATH = 0.9;

/** V8 gives up at 0.82 to 0.93 of its limit, see src/trend/limits.ts. */
const HEAP_AT_DEATH = 0.8;

/** A heap that is full of garbage is no reason to die: where the live set is sent, it must be near the limit, too. */
const LIVE_AT_DEATH = 0.6;

/** Nearer than this an alarm without a breach is neither right nor false (as accuracy/ has it). */
export const NEAR_SHARE = 0.9;

/** Shares of the newest sample of the process. */
export function sharesOf({ latest }: ProcessTrend): Shares {
  return {
    rss: latest[COLUMN.rss] / latest[COLUMN.memory_limit],
    heap: latest[COLUMN.heap_used] / latest[COLUMN.heap_limit],
    live: latest[COLUMN.heap_after_gc] / latest[COLUMN.heap_limit],
  };
}

/** Which limit a process ended at, by its highest shares of late; null when it was far from both. */
export function limitAtDeath({ rss, heap, live }: Shares): Resource | null {
  if (rss >= RSS_AT_DEATH) return 'rss';
  const isFull = heap >= HEAP_AT_DEATH && !(live < LIVE_AT_DEATH);
  return isFull ? 'heap' : null;
}
