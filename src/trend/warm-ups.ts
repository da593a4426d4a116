/** A new high is one that exceeds the one before by this share of the climb so far; less is noise on a plateau. */
const NEW_HIGH = 0.1;

/** A start-up has settled when for as long again as it took, times this, no new high came. */
export const AS_LONG_AGAIN = 1;

/** A start-up that rose by less of its height is none to speak of: the node began where it is. */
const LEAST_RISE = 0.1;

/** What settled higher than this share of the limit has too little room above it to be a reason for calm. */
const MOST_SETTLED = 0.7;

/** A climb may come this much higher and last this much longer than an earlier one and still be like it. */
const HIGHER = 1.1;
const LONGER = 1.25;

/** Warm-ups that are remembered of a pool; the oldest goes first. */
const MOST_KEPT = 16;

/** A start-up that has settled: how high, as a share of the limit, and how long it took. */
export interface WarmUp {
  readonly share: number;
  readonly lastedMs: number;
}

/** Those of a pool and version that are like a climb. */
export interface Precedents {
  readonly count: number;
  /** Mean share of the limit at which they settled; NaN when there are none. */
  readonly share: number;
}

const NONE: Precedents = { count: 0, share: Number.NaN };

/** The warm-ups of one signal that the processes of a pool and version have gone through. */
export class WarmUps {
  readonly #kept = new Map<StartUp, WarmUp>();

  /** What one start-up taught; one that settles again, higher up, replaces what it taught before. */
  keep(startUp: StartUp, warmUp: WarmUp): void {
    this.#kept.delete(startUp);
    this.#kept.set(startUp, warmUp);
    if (this.#kept.size <= MOST_KEPT) return;
    const [oldest] = this.#kept.keys();
    this.#kept.delete(oldest);
  }

  /**
   * Those of other processes that came about as high as `share` of the limit or higher, took about as long as `lastedMs` or longer,
   * and settled below the share `goal`.
   */
  like(startUp: StartUp, share: number, lastedMs: number, goal: number): Precedents {
    if (this.#kept.size === 0) return NONE;
    let count = 0;
    let sum = 0;
    for (const [of, each] of this.#kept) {
      const isLike = share <= HIGHER * each.share && lastedMs <= LONGER * each.lastedMs;
      if (!isLike || of === startUp || !(HIGHER * each.share < goal)) continue;
      count++;
      sum += each.share;
    }
    return { count, share: sum / count };
  }
}

/**
 * Watches one signal of one process until its start-up has settled. O(1) a sample: highs count, since memory that stays
 * resident shows in them whatever the garbage does. A straight climb, or one that slows as a root of time does, makes new
 * highs for ever and never settles. What takes longer than `mostMs` is no start-up.
 */
export class StartUp {
  /** Highest so far, bytes; NaN before the first sample. */
  high = Number.NaN;
  readonly #mostMs: number;
  #low = Number.NaN;
  /** The newest high that counts as one, and the age at which it came. */
  #mark = Number.NaN;
  #markMs = 0;
  #toldMs = 0;

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** One that has seen nothing: this one where it has taught nothing, and so is known to nobody. */
  again(): StartUp {
    if (this.#toldMs !== 0) return new StartUp(this.#mostMs);
    this.high = this.#low = this.#mark = Number.NaN;
    this.#markMs = 0;
    return this;
  }

  /** Whether at the age of `age` ms it still climbs: its newest high is too young to be the last. */
  isClimbing(age: number): boolean {
    return this.#hasRisen && !this.#hasSettled(age);
  }

  /** Takes the next value, `age` ms after the start; the warm-up when by now the start-up is seen to have settled. */
  observe(age: number, value: number, limit: number): WarmUp | null {
    if (Number.isNaN(value)) return null;
    if (!(value >= this.#low)) this.#low = value;
    if (!(value <= this.high)) this.high = value;
    if (!(value - this.#mark <= NEW_HIGH * (value - this.#low))) {
      this.#mark = value;
      this.#markMs = age;
    }
    const lastedMs = this.#markMs;
    if (lastedMs === this.#toldMs || lastedMs > this.#mostMs || !this.#hasSettled(age)) return null;
    if (!(limit > 0)) return null;
    this.#toldMs = lastedMs;
    const { high } = this;
    return this.#hasRisen && high <= MOST_SETTLED * limit ? { share: high / limit, lastedMs } : null;
  }

  get #hasRisen(): boolean {
    return this.high - this.#low >= LEAST_RISE * this.high;
  }

  #hasSettled(age: number): boolean {
    return age >= (1 + AS_LONG_AGAIN) * this.#markMs;
  }
}
