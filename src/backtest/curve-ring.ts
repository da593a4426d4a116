import { COLUMN, isNoLimit } from '../telemetry/index.js';
import type { ProcessTrend, Resource } from '../trend/index.js';
import type { Curve } from './contract.js';

/** Six to seven horizons with two buckets of the default step each. */
const BUCKETS = 160;

const COLUMNS = ['rssMin', 'rssMax', 'heapMin', 'heapMax', 'live'] as const;
type Column = (typeof COLUMNS)[number];

/** The recent memory of a node in buckets, from which pictures are drawn; restarts do not empty it. */
export class CurveRing {
  readonly #bucketMs: number;
  readonly #time = new Float64Array(BUCKETS);
  readonly #cells = new Float32Array(BUCKETS * COLUMNS.length);
  #count = 0;

  constructor(bucketMs: number) {
    this.#bucketMs = bucketMs;
  }

  /** Takes the newest values of the process. */
  push(time: number, { latest }: ProcessTrend): void {
    const newest = (this.#count - 1) % BUCKETS;
    const isSame =
      this.#count > 0 &&
      Math.floor(this.#time[newest] / this.#bucketMs) === Math.floor(time / this.#bucketMs);
    const at = isSame ? newest : this.#count++ % BUCKETS;
    const cells = this.#cells;
    const base = at * COLUMNS.length;
    if (!isSame) cells.fill(Number.NaN, base, base + COLUMNS.length);
    this.#time[at] = time;
    const rss = latest[COLUMN.rss];
    const heap = latest[COLUMN.heap_used];
    if (!(cells[base] <= rss)) cells[base] = rss;
    if (!(cells[base + 1] >= rss)) cells[base + 1] = rss;
    if (!(cells[base + 2] <= heap)) cells[base + 2] = heap;
    if (!(cells[base + 3] >= heap)) cells[base + 3] = heap;
    cells[base + 4] = latest[COLUMN.heap_after_gc];
  }

  /** What is kept of one resource; null without a limit to draw it against. */
  curve(signal: Resource, process: ProcessTrend): Curve | null {
    const limit = process.latest[signal === 'rss' ? COLUMN.memory_limit : COLUMN.heap_limit];
    if (Number.isNaN(limit) || isNoLimit(limit)) return null;
    const used: [number, number][] = [];
    const live: [number, number][] = [];
    for (let i = Math.max(0, this.#count - BUCKETS); i < this.#count; i++) {
      const at = i % BUCKETS;
      const time = this.#time[at];
      const peak = this.#get(at, signal === 'rss' ? 'rssMax' : 'heapMax');
      if (!Number.isNaN(peak)) used.push([time, peak]);
      const kept = signal === 'rss' ? Number.NaN : this.#get(at, 'live');
      const floor = Number.isNaN(kept) ? this.#get(at, signal === 'rss' ? 'rssMin' : 'heapMin') : kept;
      if (!Number.isNaN(floor)) live.push([time, floor]);
    }
    return used.length === 0 ? null : { signal, limit, used, live };
  }

  #get(bucket: number, column: Column): number {
    return this.#cells[bucket * COLUMNS.length + COLUMNS.indexOf(column)];
  }
}
