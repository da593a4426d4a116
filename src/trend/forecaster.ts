import { COLUMN, isNoLimit } from '../telemetry/index.js';
import { nothingYet, timesOf } from './answer.js';
import { likelierTogether, shareOf, slowerTogether } from './borrow.js';
import { breachDistribution, type Ceiling, type Circumstances } from './breach.js';
import { causeOf } from './cause.js';
import { makeScratch, theilSen } from './estimators/theil-sen.js';
import { heaviestShape, tellEvidence } from './evidence.js';
import { LevelReader, type Levels } from './levels.js';
import { type HeapEnd, heapEndOf } from './limits.js';
import { findRegime, type Regime } from './onset.js';
import type { Growth, Outlook, Resource, Target } from './outlook.js';
import { amplificationOf, slackOf } from './peaks.js';
import { persistenceOf } from './persistence.js';
import { gatherByAge, gatherEvenly, gatherRates, MOST_POINTS_FITTED, rangeOf } from './points.js';
import { Pools } from './pools.js';
import { plannedLives, survivalOf } from './precedent.js';
import type { ProcessTrend } from './process-trend.js';
import { linearOfLate } from './shapes/linear.js';
import { makePoints, SLOPE_SCORE } from './shapes/shape.js';
import {
  type Candidate,
  checkShapes,
  type Losses,
  lowestFrom,
  noiseOf,
  onlyFlat,
  weighShapes,
} from './weigh.js';
import type { Window } from './window.js';

const HOUR_MS = 3_600_000;

/** The growth of a stretch is measured on at most so many points: pairs of slopes grow with the square. */
const MOST_MEASURED = 20;

/** Below so many buckets a trend is a guess; so are climbs shorter than this share of the horizon. */
const LEAST_BUCKETS = 10;
const LEAST_SHARE_OF_HORIZON = 1 / 24;

/** With fewer floors than this the climb between them is all there is to see. */
const LEAST_FLOORS = 8;

/** A line through fewer points of what lies outside the heap is none. */
const LEAST_NATIVE = 4;

/** Shares of the horizon for which the odds of a breach are told. */
const ODDS_AT = [1 / 8, 1 / 4, 1 / 2, 1];

/** A record of the shapes holds for this share of the horizon, or of the stretch while that is shorter. */
const CHECKED_SHARE = 1 / 60;

/** A break that is found this far from where it was, as a share of the stretch, is another one. */
const MOVED_SHARE = 0.03;

interface Stretch {
  readonly from: number;
  readonly span: number;
  readonly horizonMs: number;
  readonly noise: number;
  readonly regime: Regime;
}

/**
 * A level does not climb by more than so many times what it moved over the stretch, within as long again or within the
 * horizon if that is longer; an accelerating climb that doubles every fifth of the stretch comes to about this.
 */
const FARTHEST_CLIMB = 15;

/** Physical memory ends at its limit. */
const NO_MARGIN: HeapEnd = { share: 1, spread: 0 };

/** What was computed on the way to an outlook and is needed to draw it. */
export interface Workings {
  readonly outlook: Outlook;
  readonly candidates: readonly Candidate[];
  readonly levels: Levels;
  /** x = (time - from) / span. */
  readonly from: number;
  readonly span: number;
  /** The level that must be reached, bytes. */
  readonly goal: number;
  /** What is in use at a level: with the garbage and the spikes that ride on it. */
  readonly toUse: (level: number) => number;
}

/**
 * Turns windows into outlooks. Owns the scratch memory of the estimators, so one forecaster serves all nodes in turn;
 * what it returns stays valid, except `levels` of `workings`, which the next call overwrites.
 */
export class Forecaster {
  readonly #reader = new LevelReader();
  readonly #pools = new Pools();
  readonly #scratch = makeScratch();
  readonly #points = makePoints(MOST_POINTS_FITTED);

  readonly #natives = makePoints(MOST_POINTS_FITTED);

  /** Null when the resource or its limit is not known. `horizonMs` from `at` on. */
  outlook(
    id: number,
    process: ProcessTrend,
    window: Window,
    resource: Resource,
    horizonMs: number,
    at: number,
    target?: Target,
  ): Outlook | null {
    return this.workings(id, process, window, resource, horizonMs, at, target)?.outlook ?? null;
  }

