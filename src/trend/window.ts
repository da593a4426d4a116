/**
 * The recent past of one process in a fixed number of buckets. Buckets begin as narrow as the samples and double in
 * width as the process ages, up to `widest`; then the oldest fall out. So a young process is seen finely, an old one
 * over `BUCKETS * widest`, at the same cost and without any fixed time scale.
 */

export const BUCKETS = 128;

/** Columns of a bucket; min and max over its samples, else the last value. NaN where nothing was reported. */
export const COLUMNS = [
  'rssMin',
  'rssMax',
  'rssLast',
  'heapMin',
  'heapMax',
  'heapLast',
  // The live set after the newest collection, and the lowest RSS outside of the heap (just before a collection).
  'afterGc',
  'nativeMin',
  // Growth of counters within the bucket.
  'pause',
  'collections',
  'requests',
] as const;
export type Column = (typeof COLUMNS)[number];
const STRIDE = COLUMNS.length;
const AT = Object.fromEntries(COLUMNS.map((name, index) => [name, index])) as Record<Column, number>;

/** One observation as the window takes it; NaN where a signal was not reported. Counters as increments. */
export interface Observation {
  time: number;
  rss: number;
  heapUsed: number;
  heapAfterGc: number;
  pause: number;
  collections: number;
  requests: number;
}

export class Window {
  readonly widest: number;
  length = 0;
  /** Changes with every observation, so that what was read off the window can be kept until then. */
  revision = 0;
  /** Unix ms of each bucket's first and last sample. */
  readonly first = new Float64Array(BUCKETS);
  readonly last = new Float64Array(BUCKETS);
  readonly #cells = new Float32Array(BUCKETS * STRIDE);
  #width = 0;

  constructor(widest: number) {
    this.widest = widest;
  }

  get(bucket: number, column: Column): number {
    return this.#cells[bucket * STRIDE + AT[column]];
  }

  /** One column of all buckets, into `values`; cheaper than to ask for each. */
  copyColumn(column: Column, values: Float64Array): void {
    const cells = this.#cells;
    const { length } = this;
    for (let bucket = 0, cell = AT[column]; bucket < length; bucket++, cell += STRIDE)
      values[bucket] = cells[cell];
  }

  clear(): void {
    this.revision++;
    this.length = 0;
    this.#width = 0;
  }

  /** Takes the next observation; its time must not be before the newest. */
  push(seen: Observation): void {
    this.revision++;
    const newest = this.length - 1;
    if (newest >= 0 && this.#shares(this.first[newest], seen.time)) {
      this.last[newest] = seen.time;
      this.#addTo(newest, seen);
      return;
    }
    if (this.length === BUCKETS) this.#makeRoom();
    const bucket = this.length++;
    this.first[bucket] = seen.time;
    this.last[bucket] = seen.time;
    this.#cells.fill(Number.NaN, bucket * STRIDE, (bucket + 1) * STRIDE);
    this.#addTo(bucket, seen);
  }

  #shares(first: number, time: number): boolean {
    return this.#width === 0
      ? first === time
      : Math.floor(first / this.#width) === Math.floor(time / this.#width);
  }

  #addTo(bucket: number, seen: Observation): void {
    const cells = this.#cells;
    const base = bucket * STRIDE;
    const native = seen.rss - seen.heapUsed;
    lower(cells, base + AT.rssMin, seen.rss);
    raise(cells, base + AT.rssMax, seen.rss);
    keep(cells, base + AT.rssLast, seen.rss);
    lower(cells, base + AT.heapMin, seen.heapUsed);
    raise(cells, base + AT.heapMax, seen.heapUsed);
    keep(cells, base + AT.heapLast, seen.heapUsed);
    keep(cells, base + AT.afterGc, seen.heapAfterGc);
    lower(cells, base + AT.nativeMin, native);
    sum(cells, base + AT.pause, seen.pause);
    sum(cells, base + AT.collections, seen.collections);
    sum(cells, base + AT.requests, seen.requests);
  }

  /** Doubles the width until a quarter is free, or lets the oldest quarter go when the width may not grow. */
  #makeRoom(): void {
    while (this.#width < this.widest && this.length > (BUCKETS * 3) / 4) {
      const spacing = (this.last[this.length - 1] - this.first[0]) / (this.length - 1);
      this.#width = Math.min(this.widest, Math.max(this.#width * 2, spacing * 2));
      this.#merge();
    }
    if (this.length <= (BUCKETS * 3) / 4) return;
    const dropped = BUCKETS / 4;
    this.first.copyWithin(0, dropped, this.length);
    this.last.copyWithin(0, dropped, this.length);
    this.#cells.copyWithin(0, dropped * STRIDE, this.length * STRIDE);
    this.length -= dropped;
  }

  #merge(): void {
    const cells = this.#cells;
    let kept = 0;
    for (let bucket = 1; bucket < this.length; bucket++) {
      const base = bucket * STRIDE;
      if (!this.#shares(this.first[kept], this.first[bucket])) {
        kept++;
        this.first[kept] = this.first[bucket];
        this.last[kept] = this.last[bucket];
        cells.copyWithin(kept * STRIDE, base, base + STRIDE);
        continue;
      }
      const into = kept * STRIDE;
      this.last[kept] = this.last[bucket];
      for (const column of [AT.rssMin, AT.heapMin, AT.nativeMin])
        lower(cells, into + column, cells[base + column]);
      for (const column of [AT.rssMax, AT.heapMax]) raise(cells, into + column, cells[base + column]);
      for (const column of [AT.rssLast, AT.heapLast, AT.afterGc])
        keep(cells, into + column, cells[base + column]);
      for (const column of [AT.pause, AT.collections, AT.requests])
        sum(cells, into + column, cells[base + column]);
    }
    this.length = kept + 1;
  }
}

function lower(cells: Float32Array, at: number, value: number): void {
  if (!(cells[at] <= value) && !Number.isNaN(value)) cells[at] = value;
}

function raise(cells: Float32Array, at: number, value: number): void {
  if (!(cells[at] >= value) && !Number.isNaN(value)) cells[at] = value;
}

function keep(cells: Float32Array, at: number, value: number): void {
  if (!Number.isNaN(value)) cells[at] = value;
}

function sum(cells: Float32Array, at: number, value: number): void {
  if (!Number.isNaN(value)) cells[at] = (Number.isNaN(cells[at]) ? 0 : cells[at]) + value;
}

/** Share of wall time paused between two unix ms; null unless at least half of the stretch is covered by samples that carry pauses. */
export function pauseShare(window: Window, from: number, to: number): number | null {
  let paused = 0;
  let covered = 0;
  for (let i = 1; i < window.length; i++) {
    // A bucket's increments have happened since the end of the bucket before it.
    if (window.last[i - 1] < from || window.last[i] > to) continue;
    const pause = window.get(i, 'pause');
    if (Number.isNaN(pause)) continue;
    paused += pause * 1000;
    covered += window.last[i] - window.last[i - 1];
  }
  return covered >= (to - from) / 2 ? paused / covered : null;
}
