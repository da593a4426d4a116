import { type Rows, SIGNAL_FACTS, type Signal } from '../../telemetry/index.js';

export interface Thinned {
  /** Stretch that one point stands for, ms; 0 when every row is there. */
  readonly stepMs: number;
  readonly time: number[];
  readonly signals: Record<string, { readonly low: (number | null)[]; readonly high: (number | null)[] }>;
}

/** So many usual distances without a row are a gap: a point without values, so that no line is drawn through it. */
const GAP = 8;

/**
 * Rows of one node for a picture of at most about `points` points: the lowest and the highest value of each stretch, so that
 * peaks and floors stay whatever the zoom (LTTB may drop one of two peaks; min-max never does). Of counters, limits
 * and states the last value, of `ready` the lowest, too. Rows must be in time order.
 */
export function thin(
  rows: Rows,
  signals: readonly Signal[],
  from: number,
  to: number,
  points: number,
): Thinned {
  const isThin = rows.length <= points;
  const stepMs = isThin ? 0 : (to - from) / points;
  const usual = Math.max(stepMs, usualDistance(rows));
  const time: number[] = [];
  const columns = signals.map((signal) => ({
    signal,
    takesRange: SIGNAL_FACTS[signal].kind === 'gauge' || SIGNAL_FACTS[signal].kind === 'state',
    low: [] as (number | null)[],
    high: [] as (number | null)[],
  }));
  let bucket = -1;
  let before = Number.NaN;
  for (let row = 0; row < rows.length; row++) {
    const at = rows.time[row];
    const next = isThin ? row : Math.floor((at - from) / stepMs);
    if (next !== bucket) {
      if (at - before > GAP * usual) {
        addEmpty(time, before + 1, columns);
      }
      bucket = next;
      addEmpty(time, at, columns);
    }
    before = at;
    const last = time.length - 1;
    for (const { signal, takesRange, low, high } of columns) {
      const value = rows.get(row, signal);
      if (Number.isNaN(value)) continue;
      low[last] = takesRange ? Math.min(value, low[last] ?? value) : value;
      high[last] = takesRange ? Math.max(value, high[last] ?? value) : value;
    }
  }
  return {
    stepMs,
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