  workings(
    id: number,
    process: ProcessTrend,
    window: Window,
    resource: Resource,
    horizonMs: number,
    at: number,
    target?: Target,
  ): Workings | null {
    const limit = targetBytes(process, resource, target);
    if (limit === null) return null;
    const levels = this.#read(window, resource);
    if (!levels) return null;
    const used = process.latest[resource === 'rss' ? COLUMN.rss : COLUMN.heap_used];
    const from = levels.time[0];
    const span = levels.time[levels.n - 1] - from;
    const live = levels.level[levels.n - 1];
    const end = resource === 'rss' ? NO_MARGIN : heapEndOf(process);
    const effectiveLimit = limit * end.share;
    const since = Math.max(process.since, window.first[0]);
    const base = { signal: resource, at, now: used, live, limit, effectiveLimit, horizonMs, since };
    const slack = resource === 'rss' ? slackOf(window, levels, limit) : 0;
    if (levels.n < LEAST_BUCKETS || span < horizonMs * LEAST_SHARE_OF_HORIZON) {
      const outlook = { ...base, ...nothingYet(span) };
      return { outlook, candidates: [], levels, from, span, goal: effectiveLimit, toUse: (level) => level };
    }
    const stretch = this.#gather(window, levels, from, span, horizonMs);
    const climbAt = from + span * this.#points.x[stretch.regime.climbStart];
    const carried =
      resource === 'rss'
        ? amplificationOf(
            window,
            levels,
            this.#points,
            stretch.regime.climbStart,
            climbAt,
            this.#natives.y,
            this.#scratch,
          )
        : 1;
    const room = (effectiveLimit - slack - live) / carried;
    const goal = live + room;
    const isOutOfReach = room > FARTHEST_CLIMB * rangeOf(this.#points) * Math.max(1, horizonMs / span);
    const own = isOutOfReach
      ? onlyFlat(this.#points, this.#scratch)
      : this.#weigh(
          process,
          `${resource} ${horizonMs}`,
          stretch,
          this.#releasedBefore(process, resource, used, stretch.regime.climbStart, climbAt),
        );
    const pool = target || process.pool === '' ? '' : `${process.pool}\n${resource}`;
    const others = pool === '' ? null : this.#pools.othersOf(pool, id, at, horizonMs);
    const candidates = others ? likelierTogether(own, others) : own;
    const survival = survivalOf(process, process.latest[COLUMN.memory_limit]);
    const age = process.lastSeen - process.since;
    const circumstances: Circumstances = {
      goal,
      doubt: room > 0 ? (end.spread * limit) / (room * carried) : 0,
      persistence: persistenceOf(process, window, climbAt, stretch.regime.climbStart === 0, horizonMs),
      survival: survival && ((ahead) => survival(age + ahead * span)),
      ceiling: resource === 'rss' ? this.#ceiling(process, levels, stretch, limit) : null,
    };
    const alone = breachDistribution(own, circumstances);
    const said = shareOf(alone, own, room / limit, span);
    if (pool !== '') this.#pools.tell(pool, id, at, said);
    const distribution = others
      ? breachDistribution(candidates, { ...circumstances, slower: slowerTogether(said, others) })
      : alone;
    const growth = this.#growthOf(span, levels.n);
    // A line that may as well fall is called what it is.
    const isLevel = growth !== null && growth.low <= 0 && growth.high >= 0;
    const when = timesOf(distribution, from, span, at);
    const odds = ODDS_AT.map((share): readonly [number, number] => {
      const ahead = horizonMs * share;
      return [ahead, distribution.before((at + ahead - from) / span)];
    });
    const told = {
      ...base,
      ...when,
      probability: odds[odds.length - 1][1],
      odds,
      shape: isLevel ? ('flat' as const) : heaviestShape(candidates),
      cause:
        when.breachP50 === null
          ? null
          : causeOf({ process, window, levels, reader: this.#reader, resource, growth, candidates }),
      growth,
    };
    const evidence = tellEvidence({
      outlook: told,
      levels,
      candidates,
      goal,
      climbing: others?.climbing ?? 0,
      planned: survival ? plannedLives(process, process.latest[COLUMN.memory_limit]).length : 0,
      span,
      isOutOfReach,
    });
    const toUse = (level: number): number => live + slack + (level - live) * carried;
    return { outlook: { ...told, evidence }, candidates, levels, from, span, goal, toUse };
  }

  /** Takes the word of a node that is gone out of its pool. */
  forget(id: number, { pool }: ProcessTrend): void {
    for (const resource of ['rss', 'heap']) this.#pools.leave(`${pool}\n${resource}`, id);
  }

  /** Robust slope of what survives over the last `overMs`; null with too little history. */
  growth(window: Window, resource: Resource, overMs: number): Growth | null {
    const { length } = window;
    // Most young processes are turned away here, before anything is read.
    if (length < LEAST_BUCKETS || window.last[length - 1] - window.first[0] < overMs / 2) return null;
    const levels = this.#read(window, resource);
    if (!levels) return null;
    const end = levels.time[levels.n - 1];
    let first = 0;
    while (first < levels.n && levels.time[first] < end - overMs) first++;
    const span = end - levels.time[first];
    if (levels.n - first < LEAST_BUCKETS || span < overMs / 2) return null;
    gatherEvenly(levels, first, levels.time[first], span, MOST_MEASURED, this.#points);
    return this.#growthOf(span, levels.n - first);
  }

  /**
   * RSS cannot outgrow what lies outside the heap plus the heap's own limit: where that sum is below the limit, memory
   * outside the heap must grow before it can be reached. The line of that growth; null where the heap alone can fill the limit.
   */
  #ceiling(process: ProcessTrend, levels: Levels, stretch: Stretch, limit: number): Ceiling | null {
    const heapLimit = process.latest[COLUMN.heap_limit];
    if (!levels.hasNative || isNoLimit(heapLimit) || Number.isNaN(heapLimit)) return null;
    const target = limit - heapLimit;
    if (levels.native[levels.n - 1] >= target) return null;
    const { time, native, n } = levels;
    const natives = this.#natives;
    gatherByAge({ n, time, level: native }, 0, stretch.from, stretch.span, natives);
    const begun = this.#points.x[stretch.regime.onset];
    let onset = 0;
    while (onset < natives.n - LEAST_NATIVE && natives.x[onset] < begun) onset++;
    const fit = linearOfLate.fit(natives, onset, natives.n, this.#scratch, SLOPE_SCORE);
    return { reachedAt: (score) => fit?.crossing(target, 1, score) ?? Number.POSITIVE_INFINITY };
  }

  /** Fills the points, and finds the regime in them. */
  #gather(window: Window, levels: Levels, from: number, span: number, horizonMs: number): Stretch {
    const points = this.#points;
    gatherByAge(levels, 0, from, span, points, levels.floors >= LEAST_FLOORS ? levels.isFloor : null);
    gatherRates(window, points);
    const noise = noiseOf(points, this.#scratch);
    return { from, span, horizonMs, noise, regime: findRegime(points, noise) };
  }

  /** How often the node came as high as it is now, in a climb like this, and released it, beyond what the window shows. */
  #releasedBefore(
    process: ProcessTrend,
    resource: Resource,
    used: number,
    climbStart: number,
    climbAt: number,
  ): number {
    const { y, n } = this.#points;
    const climb = y[n - 1] - lowestFrom(this.#points, climbStart);
    const height = resource === 'rss' ? used : y[n - 1];
    const { rssExcursions, heapExcursions, lastSeen } = process;
    return (resource === 'rss' ? rssExcursions : heapExcursions).countLike(height, climb, lastSeen - climbAt);
  }

  #weigh(process: ProcessTrend, key: string, stretch: Stretch, released: number): Candidate[] {
    const losses = this.#lossesOf(process, key, stretch);
    return weighShapes(this.#points, stretch.regime, losses, stretch.noise, this.#scratch, released);
  }

  /**
   * The shapes' record changes slowly: it is checked again after a share of the horizon, with another process, or when the
   * climb or its newest regime begin elsewhere.
   */
  #lossesOf(process: ProcessTrend, key: string, stretch: Stretch): Losses {
    const { from, span, horizonMs, regime, noise } = stretch;
    const { x } = this.#points;
    const begun = (point: number): number => from + span * x[point];
    const [climbAt, onsetAt] = [begun(regime.climbStart), begun(regime.onset)];
    const known = process.checks.get(key);
    const { lastSeen, since } = process;
    const isFresh = known?.since === since && lastSeen - known.at < Math.min(horizonMs, span) * CHECKED_SHARE;
    const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= MOVED_SHARE * span;
    if (known && isFresh && isNear(known.climbAt, climbAt) && isNear(known.onsetAt, onsetAt))
      return known.losses;
    const losses = checkShapes(this.#points, regime, horizonMs / span, noise, this.#scratch);
    process.checks.set(key, { at: lastSeen, since, climbAt, onsetAt, losses });
    return losses;
  }

  #read(window: Window, resource: Resource): Levels | null {
    if (window.length === 0) return null;
    if (resource === 'heap') return this.#reader.readHeap(window) ? this.#reader.heap : null;
    return this.#reader.readRss(window) ? this.#reader.rss : null;
  }

  #growthOf(span: number, buckets: number): Growth | null {
    const { x, y, n } = this.#points;
    const line = theilSen(x, y, 0, n, SLOPE_SCORE, this.#scratch);
    if (!line) return null;
    const hours = span / HOUR_MS;
    return {
      perHour: line.slope / hours,
      low: line.low / hours,
      high: line.high / hours,
      overMs: span,
      buckets,
    };
  }
}

function targetBytes(process: ProcessTrend, resource: Resource, target: Target | undefined): number | null {
  if (target?.kind === 'bytes') return target.bytes;
  const limit = process.latest[resource === 'rss' ? COLUMN.memory_limit : COLUMN.heap_limit];
  if (Number.isNaN(limit) || isNoLimit(limit)) return null;
  return target ? limit * target.of : limit;
}
