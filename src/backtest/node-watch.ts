import type { Labels } from '../telemetry/index.js';
import type { Life, ProcessTrend, Resource } from '../trend/index.js';
import type { Breach, BreachHow, EndedBy, Episode } from './contract.js';
import { CurveRing } from './curve-ring.js';
import { limitAtDeath, sharesOf } from './near-limit.js';

/** How a process ended is read off its last samples: of two thinned ones, one is the floor and one the peak. */
const TAIL = 4;

/** Silent for so many of its usual intervals when the history ends, a node has gone. */
const GONE_INTERVALS = 8;

export interface WatchedNode {
  readonly world: string;
  readonly name: string;
}

/** An episode whose outcome is still open, and until when its forecast is held against what came. */
export interface OpenEpisode {
  readonly episode: Episode;
  readonly until: number;
}

/** One node on its way through history: its processes, how each ended, and the alerts that spoke of them. */
export class NodeWatch {
  readonly breaches: Breach[] = [];
  /** First sample of the present process and of the one before. */
  since = Number.NaN;
  sinceBefore = Number.NaN;
  readonly #node: WatchedNode;
  readonly #ring: CurveRing;
  readonly #tail = {
    rss: new Float64Array(TAIL),
    heap: new Float64Array(TAIL),
    live: new Float64Array(TAIL),
  };
  #samples = 0;
  #hasBreached = false;
  #wasBelow = false;
  #open: OpenEpisode[] = [];

  constructor(node: WatchedNode, bucketMs: number) {
    this.#node = node;
    this.#ring = new CurveRing(bucketMs);
  }

  /** Looks at the process after it has taken a sample. */
  observe(time: number, process: ProcessTrend, labels: Labels): void {
    if (process.since !== this.since) {
      const ended = process.lives.at(-1);
      if (!Number.isNaN(this.since) && ended) this.#endLife(ended, process, labels);
      this.#begin(process.since);
    }
    const shares = sharesOf(process);
    const slot = this.#samples++ % TAIL;
    this.#tail.rss[slot] = shares.rss;
    this.#tail.heap[slot] = shares.heap;
    this.#tail.live[slot] = shares.live;
    this.#ring.push(time, process);
    if (shares.rss < 1) this.#wasBelow = true;
    else if (shares.rss >= 1 && this.#wasBelow) this.#breach(time, 'rss', 'reached', process, labels);
    if (this.#open.length > 0) this.#follow(time, process, shares.rss, shares.heap);
  }

  /** An alert has fired on this node. */
  watch(open: OpenEpisode): void {
    this.#open.push(open);
  }

  /** The process that was seen at this time. */
  processAt(time: number): number {
    return time >= this.since || Number.isNaN(this.sinceBefore) ? this.since : this.sinceBefore;
  }

  /** The history ends, or the node is gone for good. `leastMs` is the shortest silence that means anything. */
  finish(end: number, process: ProcessTrend, labels: Labels, leastMs: number): void {
    const isGone = end - process.lastSeen > Math.max(leastMs, GONE_INTERVALS * process.interval);
    if (isGone) {
      const signal = this.#limitOfTail();
      if (signal) this.#breach(process.lastSeen, signal, 'vanished', process, labels);
      this.#settle(process.lastSeen, 'silence', process);
    }
    for (const { episode } of this.#open) this.#draw(episode, process);
    this.#open = [];
  }

  #begin(since: number): void {
    this.sinceBefore = this.since;
    this.since = since;
    this.#samples = 0;
    this.#hasBreached = false;
    this.#wasBelow = false;
  }

  #endLife({ to, endedBy }: Life, process: ProcessTrend, labels: Labels): void {
    const signal = endedBy === 'restart' ? this.#limitOfTail() : null;
    if (signal) this.#breach(to, signal, 'died', process, labels);
    this.#settle(to, endedBy, process);
  }

  #limitOfTail(): Resource | null {
    const kept = Math.min(TAIL, this.#samples);
    const { rss, heap, live } = this.#tail;
    return limitAtDeath({ rss: highest(rss, kept), heap: highest(heap, kept), live: highest(live, kept) });
  }

  #breach(at: number, signal: Resource, how: BreachHow, process: ProcessTrend, labels: Labels): void {
    if (this.#hasBreached) return;
    this.#hasBreached = true;
    const { world, name: node } = this.#node;
    const curve = this.#ring.curve(signal, process);
    this.breaches.push({ world, node, labels, at, signal, how, since: this.since, curve });
  }

  #follow(time: number, process: ProcessTrend, rss: number, heap: number): void {
    let isAnyOver = false;
    for (const { episode, until } of this.#open) {
      if (episode.since !== this.since) continue;
      if (time > until) isAnyOver = true;
      const share = episode.signal === 'heap' ? heap : rss;
      if (share > episode.peakShare) episode.peakShare = share;
    }
    if (!isAnyOver) return;
    for (const { episode, until } of this.#open) if (time > until) this.#draw(episode, process);
    // Whether it was early, a breach of the same process tells later; how the process ends otherwise matters no more.
    this.#open = this.#open.filter(({ until }) => time <= until);
  }

  #settle(at: number, by: EndedBy, process: ProcessTrend): void {
    for (const { episode } of this.#open) {
      if (episode.since !== this.since) continue;
      episode.endedAt = at;
      episode.endedBy = by;
      this.#draw(episode, process);
    }
    this.#open = this.#open.filter(({ episode }) => episode.since !== this.since);
  }

  #draw(episode: Episode, process: ProcessTrend): void {
    episode.curve ??= episode.signal ? this.#ring.curve(episode.signal, process) : null;
  }
}

function highest(values: Float64Array, count: number): number {
  let most = Number.NaN;
  for (let i = 0; i < count; i++) if (!(most >= values[i]) && !Number.isNaN(values[i])) most = values[i];
  return most;
}
