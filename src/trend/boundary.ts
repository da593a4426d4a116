import { COLUMN } from '../telemetry/index.js';

/** What tells one process from the next; NaN or empty when not reported. */
export interface Identity {
  /** Unix s. */
  start: number;
  version: string;
  collections: number;
  requests: number;
}

/** A point across which no trend may be fitted. */
export interface Boundary {
  readonly kind: 'restart' | 'version';
}

const RESTART: Boundary = { kind: 'restart' };
const VERSION: Boundary = { kind: 'version' };

/** Agents that derive the start from an uptime jitter by about a second; a restart takes longer than that. */
const START_JITTER_S = 2;

/**
 * The boundary between the process known so far and this row, or null. A changed start time or a counter that fell is
 * a restart; a changed version without either is one, too (the agent may send neither).
 */
export function findBoundary(
  known: Identity,
  values: Float64Array,
  offset: number,
  version: string,
): Boundary | null {
  const start = values[offset + COLUMN.start_time];
  const changedVersion = known.version !== '' && version !== '' && version !== known.version;
  if (Math.abs(start - known.start) > START_JITTER_S) {
    return changedVersion ? VERSION : RESTART;
  }
  // With a start time on both sides the counters have nothing to add (they may be reset by their library).
  if (Number.isNaN(start) || Number.isNaN(known.start)) {
    const fell =
      values[offset + COLUMN.gc_count] < known.collections ||
      values[offset + COLUMN.requests_total] < known.requests;
    if (fell) return changedVersion ? VERSION : RESTART;
  }
  return changedVersion ? VERSION : null;
}
