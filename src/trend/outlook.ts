/** What can run out: physical memory against `memory_limit`, or the managed heap against `heap_limit`. */
export type Resource = 'rss' | 'heap';

/**
 * A level other than the limit itself, to be asked of an outlook: a share of the limit in force (0.9 of it), or bytes,
 * which need no limit. The outlook's `limit` and `effectiveLimit` are then that level in bytes.
 */
export type Target =
  | { readonly kind: 'share'; readonly of: number }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** How the level moves, as far as the history shows. */
export type Shape =
  | 'flat'
  | 'linear'
  | 'accelerating'
  | 'saturating'
  | 'stepwise'
  | 'periodic'
  | 'load-driven'
  | 'unknown';

/** Why a breach is expected; null when none is. */
export type Cause = 'leak' | 'native' | 'load' | 'gc' | 'version';

/** Bytes per hour with an interval that holds the true slope in 90 % of cases. */
export interface Growth {
  readonly perHour: number;
  readonly low: number;
  readonly high: number;
  /** How much history it rests on, in ms and in buckets. */
  readonly overMs: number;
  readonly buckets: number;
}

/** What came of forecasts that said about the same, of the same pool, limit and horizon. */
export interface TrackRecord {
  /** How many fell due, one for each time that a process came to be told so. */
  readonly due: number;
  /** After how many of them the limit was reached within the horizon. */
  readonly came: number;
}

/** A forecast for one resource of one node. Times are unix ms, sizes bytes, probabilities 0 to 1. */
export interface Outlook {
  readonly signal: Resource;
  readonly at: number;
  /** In use now, garbage included. */
  readonly now: number;
  /** What survives a collection: the live set where sent, else the lower envelope. The trend is fitted to this. */
  readonly live: number;
  readonly limit: number;
  /** Where the process really dies, at or below `limit`. */
  readonly effectiveLimit: number;
  readonly horizonMs: number;
  /** That the limit is reached within the horizon; null while there is too little history to say. */
  readonly probability: number | null;
  /** The same for shorter times: [ms ahead, probability], ascending; the last is the horizon. Empty with `probability` null. */
  readonly odds: readonly (readonly [number, number])[];
  /** Quantiles of the time of the breach, given that there is one; all null where none is expected. */
  readonly breachP10: number | null;
  readonly breachP50: number | null;
  readonly breachP90: number | null;
  readonly shape: Shape;
  readonly cause: Cause | null;
  readonly growth: Growth | null;
  /** Start of the stretch that was fitted: the last boundary (restart, version, gap, limit), or the window's start. */
  readonly since: number;
  /** How often forecasts like this came true; null while too few have fallen due to say. */
  readonly record: TrackRecord | null;
  /** Sentences for people, the strongest first. */
  readonly evidence: readonly string[];
}

/** What a picture of an outlook shows. All points are [unix ms, bytes], in time order. */
export interface Portrait {
  readonly signal: Resource;
  readonly used: readonly (readonly [number, number])[];
  readonly live: readonly (readonly [number, number])[];
  /** The fitted median line, from `since` through now to the end of the picture. */
  readonly fit: readonly (readonly [number, number])[];
  /** [unix ms, low, high] from now on: p10 and p90 of the level. */
  readonly cone: readonly (readonly [number, number, number])[];
  readonly limit: number;
  readonly effectiveLimit: number;
  readonly breachP10: number | null;
  readonly breachP50: number | null;
  readonly breachP90: number | null;
  /** Unix ms of restarts, versions, gaps and changed limits within the picture. */
  readonly marks: readonly { readonly at: number; readonly what: string }[];
  readonly from: number;
  readonly now: number;
  readonly to: number;
}

/** Probability that the limit is reached within `ms`, at most the horizon; null while there is too little history to say. */
export function oddsWithin({ odds }: Pick<Outlook, 'odds'>, ms: number): number | null {
  if (odds.length === 0) return null;
  let before: readonly [number, number] = [0, 0];
  for (const next of odds) {
    if (ms <= next[0]) return before[1] + ((next[1] - before[1]) * (ms - before[0])) / (next[0] - before[0]);
    before = next;
  }
  return before[1];
}
