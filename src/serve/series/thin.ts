import type { Outline } from '../../store/index.js';
import { type Rows, SIGNAL_FACTS, type Signal } from '../../telemetry/index.js';

export interface Thinned {
  readonly time: number[];
  readonly signals: Record<string, { readonly low: (number | null)[]; readonly high: (number | null)[] }>;
}

/** So many usual distances without a row are a gap: a point without values, so that no line is drawn through it. */
export const GAP = 8;

/**
 * Rows of one node for a picture, a point for each stretch of `stepMs` from `from` on, or for each row where it is 0: the lowest
 * and the highest value of each stretch, so that peaks and floors stay whatever the zoom (LTTB may drop one of two peaks; min-max
 * never does). Of counters and limits the last value. Rows must be in time order; `low` and `high` may be the same.
 */
export function thin(
  { low, high }: Outline,
  signals: readonly Signal[],
  from: number,
  stepMs: number,
): Thinned {
  const usual = Math.max(stepMs, usualDistance(low));
  const time: number[] = [];
  const columns = signals.map((signal) => ({
    signal,
    takesRange: SIGNAL_FACTS[signal].kind === 'gauge' || SIGNAL_FACTS[signal].kind === 'state',
    low: [] as (number | null)[],
    high: [] as (number | null)[],
  }));
  let bucket = -1;
  let before = Number.NaN;
  for (let row = 0; row < low.length; row++) {
    const at = low.time[row];
    const next = stepMs === 0 ? row : Math.floor((at - from) / stepMs);
    if (next !== bucket) {
      if (at - before > GAP * usual) addEmpty(time, before + 1, columns);
      bucket = next;
      addEmpty(time, at, columns);
    }
    before = high.time[row];
    const last = time.length - 1;
    // That of the last sample, so that what counters say divided by time is a rate.
    time[last] = before;
    for (const { signal, takesRange, low: lows, high: highs } of columns) {
      const [least, most] = [low.get(row, signal), high.get(row, signal)];
      if (Number.isNaN(most)) continue;
      lows[last] = takesRange ? Math.min(least, lows[last] ?? least) : most;
      highs[last] = takesRange ? Math.max(most, highs[last] ?? most) : most;
    }
  }
  return {
    time,
    signals: Object.fromEntries(columns.map(({ signal, low, high }) => [signal, { low, high }])),
  };
}

interface Column {
  readonly low: (number | null)[];
  readonly high: (number | null)[];
}

function addEmpty(time: number[], at: number, columns: readonly Column[]): void {
  time.push(at);
  for (const { low, high } of columns) {
    low.push(null);
    high.push(null);
  }
}

/** The median distance of neighbours, ms; 0 with fewer than two rows. */
function usualDistance({ length, time }: Rows): number {
  const distances: number[] = [];
  const stride = Math.max(1, Math.floor(length / 1000));
  for (let row = 1; row < length; row += stride) distances.push(time[row] - time[row - 1]);
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 0;
}
