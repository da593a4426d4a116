import { COLUMN, isNoLimit } from '../telemetry/index.js';
import type { Question } from './answer.js';
import type { Levels } from './levels.js';
import { type HeapEnd, heapEndOf } from './limits.js';
import type { Resource, Target } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';
import type { Window } from './window.js';

/** Physical memory ends at its limit. */
const NO_MARGIN: HeapEnd = { share: 1, spread: 0 };

/** A question with the numbers that every step needs. */
export interface Asked extends Question {
  readonly process: ProcessTrend;
  readonly window: Window;
  readonly levels: Levels;
  /** x = (time - from) / span. */
  readonly from: number;
  readonly span: number;
  readonly end: HeapEnd;
}

/** The level that is asked for, bytes; null where it is not known. */
export function targetBytes(
  process: ProcessTrend,
  resource: Resource,
  target: Target | undefined,
): number | null {
  if (target?.kind === 'bytes') return target.bytes;
  const limit = process.latest[resource === 'rss' ? COLUMN.memory_limit : COLUMN.heap_limit];
  if (Number.isNaN(limit) || isNoLimit(limit)) return null;
  return target ? limit * target.of : limit;
}

export function ask(
  process: ProcessTrend,
  window: Window,
  signal: Resource,
  horizonMs: number,
  at: number,
  limit: number,
  levels: Levels,
): Asked {
  const end = signal === 'rss' ? NO_MARGIN : heapEndOf(process);
  const from = levels.time[0];
  return {
    signal,
    at,
    now: process.latest[signal === 'rss' ? COLUMN.rss : COLUMN.heap_used],
    live: levels.level[levels.n - 1],
    limit,
    effectiveLimit: limit * end.share,
    horizonMs,
    since: Math.max(process.since, window.first[0]),
    record: null,
    process,
    window,
    levels,
    from,
    span: levels.time[levels.n - 1] - from,
    end,
  };
}

/** The part of it that belongs into the answer. */
export function questionOf({
  signal,
  at,
  now,
  live,
  limit,
  effectiveLimit,
  horizonMs,
  since,
}: Asked): Question {
  return { signal, at, now, live, limit, effectiveLimit, horizonMs, since, record: null };
}
