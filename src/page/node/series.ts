import type { SeriesShape } from '../../serve/node-shapes.js';

export type Level = 'rss' | 'heap';

/** The signal of what is in use of each limit, and of the limit. */
export const SIGNALS_OF = {
  rss: { use: 'rss', limit: 'memory_limit', name: 'memory' },
  heap: { use: 'heap_used', limit: 'heap_limit', name: 'heap' },
} as const;

type Column = readonly (number | null)[];

export function lowOf(series: SeriesShape, signal: string): Column {
  return series.signals[signal]?.low ?? [];
}

export function highOf(series: SeriesShape, signal: string): Column {
  return series.signals[signal]?.high ?? [];
}

/** By how much a counter grows in a second; null over gaps and restarts. */
export function rateOf(series: SeriesShape, signal: string): (number | null)[] {
  const values = highOf(series, signal);
  let [before, at]: [number | null, number] = [null, 0];
  return series.time.map((time, i) => {
    const value = values[i] ?? null;
    const isNext = value !== null && before !== null && value >= before && time > at;
    const rate = isNext && value !== null && before !== null ? ((value - before) / (time - at)) * 1000 : null;
    // What is not sent with every sample goes on; a point without anything is a gap.
    if (value !== null || isGap(series, i)) [before, at] = [value, time];
    return rate;
  });
}

function isGap({ signals }: SeriesShape, index: number): boolean {
  return Object.values(signals).every(({ high }) => high[index] === null);
}

/** The highest of a column; 0 where there is none. */
export function peakOf(column: Column): number {
  return column.reduce<number>((peak, value) => Math.max(peak, value ?? 0), 0);
}

/** The point at or before a time; -1 before the first. */
export function indexAt(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What stands between points of a line: [time, value, ...] in time order; null outside. */
export function valueAt(line: readonly (readonly number[])[], at: number, column: number): number | null {
  for (let i = 1; i < line.length; i++) {
    const [before, after] = [line[i - 1], line[i]];
    if (at < before[0] || at > after[0]) continue;
    const share = after[0] === before[0] ? 0 : (at - before[0]) / (after[0] - before[0]);
    return before[column] + (after[column] - before[column]) * share;
  }
  return null;
}
