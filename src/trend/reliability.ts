import { COLUMN } from '../telemetry/index.js';
import type { Life } from './lives.js';
import type { Outlook, Resource, TrackRecord } from './outlook.js';
import { filledHeap, filledMemory } from './precedent.js';
import type { ProcessTrend } from './process-trend.js';

/** Forecasts between two of these probabilities are alike. 0.35 and 0.5 are those at which the shipped rules speak. */
const EDGES = [0.05, 0.2, 0.35, 0.5, 0.8];

/** So many must have fallen due, in so many stretches of a horizon, before a count says anything. */
const LEAST_DUE = 30;
const LEAST_STRETCHES = 5;

/** Beyond so many, all counts are halved: what was long ago fades. */
const MOST_DUE = 256;

/** Forecasts of one kind that fell due. */
interface Tally {
  due: number;
  came: number;
  /** Stretches of a horizon in which one began: nodes of a pool that all misread one wave are no independent cases. */
  stretches: number;
  stretchFrom: number;
}

/** A forecast that has not fallen due yet. */
interface Open {
  readonly resource: Resource;
  readonly horizonMs: number;
  readonly bin: number;
  /** Unix ms. */
  readonly at: number;
  /** The process of which it spoke, by its first sample. */
  readonly since: number;
  readonly limit: number;
  readonly effectiveLimit: number;
  readonly tally: Tally;
}

/** The open ones of a node, and before what none of them can be decided: most samples need no look at each. */
interface Watch {
  readonly open: Open[];
  since: number;
  due: number;
  rss: number;
  afterGc: number;
}

/** What came of forecasts like one, and the sentence that says so; null while too few have fallen due. */
export interface Track {
  readonly record: TrackRecord | null;
  readonly sentence: string;
}

/** Says what came of forecasts like one; null where it has nothing to say. */
export type Judge = (outlook: Outlook) => Track | null;

/**
 * What came of the service's own forecasts, by pool, limit, horizon and the probability that was said (a reliability table: Murphy
 * & Winkler, Applied Statistics 26, 1977). One is counted when a process comes into a bin, and the next of that bin only once
 * this one has fallen due, however often it was asked for meanwhile. What a planned restart, a deploy or silence kept from
 * falling due is left out.
 */
export class Reliability {
  readonly #tallies = new Map<string, readonly Tally[]>();
  readonly #watches: (Watch | undefined)[] = [];

  /** Takes note of a forecast, and says what came of those like it; null where there is nothing to say. */
  tell(id: number, process: ProcessTrend, outlook: Outlook): Track | null {
    const { probability } = outlook;
    if (probability === null) return null;
    const { tally } = this.#openOf(id, process, outlook, binOf(probability));
    const record = recordOf(tally);
    const sentence = sentenceOf(record, process.pool.indexOf('\n') > 0, outlook);
    return sentence === null ? null : { record, sentence };
  }

  /** Looks whether forecasts of a node came true or fell due with its newest sample. */
  observe(id: number, process: ProcessTrend): void {
    const watch = this.#watches[id];
    if (!watch || isQuiet(watch, process)) return;
    const { open } = watch;
    for (let i = open.length - 1; i >= 0; i--) {
      const came = outcomeOf(open[i], process);
      if (came === undefined) continue;
      if (came !== null) count(open[i], came);
      open.splice(i, 1);
    }
    this.#watches[id] = open.length === 0 ? undefined : watchOf(open);
  }

  /** The node is gone: what was said of it never falls due. */
  forget(id: number): void {
    this.#watches[id] = undefined;
  }

