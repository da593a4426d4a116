import {
  type Floors,
  findDrops,
  findSentFloors,
  firstValue,
  scratchFloors,
  survivingShare,
} from './floors.js';
import { BUCKETS, type Column, type Window } from './window.js';

/**
 * What survives, bucket by bucket. Memory in use is live data plus garbage; only what outlives a collection can fill
 * the limit for good. Where the runtime sends its live set, that is taken; else floors are read off the sawtooth.
 * The stretch since the last floor is not judged yet: of its climb the share `rho` counts, the share of past climbs
 * that later turned out to have survived, and no less than the pace at which floors have risen of late.
 */
export interface Levels {
  n: number;
  /** Unix ms and bytes, one per bucket. */
  readonly time: Float64Array;
  readonly level: Float64Array;
  /** Collections (or releases) seen as floors. */
  floors: number;
  /** Which buckets they are in: between them levels are drawn, not seen. */
  readonly isFloor: Uint8Array;
  rho: number;
  /** Of RSS, what lies outside the heap, one per bucket; all NaN where no heap is sent with it. */
  readonly native: Float64Array;
  hasNative: boolean;
}

export function makeLevels(): Levels {
  return {
    n: 0,
    time: new Float64Array(BUCKETS),
    level: new Float64Array(BUCKETS),
    floors: 0,
    isFloor: new Uint8Array(BUCKETS),
    rho: 1,
    native: new Float64Array(BUCKETS),
    hasNative: false,
  };
}

interface Reading {
  readonly window: Window | undefined;
  readonly revision: number;
  readonly found: boolean;
}

const NOTHING_READ: Reading = { window: undefined, revision: 0, found: false };

function isOf(reading: Reading, window: Window): boolean {
  return reading.window === window && reading.revision === window.revision;
}

/** Shares of a climb that survive, before a floor tells: through several collections, without any collector, and else. */
const PROVEN = 0.9;
const UNCOLLECTED = 0.9;
const UNPROVEN = 0.35;

/** Reads levels off windows; owns the memory that this takes, so one reader serves all nodes in turn. */
export class LevelReader {
  readonly #floors = scratchFloors();
  readonly #column = new Float64Array(BUCKETS);
  readonly heap = makeLevels();
  readonly rss = makeLevels();

  /** Of what `heap` and `rss` were read last: the questions about one node come one after the other. */
  #heapOf: Reading = NOTHING_READ;
  #rssOf: Reading = NOTHING_READ;

