import type { Point } from './point.js';

/** The total of one stream of deltas. */
export interface Delta {
  /** Unix ns of the last point that was added; 0 before the first. */
  last: number;
  value: number;
  sum: number;
  /** Unix ms when it was last used. */
  used: number;
}

/** A stream that is silent for so long is forgotten when room is needed. */
const IDLE_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Adds up streams of deltas to totals since the first point that was seen, as the data model has it:
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#sums-delta-to-cumulative
 *
 * A gap adds nothing and resets nothing. A point whose time is not after the last one was there before or is late:
 * adding it would count twice. The totals live in memory, so they start again with the service.
 */
export class Deltas {
  readonly #most: number;
  readonly #kept = new Map<string, Delta>();
  #swept = Number.NEGATIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  get most(): number {
    return this.#most;
  }

  /** The stream of that identity; undefined when there are too many, none of which has been silent for an hour. */
  of(identity: string, now: number): Delta | undefined {
    const known = this.#kept.get(identity);
    if (known) return known;
    if (this.#kept.size >= this.#most) this.#sweep(now);
    if (this.#kept.size >= this.#most) return undefined;
    const fresh = { last: 0, value: 0, sum: 0, used: now };
    this.#kept.set(identity, fresh);
    return fresh;
  }

  #sweep(now: number): void {
    if (now < this.#swept + SWEEP_EVERY_MS && now >= this.#swept) return;
    this.#swept = now;
    for (const [identity, { used }] of this.#kept) if (now - used > IDLE_MS) this.#kept.delete(identity);
  }
}

/** Adds a point to its stream. False where its total is not that of its time: it came late. */
export function addDelta(delta: Delta, point: Point, now: number): boolean {
  delta.used = now;
  if (point.time < delta.last) return false;
  if (point.time === delta.last) return true;
  delta.last = point.time;
  delta.value += point.value;
  if (point.hasSum) delta.sum += point.sum;
  return true;
}
