import { COLUMN, isNoLimit, type Labels, SIGNAL_COUNT, type SourceSwitch } from '../telemetry/index.js';
import { type Boundary, findBoundary, type Identity } from './boundary.js';
import { Excursions } from './excursions.js';
import { Kin, Kinship } from './kin.js';
import { teachEnd } from './limits.js';
import { addLife, addMark, climbOf, type Life, type Mark } from './lives.js';
import { AS_LONG_AGAIN, StartUp } from './warm-ups.js';
import type { Losses } from './weigh.js';
import { type Observation, Window } from './window.js';

/** Rules count changes of readiness up to this. */
const MOST_CHANGES = 128;

/** The trend state of one node: its present process in windows, and short records of those before it. */
export class ProcessTrend {
  readonly windows: readonly Window[];
  /** Records that are written anew when they would be dropped: whoever keeps one beyond the next sample copies it. */
  readonly lives: Life[] = [];
  readonly marks: Mark[] = [];
  /** Climbs of the node that were released, this process' and earlier ones'. */
  readonly rssExcursions: Excursions;
  readonly heapExcursions: Excursions;
  /** The start of the present process. */
  rssStartUp: StartUp;
  heapStartUp: StartUp;
  /** What processes of its pool and version have taught; its own alone where nothing says which they are. */
  kin = new Kin();
  /** Newest values; NaN when never sent by this process. */
  readonly latest = new Float64Array(SIGNAL_COUNT).fill(Number.NaN);
  lastSeen = Number.NEGATIVE_INFINITY;
  /** Those that run the same code under the same load; empty when nothing says which. */
  pool = '';
  /** The label `runtime`; empty where none is said. */
  runtime = '';
  /** First sample of the present process, unix ms. */
  since = Number.NaN;
  ready = Number.NaN;
  readySince = Number.NaN;
  readonly readyChanges: number[] = [];
  /** How the shapes fared when last checked, by what was forecast. */
  readonly checks = new Map<
    string,
    {
      readonly at: number;
      readonly since: number;
      readonly climbAt: number;
      readonly onsetAt: number;
      readonly losses: Losses;
    }
  >();
  /** Smoothed spacing of samples, ms. */
  interval = Number.NaN;
  /** Samples of the present process in which a counter was lower than before. */
  falls = 0;
  /** Changes of a source that were taken into account. */
  #switches: ReadonlySet<SourceSwitch> = new Set();
  readonly #identity: Identity = {
    start: Number.NaN,
    version: '',
    collections: Number.NaN,
    requests: Number.NaN,
  };
  #rssPeak = Number.NaN;
  #heapPeak = Number.NaN;
  /** The highest use of the heap that its kin was told of. */
  #toldPeak = Number.NEGATIVE_INFINITY;
  readonly #kinship: Kinship;
  readonly #startUpMs: number;
  readonly #seen: Observation = {
    time: 0,
    rss: Number.NaN,
    heapUsed: Number.NaN,
    heapAfterGc: Number.NaN,
    pause: Number.NaN,
    collections: Number.NaN,
    requests: Number.NaN,
  };

  constructor(widths: readonly number[], kinship = new Kinship()) {
    this.#kinship = kinship;
    this.windows = widths.map((width) => new Window(width));
    this.rssExcursions = new Excursions(widths[0] / 4);
    this.heapExcursions = new Excursions(widths[0] / 4);
    this.#startUpMs = widths[0] * LONGEST_START_UP;
    this.rssStartUp = new StartUp(this.#startUpMs);
    this.heapStartUp = new StartUp(this.#startUpMs);
  }

  /**
   * Takes the next row: SIGNAL_COUNT values from `offset` on, in the order of SIGNALS, NaN where absent. Rows older
   * than the newest are history, not news: they are left out (the store has them).
   */
  observe(
    time: number,
    values: Float64Array,
    offset: number,
    labels: Labels,
    switches?: readonly SourceSwitch[],
  ): void {
    if (time < this.lastSeen) return;
    if (switches) this.#takeSwitches(switches, time);
    const version = labels.version ?? '';
    const boundary = findBoundary(this.#identity, values, offset, version);
    if (boundary) this.#cut(boundary, time, version);
    else this.#markEvents(time, values, offset);
    if (Number.isNaN(this.since)) this.since = time;
    const gap = time - this.lastSeen;
    if (gap > 0 && Number.isFinite(gap)) {
      this.interval = Number.isNaN(this.interval) ? gap : this.interval + 0.1 * (gap - this.interval);
    }
    if (hasFallen(this.latest, values, offset)) this.falls++;
    this.#push(time, values, offset);
    this.#noteReadiness(time, values[offset + COLUMN.ready]);
    this.#identity.version = version;
    this.runtime = labels.runtime ?? '';
    this.#join(version || labels.pool ? `${labels.pool ?? ''}\n${version}` : '');
    for (let column = 0; column < SIGNAL_COUNT; column++) {
      const value = values[offset + column];
      if (!Number.isNaN(value)) this.latest[column] = value;
    }
    this.lastSeen = time;
    this.#teach();
  }

  /** The version that it runs; empty where none is said. */
  get version(): string {
    return this.#identity.version;
  }

  /** Highest use of the managed heap that the present process has lived through, bytes; NaN when none was sent. */
  get heapPeak(): number {
    return this.#heapPeak;
  }

  /** When the present process began, unix ms: as it says itself, else as was seen; -Infinity when neither. */
  get startedAt(): number {
    const said = this.latest[COLUMN.start_time] * 1000;
    if (said >= 0 && said <= this.lastSeen) return said;
    return this.lives.length > 0 ? this.since : Number.NEGATIVE_INFINITY;
  }

  #push(time: number, values: Float64Array, offset: number): void {
    const seen = this.#seen;
    seen.time = time;
    seen.rss = positive(values[offset + COLUMN.rss]);
    seen.heapUsed = positive(values[offset + COLUMN.heap_used]);
    seen.heapAfterGc = positive(values[offset + COLUMN.heap_after_gc]);
    seen.pause = increment(this.latest, values, offset, COLUMN.gc_pause_total);
    seen.collections = increment(this.latest, values, offset, COLUMN.gc_count);
    seen.requests = increment(this.latest, values, offset, COLUMN.requests_total);
    if (!(this.#rssPeak >= seen.rss) && !Number.isNaN(seen.rss)) this.#rssPeak = seen.rss;
    if (!(this.#heapPeak >= seen.heapUsed) && !Number.isNaN(seen.heapUsed)) this.#heapPeak = seen.heapUsed;
    for (const window of this.windows) window.push(seen);
    this.rssExcursions.observe(time, seen.rss);
    this.heapExcursions.observe(time, seen.heapAfterGc);
    const identity = this.#identity;
    identity.start = newest(values[offset + COLUMN.start_time], identity.start);
    identity.collections = newest(values[offset + COLUMN.gc_count], identity.collections);
    identity.requests = newest(values[offset + COLUMN.requests_total], identity.requests);
  }

  #join(pool: string): void {
    if (pool === this.pool) return;
    this.pool = pool;
    this.kin = pool === '' ? new Kin() : this.#kinship.of(pool);
  }

  /** Tells its kin what the newest sample has shown: a use of the heap that was lived through, a start-up that has settled. */
  #teach(): void {
    const { kin, rssStartUp, heapStartUp } = this;
    const { rss, heapUsed, heapAfterGc } = this.#seen;
    const [memoryLimit, heapLimit] = [this.latest[COLUMN.memory_limit], this.latest[COLUMN.heap_limit]];
    if (heapUsed < CAME_DOWN * this.#heapPeak && this.#heapPeak > this.#toldPeak) {
      this.#toldPeak = this.#heapPeak;
      kin.heapEnds.lived(this.#heapPeak / heapLimit);
    }
    const age = this.lastSeen - this.startedAt;
    if (age > this.#startUpMs * (1 + AS_LONG_AGAIN)) return;
    const ofRss = rssStartUp.observe(age, rss, memoryLimit);
    if (ofRss) kin.rssWarmUps.keep(rssStartUp, ofRss);
    const ofHeap = heapStartUp.observe(age, heapAfterGc, heapLimit);
    if (ofHeap) kin.heapWarmUps.keep(heapStartUp, ofHeap);
  }

  /**
   * From here on signals are measured otherwise. What was seen of them before says nothing about them now, but the process is
   * the same: no life ends.
   */
  #takeSwitches(switches: readonly SourceSwitch[], time: number): void {
    const due = switches.filter((each) => each.at <= time);
    if (due.length === 0 || due.every((each) => this.#switches.has(each))) return;
    const fresh = due.filter((each) => !this.#switches.has(each));
    this.#switches = new Set(due);
    for (const { column, at, from, to } of fresh) {
      // Of limits and readiness two sources can be compared: they are what they are now.
      if (!PROCESS_COLUMNS.includes(column)) continue;
      this.latest[column] = Number.NaN;
      if (column === COLUMN.start_time) this.#identity.start = Number.NaN;
      else if (column === COLUMN.gc_count) this.#identity.collections = Number.NaN;
      else if (column === COLUMN.requests_total) this.#identity.requests = Number.NaN;
      if (!MEMORY_COLUMNS.includes(column)) continue;
      this.#mark(at, from === to ? `parts of ${from} changed` : `measured as ${to}`);
      this.#forgetTrend();
    }
  }

  /** Forgets the course of the memory so far. */
  #forgetTrend(): void {
    for (const window of this.windows) window.clear();
    this.rssExcursions.cut();
    this.heapExcursions.cut();
    this.rssStartUp = this.rssStartUp.again();
    this.heapStartUp = this.heapStartUp.again();
    this.#toldPeak = Number.NEGATIVE_INFINITY;
    this.#rssPeak = Number.NaN;
    this.#heapPeak = Number.NaN;
    this.falls = 0;
  }

  /** Ends the present life; limits, versions and readiness belong to the node and stay. */
  #cut(boundary: Boundary, time: number, version: string): void {
    const life = addLife(this.lives);
    life.from = this.since;
    life.to = this.lastSeen;
    life.endedBy = boundary.kind;
    life.version = this.#identity.version;
    life.rssPerHour = climbOf(this.windows[0], 'rssMin');
    life.heapPerHour = climbOf(this.windows[0], 'heapMin');
    life.rssEnd = this.latest[COLUMN.rss];
    life.rssPeak = this.#rssPeak;
    life.heapEnd = this.latest[COLUMN.heap_used];
    life.heapPeak = this.#heapPeak;
    life.heapLimit = this.latest[COLUMN.heap_limit];
    const age = this.lastSeen - this.startedAt;
    life.rssClimbed = this.rssStartUp.isClimbing(age);
    life.heapClimbed = this.heapStartUp.isClimbing(age);
    teachEnd(life, this.kin.heapEnds);
    this.#mark(time, boundary.kind === 'version' ? `version ${version}` : 'restart');
    this.#forgetTrend();
    for (const column of PROCESS_COLUMNS) this.latest[column] = Number.NaN;
    const identity = this.#identity;
    identity.version = version;
    identity.start = identity.collections = identity.requests = Number.NaN;
    this.since = time;
  }

  /** Gaps and changed limits are told in pictures and evidence; the trend of use itself goes on through them. */
  #markEvents(time: number, values: Float64Array, offset: number): void {
    if (time - this.lastSeen > GAP_INTERVALS * this.interval) this.#mark(this.lastSeen, 'gap');
    for (const column of [COLUMN.memory_limit, COLUMN.heap_limit]) {
      const value = values[offset + column];
      const before = this.latest[column];
      if (!Number.isNaN(value) && !Number.isNaN(before) && value !== before && !isNoLimit(value)) {
        this.#mark(time, 'limit changed');
      }
    }
  }

  #mark(at: number, what: string): void {
    const mark = addMark(this.marks);
    mark.at = at;
    mark.what = what;
  }

  #noteReadiness(time: number, ready: number): void {
    if (Number.isNaN(ready) || ready === this.ready) return;
    if (!Number.isNaN(this.ready)) {
      this.readyChanges.push(time);
      if (this.readyChanges.length > MOST_CHANGES) this.readyChanges.shift();
    }
    this.ready = ready;
    this.readySince = time;
  }
}

/** A start-up is over after so many widest buckets, about a horizon. */
const LONGEST_START_UP = 8;

/** A peak of the heap was lived through when use fell below this share of it. */
const CAME_DOWN = 0.9;

/** So many times the usual spacing without a sample is a gap. */
const GAP_INTERVALS = 8;

/** What belongs to a process and is unknown again after its restart. */
const PROCESS_COLUMNS = [
  COLUMN.rss,
  COLUMN.heap_used,
  COLUMN.heap_after_gc,
  COLUMN.gc_pause_total,
  COLUMN.gc_count,
  COLUMN.requests_total,
  COLUMN.start_time,
];

const MEMORY_COLUMNS = [COLUMN.rss, COLUMN.heap_used, COLUMN.heap_after_gc];

/**
 * Memory of 0 is a runtime that has not measured yet (Micrometer's live data size before the first collection); what
 * would be no limit is no use either, and more than windows can hold.
 */
function positive(bytes: number): number {
  return isNoLimit(bytes) ? Number.NaN : bytes;
}

function newest(value: number, before: number): number {
  return Number.isNaN(value) ? before : value;
}

/** Nothing is paused or counted so often between two samples; and windows hold no more. */
const MOST_GROWN = 2 ** 62;

function increment(latest: Float64Array, values: Float64Array, offset: number, column: number): number {
  const grown = values[offset + column] - latest[column];
  return grown >= 0 && grown < MOST_GROWN ? grown : Number.NaN;
}

function hasFallen(latest: Float64Array, values: Float64Array, offset: number): boolean {
  return (
    values[offset + COLUMN.gc_pause_total] < latest[COLUMN.gc_pause_total] ||
    values[offset + COLUMN.gc_count] < latest[COLUMN.gc_count] ||
    values[offset + COLUMN.requests_total] < latest[COLUMN.requests_total]
  );
}