  /** Live heap; false when the node sends no heap. */
  readHeap(window: Window): boolean {
    if (!isOf(this.#heapOf, window)) {
      this.#heapOf = { window, revision: window.revision, found: this.#findHeap(window) };
    }
    return this.#heapOf.found;
  }

  /** RSS that stays: native part plus live heap, or the floors of RSS itself where no heap is sent with it. */
  readRss(window: Window): boolean {
    const hasHeap = this.readHeap(window);
    if (!isOf(this.#rssOf, window)) {
      this.#rssOf = { window, revision: window.revision, found: this.#findRss(window, hasHeap) };
    }
    return this.#rssOf.found;
  }

  #findHeap(window: Window): boolean {
    if (!hasColumn(window, 'heapLast')) return false;
    const sent = hasColumn(window, 'afterGc');
    if (sent) findSentFloors(window, this.#floors);
    else findDrops(window, 'heapMin', 'heapMax', this.#floors);
    // A climb that outlived several collections without a drop is live; without any collection it may be garbage.
    // Where the live set is sent, young collections count too, which judge nothing.
    const isProven = !sent && collectionsAfter(window, lastFloorBucket(this.#floors)) >= 1;
    const prior = priorOf(isProven, window);
    // A live set that is sent is what it is until the next one.
    const pace = sent ? 0 : paceOf(window, this.#floors);
    spread(window, 'heapMin', this.#floors, prior, pace, this.heap);
    return true;
  }

  #findRss(window: Window, hasHeap: boolean): boolean {
    if (!hasColumn(window, 'rssLast')) return false;
    // Two agents may send RSS and heap at different times; then nothing is known of what lies between.
    if (!hasHeap || !hasColumn(window, 'nativeMin')) {
      findDrops(window, 'rssMin', 'rssMax', this.#floors);
      spread(window, 'rssMin', this.#floors, 1, 0, this.rss);
      this.rss.hasNative = false;
      return true;
    }
    const cycle = cycleOf(window, this.heap.floors);
    const { rss, heap } = this;
    rss.n = heap.n;
    rss.floors = heap.floors;
    // Where the heap hardly swings, every bucket is as good as a collection.
    if (cycle > 2) rss.isFloor.set(heap.isFloor);
    else rss.isFloor.fill(1);
    rss.rho = heap.rho;
    rss.hasNative = true;
    const natives = this.#column;
    window.copyColumn('nativeMin', natives);
    let native = 0;
    for (let i = 0; i < window.length; i++) {
      let lowest = Number.POSITIVE_INFINITY;
      for (let j = Math.max(0, i - cycle + 1); j <= i; j++) {
        const value = natives[j];
        if (value < lowest) lowest = value;
      }
      if (Number.isFinite(lowest)) native = lowest;
      rss.time[i] = heap.time[i];
      rss.native[i] = native;
      rss.level[i] = native + heap.level[i];
    }
    if (isSteadier(window, rss)) {
      // What never falls is its own floor.
      let lowest = window.get(0, 'rssMin');
      for (let i = 0; i < window.length; i++) {
        const value = window.get(i, 'rssMin');
        if (!Number.isNaN(value)) lowest = value;
        rss.level[i] = lowest;
      }
      rss.isFloor.fill(1);
    }
    return true;
  }
}

/** RSS is read as it is when what was made out of its parts trembles so many times more. */
const STEADIER = 4;

/**
 * Whether RSS itself moves far less than native part plus live heap: memory that is never given back (Go, a committed JVM heap)
 * is steady, while the parts, each guessed between collections, are not. Compared by the mean change from bucket to bucket.
 */
function isSteadier(window: Window, { n, level }: Levels): boolean {
  let ofParts = 0;
  let ofWhole = 0;
  let before = window.get(0, 'rssMin');
  for (let i = 1; i < n; i++) {
    ofParts += Math.abs(level[i] - level[i - 1]);
    const value = window.get(i, 'rssMin');
    if (Number.isNaN(value)) continue;
    ofWhole += Math.abs(value - before);
    before = value;
  }
  return ofParts > STEADIER * ofWhole;
}

/** A heap that swings by less than this share of RSS between collections hides nothing of what lies outside of it. */
const SMALL_SWING = 0.1;
const LONGEST_CYCLE = 16;

/** Over how many buckets the lowest of RSS less heap is sought: what is committed and unused falls to it once a collection. */
function cycleOf(window: Window, floors: number): number {
  const cycle = Math.min(LONGEST_CYCLE, Math.max(2, Math.round(window.length / (floors + 1))));
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = Math.max(0, window.length - LONGEST_CYCLE); i < window.length; i++) {
    const least = window.get(i, 'heapMin');
    const most = window.get(i, 'heapMax');
    if (least < low) low = least;
    if (most > high) high = most;
  }
  const swing = (high - low) / (SMALL_SWING * window.get(window.length - 1, 'rssMax'));
  return swing < 1 ? Math.max(2, Math.round(cycle * swing)) : cycle;
}

export function hasColumn(window: Window, column: Column): boolean {
  for (let i = window.length - 1; i >= 0; i--) if (!Number.isNaN(window.get(i, column))) return true;
  return false;
}

/** The share of a climb that is believed to survive before any floor has judged one. */
function priorOf(isProven: boolean, window: Window): number {
  if (isProven) return PROVEN;
  return countsNoCollection(window) ? UNCOLLECTED : UNPROVEN;
}

/** A runtime that counts collections and has never counted one frees memory at once, or not at all: what is used is live. */
function countsNoCollection(window: Window): boolean {
  let isCounted = false;
  for (let i = 0; i < window.length; i++) {
    const seen = window.get(i, 'collections');
    if (seen > 0) return false;
    if (seen === 0) isCounted = true;
  }
  return isCounted;
}

function lastFloorBucket(floors: Floors): number {
  return floors.n > 0 ? floors.bucket[floors.n - 1] : -1;
}

function collectionsAfter(window: Window, bucket: number): number {
  let count = 0;
  for (let i = bucket + 1; i < window.length; i++) {
    const seen = window.get(i, 'collections');
    if (seen > 0) count += seen;
  }
  return count;
}

/** The pace of floors of late is taken over so many steps from floor to floor. */
const LATE_STEPS = 4;

/** Levels at every bucket: between floors a straight line, before the first the lowest use, after the last by rho and pace. */
function spread(
  window: Window,
  min: Column,
  floors: Floors,
  prior: number,
  pace: number,
  into: Levels,
): void {
  const n = window.length;
  const last = floors.n - 1;
  const lastBucket = last >= 0 ? floors.bucket[last] : 0;
  const lastLevel = last >= 0 ? floors.level[last] : firstValue(window, min);
  // The prior counts as much as the climb that is being judged: half a cycle of belief.
  const pending = Math.max(1, maxFrom(window, min, lastBucket) - lastLevel);
  const rho = Math.min(
    1,
    (prior * pending + survivingShare(floors) * floors.climbed) / (pending + floors.climbed),
  );
  into.n = n;
  into.floors = floors.n;
  into.isFloor.fill(0);
  for (let i = 0; i < floors.n; i++) into.isFloor[floors.bucket[i]] = 1;
  into.rho = rho;
  const lastAt = middleOf(window, lastBucket);
  let next = 0;
  let carried = lastLevel;
  for (let i = 0; i < n; i++) {
    const low = window.get(i, min);
    if (!Number.isNaN(low)) carried = low;
    into.time[i] = middleOf(window, i);
    while (next <= last && floors.bucket[next] < i) next++;
    if (last < 0 || i > lastBucket) {
      const climbed = carried - lastLevel;
      const expected = Math.max(rho * climbed, pace * (into.time[i] - lastAt));
      into.level[i] = lastLevel + Math.min(climbed, expected);
    } else if (next === 0) {
      into.level[i] = Math.min(carried, floors.level[0]);
    } else {
      const a = floors.bucket[next - 1];
      const b = floors.bucket[next];
      const share = (i - a) / (b - a);
      into.level[i] = floors.level[next - 1] + share * (floors.level[next] - floors.level[next - 1]);
    }
  }
}

/** How fast floors have risen of late, bytes a ms; 0 with too few of them, and where they fall. */
function paceOf(window: Window, { n, bucket, level }: Floors): number {
  const last = n - 1;
  const before = last - LATE_STEPS;
  if (before < 0) return 0;
  const time = middleOf(window, bucket[last]) - middleOf(window, bucket[before]);
  return time > 0 ? Math.max(0, (level[last] - level[before]) / time) : 0;
}

function middleOf({ first, last }: Window, bucket: number): number {
  return (first[bucket] + last[bucket]) / 2;
}

function maxFrom(window: Window, column: Column, bucket: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = bucket; i < window.length; i++) {
    const value = window.get(i, column);
    if (value > highest) highest = value;
  }
  return highest;
}
