import type { NodeRecord } from '../../telemetry/index.js';
import type { Target } from '../names/index.js';

/** A sum whose time has come. */
export interface Sum {
  readonly time: number;
  readonly value: number;
  /** Whether it is of other parts than the one before, so that the two cannot be compared. */
  readonly hasOtherParts: boolean;
}

interface Part {
  /** Newest time that it has sent, unix ms. */
  newest: number;
  /** Its value in the newest sum that was settled; NaN before. */
  value: number;
  isAlive: boolean;
  /** Whether it was in the last sum. */
  isIn: boolean;
}

/** A part that has sent nothing for so long has ended; as Prometheus looks back. */
const PART_LIFE_MS = 5 * 60_000;
/** For so long, or three times the spacing of the sums, a sum waits for a part that is late. */
const WAIT_MS = 60_000;
/** Settled times that may still be corrected by a part that comes after all. */
const KEPT_TIMES = 4;
/** Times that wait at most; beyond, the oldest is settled as it is. */
const MOST_WAITING = 10_000;

/**
 * One signal of one node that is summed over several series. The parts of one time may come in any order and in different
 * requests; the sum of a time is settled when every part that is alive has sent it or something later, or has been
 * waited for. A part that is missing then counts with its last value, so that no partial sum is ever taken for a fall.
 */
export class SumGroup {
  readonly #parts = new Map<string, Part>();
  /** Values by time, in the order in which the times first came. */
  readonly #values = new Map<number, Map<Part, number>>();
  #newest = Number.NEGATIVE_INFINITY;
  #settled = Number.NEGATIVE_INFINITY;
  #spacing = 0;
  readonly #dirty = new Set<number>();
  /** Until there is a later time: parts that were there before the service started may be yet to come. */
  #isHeld: boolean;
  touchedAt = 0;

  constructor(
    readonly node: NodeRecord,
    readonly target: Target,
    isHeld: boolean,
  ) {
    this.#isHeld = isHeld;
  }

  get partCount(): number {
    return this.#parts.size;
  }

  hasPart(key: string): boolean {
    return this.#parts.has(key);
  }

  /** Takes a part's value. Returns false where its time is past, so that it can change nothing any more. */
  put(key: string, time: number, value: number): boolean {
    let part = this.#parts.get(key);
    if (!part) {
      part = { newest: time, value: Number.NaN, isAlive: true, isIn: false };
      this.#parts.set(key, part);
    }
    let values = this.#values.get(time);
    if (!values) {
      if (time <= this.#settled) return false;
      values = new Map();
      this.#values.set(time, values);
    }
    part.isAlive = true;
    if (time > part.newest) part.newest = time;
    if (time > this.#newest) {
      if (this.#newest !== Number.NEGATIVE_INFINITY) this.#isHeld = false;
      this.#newest = time;
    }
    values.set(part, value);
    // Also where it is the same again: whoever sends it again may not have heard that it was kept.
    this.#dirty.add(time);
    return true;
  }

  /** The part's series has ended: it is waited for no longer. */
  stop(key: string): void {
    const part = this.#parts.get(key);
    if (part) part.isAlive = false;
  }

  /** The sums that have become complete, or are to be corrected, in the order of time. */
  settle(): Sum[] {
    if (this.#isHeld) return [];
    const sums: Sum[] = [];
    const times = [...this.#values.keys()].sort((a, b) => a - b);
    for (const [index, time] of times.entries()) {
      if (time <= this.#settled) {
        if (this.#dirty.has(time)) sums.push(...this.#correct(time));
        continue;
      }
      if (!this.#isComplete(time) && times.length - index <= MOST_WAITING) break;
      const sum = this.#add(time);
      if (sum) sums.push(sum);
    }
    this.#dirty.clear();
    for (const time of times.filter((each) => each <= this.#settled).slice(0, -KEPT_TIMES))
      this.#values.delete(time);
    return sums;
  }

  #isComplete(time: number): boolean {
    const patience = Math.max(WAIT_MS, 3 * this.#spacing);
    if (this.#newest - time > patience) return true;
    for (const part of this.#parts.values()) {
      if (part.isAlive && part.newest < time && this.#isLiving(part, time)) return false;
    }
    return true;
  }

  #isLiving(part: Part, time: number): boolean {
    return time - part.newest <= Math.max(PART_LIFE_MS, 3 * this.#spacing);
  }

  /** Settles the next time. */
  #add(time: number): Sum | undefined {
    const values = this.#values.get(time)!;
    const isCounter = this.target.kind === 'counter';
    const hasReset = isCounter && [...values].some(([part, value]) => value < part.value);
    let [sum, count] = [0, 0];
    let hasOtherParts = false;
    for (const part of this.#parts.values()) {
      const found = values.get(part);
      if (found !== undefined) part.value = found;
      else if (hasReset) {
        // What was counted before a restart is no part of the sum, and may never come again.
        part.value = Number.NaN;
        part.isAlive = false;
      }
      if (!isCounter && !(part.isAlive && this.#isLiving(part, time))) part.isAlive = found !== undefined;
      // A counter that has ended has counted what it has; forgetting it would look like a restart.
      const isIn = !Number.isNaN(part.value) && (isCounter || part.isAlive);
      if (isIn !== part.isIn) hasOtherParts = true;
      part.isIn = isIn;
      if (!isIn) continue;
      sum += part.value;
      count++;
    }
    const isFirst = this.#settled === Number.NEGATIVE_INFINITY;
    if (!isFirst && time > this.#settled) this.#spacing = time - this.#settled;
    this.#settled = time;
    if (count < (this.target.sum?.least ?? 1)) return undefined;
    return { time, value: sum, hasOtherParts: hasOtherParts && !isFirst && !isCounter };
  }

  /** A time that was settled has got another value, or a part more. Only the newest carries on. */
  #correct(time: number): Sum[] {
    if (time === this.#settled) {
      const sum = this.#add(time);
      return sum ? [sum] : [];
    }
    const values = this.#values.get(time)!;
    const parts = [...this.#parts.values()].filter(({ isIn }) => isIn);
    if (parts.some((part) => !values.has(part))) return [];
    const value = parts.reduce((sum, part) => sum + values.get(part)!, 0);
    return [{ time, value, hasOtherParts: false }];
  }
}
