import { BUCKETS, type Column, type Window } from './window.js';

/** Scratch of the floor search; bucket indexes and bytes. */
export interface Floors {
  n: number;
  readonly bucket: Int32Array;
  readonly level: Float64Array;
  /** Climbs (peak minus floor before it) that a later floor has judged, in all. */
  climbed: number;
  /** Of climbs and of what survived of them, sums in which the past fades: their ratio is the share that survives of late. */
  climbedOfLate: number;
  survivedOfLate: number;
}

export const scratchFloors = (): Floors => ({
  n: 0,
  bucket: new Int32Array(BUCKETS),
  level: new Float64Array(BUCKETS),
  climbed: 0,
  climbedOfLate: 0,
  survivedOfLate: 0,
});

/** What all earlier climbs count beside the newest one: what was garbage before a leak began is no garbage in it. */
const OF_EARLIER = 0.5;

/** A live set that is sent is repeated until the next major collection: only a change is news. */
export function findSentFloors(window: Window, floors: Floors): void {
  forget(floors);
  // The first collection judges the climb from the beginning.
  let previous = firstValue(window, 'heapMin');
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < window.length; i++) {
    const used = window.get(i, 'heapMax');
    if (used > peak) peak = used;
    const live = window.get(i, 'afterGc');
    if (Number.isNaN(live) || live === previous) continue;
    if (peak > previous) {
      judge(floors, peak - previous, live - previous);
    }
    floors.bucket[floors.n] = i;
    floors.level[floors.n++] = live;
    previous = live;
    peak = live;
  }
}

/** A drop of a quarter of the climb since the last floor, and of 2 % of the peak, is a collection or a release. */
const DROP_OF_CLIMB = 0.25;
const DROP_OF_PEAK = 0.02;

export function findDrops(window: Window, min: Column, max: Column, floors: Floors): void {
  forget(floors);
  let floor = Number.NaN;
  let peak = Number.NEGATIVE_INFINITY;
  let trough = Number.POSITIVE_INFINITY;
  let troughAt = -1;
  for (let i = 0; i < window.length; i++) {
    const low = window.get(i, min);
    const high = window.get(i, max);
    if (Number.isNaN(low)) continue;
    if (Number.isNaN(floor)) floor = low;
    const rises = troughAt >= 0 && low > trough;
    if (rises) {
      // The trough is over: it judges the climb that led to the peak before it.
      if (peak > floor) {
        judge(floors, peak - floor, trough - floor);
      }
      floors.bucket[floors.n] = troughAt;
      floors.level[floors.n++] = trough;
      floor = trough;
      peak = Number.NEGATIVE_INFINITY;
      troughAt = -1;
      trough = Number.POSITIVE_INFINITY;
    }
    // From the peak of earlier buckets: within one bucket nobody knows which came first, its low or its high.
    const fell = peak - low;
    if (fell > DROP_OF_CLIMB * (peak - Math.min(floor, low)) && fell > DROP_OF_PEAK * peak && low < trough) {
      trough = low;
      troughAt = i;
    }
    if (high > peak) peak = high;
  }
  // In the newest bucket use may still be falling: where that ends is not known yet.
  if (troughAt >= 0 && troughAt < window.length - 1) {
    floors.bucket[floors.n] = troughAt;
    floors.level[floors.n++] = trough;
  }
}

function forget(floors: Floors): void {
  floors.n = 0;
  floors.climbed = 0;
  floors.climbedOfLate = 0;
  floors.survivedOfLate = 0;
}

/** What the newest floor says of the climb before it, bytes. What ends below the floor before has not survived at all. */
function judge(floors: Floors, climb: number, left: number): void {
  floors.climbed += climb;
  floors.climbedOfLate = floors.climbedOfLate * OF_EARLIER + climb;
  floors.survivedOfLate = floors.survivedOfLate * OF_EARLIER + Math.min(climb, Math.max(0, left));
}

/** The share of climbs that survived, the newest counting most; 0 before any was judged. */
export function survivingShare({ climbedOfLate, survivedOfLate }: Floors): number {
  return climbedOfLate > 0 ? survivedOfLate / climbedOfLate : 0;
}

/** The oldest value of a column; 0 where there is none. */
export function firstValue(window: Window, column: Column): number {
  for (let i = 0; i < window.length; i++) {
    const value = window.get(i, column);
    if (!Number.isNaN(value)) return value;
  }
  return 0;
}