  #talliesOf({ pool }: ProcessTrend, { signal, horizonMs }: Outlook): readonly Tally[] {
    const key = `${pool.slice(0, Math.max(0, pool.indexOf('\n')))}\n${signal} ${horizonMs}`;
    let tallies = this.#tallies.get(key);
    if (!tallies) {
      tallies = Array.from({ length: EDGES.length + 1 }, () => ({
        due: 0,
        came: 0,
        stretches: 0,
        stretchFrom: Number.NEGATIVE_INFINITY,
      }));
      this.#tallies.set(key, tallies);
    }
    return tallies;
  }

  /** The forecast of this kind that is open already, else this one. */
  #openOf(id: number, process: ProcessTrend, outlook: Outlook, bin: number): Open {
    const { since } = process;
    const { signal: resource, horizonMs, at, limit, effectiveLimit } = outlook;
    const open = this.#watches[id]?.open ?? [];
    for (const each of open) {
      const isSame = each.bin === bin && each.resource === resource && each.horizonMs === horizonMs;
      if (isSame && each.since === since) return each;
    }
    const tally = this.#talliesOf(process, outlook)[bin];
    const one = { resource, horizonMs, bin, at, since, limit, effectiveLimit, tally };
    open.push(one);
    this.#watches[id] = watchOf(open);
    return one;
  }
}

function binOf(probability: number): number {
  let bin = 0;
  while (bin < EDGES.length && probability >= EDGES[bin]) bin++;
  return bin;
}

function watchOf(open: Open[]): Watch {
  const watch = {
    open,
    since: open[0].since,
    due: Number.POSITIVE_INFINITY,
    rss: Number.POSITIVE_INFINITY,
    afterGc: Number.POSITIVE_INFINITY,
  };
  for (const { since, resource, at, horizonMs, limit, effectiveLimit } of open) {
    // Of two processes there is one that has ended.
    if (since !== watch.since) watch.since = Number.NaN;
    watch.due = Math.min(watch.due, at + horizonMs);
    if (resource === 'rss') watch.rss = Math.min(watch.rss, limit);
    else watch.afterGc = Math.min(watch.afterGc, effectiveLimit);
  }
  return watch;
}

function isQuiet({ since, due, rss, afterGc }: Watch, process: ProcessTrend): boolean {
  const { latest } = process;
  const isBelow = !(latest[COLUMN.rss] >= rss) && !(latest[COLUMN.heap_after_gc] >= afterGc);
  return isBelow && process.since === since && process.lastSeen < due;
}

/** Whether it came; null when that will never be known, undefined while it is not known yet. */
function outcomeOf(said: Open, process: ProcessTrend): boolean | null | undefined {
  const { resource, horizonMs, at, since, limit, effectiveLimit } = said;
  const due = at + horizonMs;
  if (process.since !== since) {
    const life = process.lives.find(({ from }) => from === since);
    if (life && wasEndedBy(life, resource, limit)) return true;
    return life && life.to >= due ? false : null;
  }
  const { latest, lastSeen } = process;
  const hasReached =
    resource === 'rss' ? latest[COLUMN.rss] >= limit : latest[COLUMN.heap_after_gc] >= effectiveLimit;
  if (hasReached && lastSeen <= due) return true;
  return lastSeen >= due ? false : undefined;
}

function wasEndedBy(life: Life, resource: Resource, limit: number): boolean {
  if (life.endedBy !== 'restart') return false;
  return resource === 'rss' ? filledMemory(life, limit) : filledHeap(life);
}

function count({ tally, at, horizonMs }: Open, came: boolean): void {
  tally.due++;
  if (came) tally.came++;
  if (at >= tally.stretchFrom + horizonMs) {
    tally.stretches++;
    tally.stretchFrom = at;
  }
  if (tally.due <= MOST_DUE) return;
  tally.due /= 2;
  tally.came /= 2;
}

function recordOf({ due, came, stretches }: Tally): TrackRecord | null {
  if (due < LEAST_DUE || stretches < LEAST_STRETCHES) return null;
  return { due: Math.round(due), came: Math.round(came) };
}

/** Too little is worth a word only where a breach is expected. */
function sentenceOf(record: TrackRecord | null, hasPool: boolean, { breachP50 }: Outlook): string | null {
  if (record) {
    const where = hasPool ? ' in this pool' : '';
    return `of ${record.due} forecasts like this${where} that fell due, ${record.came} came true`;
  }
  if (breachP50 === null) return null;
  const whose = hasPool ? ' of this pool' : '';
  return `too few forecasts like this${whose} have fallen due to say how often they come true`;
}
