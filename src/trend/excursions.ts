/** A climb is over when it has lost this share of itself again. */
const RELEASED = 0.35;

/** Smaller climbs than this share of their height are noise. */
const LEAST_RISE = 0.04;

/** More than these are not needed to see a habit; the oldest goes first. */
const MOST_KEPT = 16;

/** An earlier climb says where the present one began when it rose by at least this share of it. */
const AS_MUCH = 0.5;

/** It is of another kind up to this share of the present one's rise or time, and wholly of its kind from the other share on. */
const UNLIKE = 0.25;
const ALIKE = 0.75;

interface Excursion {
  readonly high: number;
  readonly rise: number;
  readonly riseMs: number;
  /** Unix ms at which it had come down again. */
  downAt: number;
}

/** Of the way from an earlier `high` to `goal`, the share that is still ahead at `now`: 1 up to that height, 0 at the goal. */
export function shareAhead(high: number, now: number, goal: number): number {
  if (now <= high) return 1;
  return now < goal ? (goal - now) / (goal - high) : 0;
}

/** How far a climb counts as one of the same kind, 0 to 1, by its share of the present one's rise or time. */
function likeness(share: number): number {
  return Math.max(0, Math.min(1, (share - UNLIKE) / (ALIKE - UNLIKE)));
}

/**
 * The climbs of one signal that were released again, for longer than any window: the daily wave, the nightly batch. A zigzag with
 * relative thresholds, O(1) a sample. Climbs quicker than `leastMs` are left to the windows (they are sawteeth of collections).
 */
export class Excursions {
  readonly #kept: Excursion[] = [];
  readonly #leastMs: number;
  #low = Number.NaN;
  #lowAt = 0;
  #high = Number.NaN;
  #highAt = 0;
  /** Whether the newest of them goes on to fall. */
  #isComingDown = false;

  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /** Takes the next value, in time order; NaN is left out. */
  observe(time: number, value: number): void {
    if (Number.isNaN(value)) return;
    if (!(value >= this.#low)) {
      this.#begin(time, value);
      if (this.#isComingDown) this.#kept[this.#kept.length - 1].downAt = time;
    }
    if (value > this.#high) {
      this.#high = value;
      this.#highAt = time;
      return;
    }
    const rise = this.#high - this.#low;
    if (!(rise > LEAST_RISE * this.#high)) return;
    this.#isComingDown = false;
    if (this.#high - value < RELEASED * rise) return;
    const riseMs = this.#highAt - this.#lowAt;
    if (riseMs >= this.#leastMs) {
      this.#kept.push({ high: this.#high, rise, riseMs, downAt: time });
      this.#isComingDown = true;
      if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    }
    this.#begin(time, value);
  }

  /** The climb that is going on ended with its process: nobody knows whether it would have been released. */
  cut(): void {
    this.#low = Number.NaN;
    this.#high = Number.NaN;
  }

  /** Unix ms at which the last climb by about `rise` had been released; -Infinity where there was none. */
  lastDown(rise: number): number {
    for (let i = this.#kept.length - 1; i >= 0; i--) {
      if (this.#kept[i].rise >= AS_MUCH * rise) return this.#kept[i].downAt;
    }
    return Number.NEGATIVE_INFINITY;
  }

  /**
   * How many rose about as much and took about as long, and were released before `goal`, each by how like it is. One that came as
   * high as `height` counts whole, a lower one by the share of the way from its own height to the goal that is still ahead.
   */
  countLike(height: number, rise: number, riseMs: number, goal: number): number {
    let count = 0;
    for (const each of this.#kept) {
      const like = Math.min(likeness(each.rise / rise), likeness(each.riseMs / riseMs));
      count += like * shareAhead(each.high, height, goal);
    }
    return count;
  }

  #begin(time: number, value: number): void {
    this.#low = value;
    this.#lowAt = time;
    this.#high = value;
    this.#highAt = time;
  }
}
