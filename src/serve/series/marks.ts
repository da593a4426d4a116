import type { Outline } from '../../store/index.js';
import { COLUMN, isNoLimit, type Registry, type Rows, SIGNAL_COUNT } from '../../telemetry/index.js';
import { findBoundary, type Identity } from '../../trend/index.js';
import type { SeriesMark } from '../node-shapes.js';
import { GAP } from './thin.js';

/** Newest marks that are told: a node in a crash loop has thousands. */
const MOST_MARKS = 200;

const LIMITS = ['memory_limit', 'heap_limit'] as const;

/**
 * What happened to a node: restarts, other versions, gaps, other limits, in time order. By the same signs as in the trend
 * room; rows must be in time order.
 *
 * @param usualMs usual time between two samples, or between folded rows if that is longer; 0 when not known
 */
export function marksOf({ low, high }: Outline, registry: Registry, usualMs: number): SeriesMark[] {
  const marks: SeriesMark[] = [];
  const known: Identity = { start: Number.NaN, version: '', collections: Number.NaN, requests: Number.NaN };
  const limits = { memory_limit: Number.NaN, heap_limit: Number.NaN };
  for (let row = 0; row < low.length; row++) {
    const at = low.time[row];
    const version = registry.labelSets[low.labels[row]]?.labels.version ?? '';
    const before = row === 0 ? Number.NaN : high.time[row - 1];
    const boundary = findBoundary(known, low.values, row * SIGNAL_COUNT, version);
    if (usualMs > 0 && at - before > GAP * usualMs) {
      marks.push({ at: before, until: at, what: 'gap', text: '' });
    }
    if (boundary) {
      marks.push({
        at,
        until: null,
        what: boundary.kind,
        text: boundary.kind === 'version' ? `${known.version} → ${version}` : '',
      });
      known.start = Number.NaN;
    }
    learn(known, high, row, boundary !== null);
    if (version !== '') known.version = version;
    for (const signal of LIMITS) {
      const value = high.get(row, signal);
      if (Number.isNaN(value) || isNoLimit(value)) continue;
      if (!Number.isNaN(limits[signal]) && value !== limits[signal]) {
        marks.push({ at, until: null, what: signal, text: String(value) });
      }
      limits[signal] = value;
    }
  }
  return marks.slice(-MOST_MARKS);
}

function learn(known: Identity, rows: Rows, row: number, isAnother: boolean): void {
  const newest = (column: number, before: number): number => {
    const value = rows.values[row * SIGNAL_COUNT + column];
    return Number.isNaN(value) && !isAnother ? before : value;
  };
  known.start = newest(COLUMN.start_time, known.start);
  known.collections = newest(COLUMN.gc_count, known.collections);
  known.requests = newest(COLUMN.requests_total, known.requests);
}
