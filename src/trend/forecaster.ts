import { COLUMN } from '../telemetry/index.js';
import { nothingYet, oddsOf, timesOf } from './answer.js';
import { type Asked, ask, questionOf, targetBytes } from './asked.js';
import { likelierTogether, shareOf, slowerTogether } from './borrow.js';
import { type BreachDistribution, breachDistribution, type Circumstances, makeBins } from './breach.js';
import { causeOf } from './cause.js';
import { ceilingOf } from './ceiling.js';
import { lineOf } from './estimators/known-lines.js';
import { makeScratch } from './estimators/theil-sen.js';
import { type Findings, findingsOf, heaviestShape, Words } from './evidence.js';
import { warmUpsLike } from './kin.js';
import { LevelReader, type Levels } from './levels.js';
import type { Regime } from './onset.js';
import type { Growth, Outlook, Resource, Target } from './outlook.js';
import { amplificationOf, slackOf } from './peaks.js';
import { persistenceOf } from './persistence.js';
import { gatherByAge, gatherEvenly, gatherRates, MOST_POINTS_FITTED, rangeOf } from './points.js';
import { Pools, poolOf } from './pools.js';
import { type Precedent, precedentOf } from './precedent.js';
import type { ProcessTrend } from './process-trend.js';
import { regimeOf, releasedEarlier } from './releases.js';
import type { Judge } from './reliability.js';
import { makePoints, SLOPE_SCORE } from './shapes/shape.js';
import { type Candidate, checkShapes, type Losses, noiseOf, onlyFlat, weighShapes } from './weigh.js';
import type { Window } from './window.js';
import type { Workings } from './workings.js';

const HOUR_MS = 3_600_000;

/** The growth of a stretch is measured on at most so many points: pairs of slopes grow with the square. */
const MOST_MEASURED = 20;

/** Below so many buckets a trend is a guess; so are climbs shorter than this share of the horizon. */
const LEAST_BUCKETS = 10;
const LEAST_SHARE_OF_HORIZON = 1 / 24;

/** With fewer floors than this the climb between them is all there is to see. */
const LEAST_FLOORS = 8;

/** A record of the shapes holds for this share of the horizon, or of the stretch while that is shorter. */
const CHECKED_SHARE = 1 / 60;

/** A break that is found this far from where it was, as a share of the stretch, is another one. */
const MOVED_SHARE = 0.03;

/** What the points show. */
interface Stretch {
  readonly noise: number;
  readonly regime: Regime;
  /** Unix ms at which the climb and its newest regime began. */
  readonly climbAt: number;
  readonly onsetAt: number;
}

/** What must be reached, and what lies between. */
interface Way {
  /** The level that must be reached, bytes, and how far it is from now. */
  readonly goal: number;
  readonly room: number;
  /** Use above the level now, and how much use rises for each byte of the level. */
  readonly slack: number;
  readonly carried: number;
  readonly isOutOfReach: boolean;
}

/**
 * A level does not climb by more than so many times what it moved over the stretch, within as long again or within the
 * horizon if that is longer; an accelerating climb that doubles every fifth of the stretch comes to about this.
 */
const FARTHEST_CLIMB = 15;

/**
 * Turns windows into outlooks. Owns the scratch memory of the estimators, so one forecaster serves all nodes in turn;
 * what it returns stays valid, except `levels` of `workings`, which the next call overwrites.
 */
export class Forecaster {
  readonly #reader = new LevelReader();
  readonly #scratch = makeScratch();
  readonly #points = makePoints(MOST_POINTS_FITTED);
  readonly #natives = makePoints(MOST_POINTS_FITTED);
  readonly #bins = makeBins();
  readonly #pools: Pools;

  constructor(pools = new Pools()) {
    this.#pools = pools;
  }

  /** Null when the resource or its limit is not known. `horizonMs` from `at` on. */
  outlook(
    id: number,
    process: ProcessTrend,
    window: Window,
    resource: Resource,
    horizonMs: number,
    at: number,
    target?: Target,
    judge?: Judge,
  ): Outlook | null {
    const found = this.workings(id, process, window, resource, horizonMs, at, target);
    if (!found) return null;
    if (found.said) this.#pools.tell(poolOf(process, resource), id, at, found.said);
    const track = judge?.(found.outlook);
    if (!track) return found.outlook;
    found.words?.add(track.sentence);
    return Object.assign(found.outlook, { record: track.record });
  }

  /** The same with what it rests on; its pool is asked, but not told. */
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
    const levels = limit === null ? null : this.#read(window, resource);
    if (limit === null || !levels) return null;
    const asked = ask(process, window, resource, horizonMs, at, limit, levels);
    const { from, span, effectiveLimit } = asked;
    if (levels.n < LEAST_BUCKETS || span < horizonMs * LEAST_SHARE_OF_HORIZON) {
      const outlook = nothingYet(questionOf(asked), span);
      const toUse = (level: number): number => level;
      return {
        outlook,
        candidates: [],
        levels,
        from,
        span,
        goal: effectiveLimit,
        toUse,
        said: null,
        words: null,
      };
    }
    const stretch = this.#gather(asked);
    const way = this.#wayOf(asked, stretch);
    const warmUps = warmUpsLike(process, resource, limit);
    const own = way.isOutOfReach
      ? onlyFlat(this.#points, this.#scratch)
      : this.#weigh(asked, stretch, way, warmUps.count);
    const precedent = precedentOf(process, process.latest[COLUMN.memory_limit]);
    const circumstances = this.#circumstancesOf(asked, stretch, way, precedent);
    const alone = breachDistribution(own, circumstances, this.#bins);
    const hasPool = !target && process.pool !== '';
    const said = hasPool ? shareOf(alone, own, way.room / limit, span) : null;
    const others = said ? this.#pools.othersOf(poolOf(process, resource), id, at, horizonMs) : null;
    const candidates = others ? likelierTogether(own, others) : own;
    const distribution =
      said && others
        ? breachDistribution(
            candidates,
            { ...circumstances, slower: slowerTogether(said, others) },
            this.#bins,
          )
        : alone;
    const known = { climbing: others?.climbing ?? 0, warmUps, planned: precedent?.planned ?? 0 };
    const { outlook, words } = this.#answer(asked, way, candidates, distribution, known);
    const { goal, slack, carried } = way;
    const toUse = (level: number): number => asked.live + slack + (level - asked.live) * carried;
    return { outlook, candidates, levels, from, span, goal, toUse, said, words };
  }

  /** Takes the word of a node that is gone out of its pool. */
  forget(id: number, process: ProcessTrend): void {
    for (const resource of ['rss', 'heap'] as const) this.#pools.leave(poolOf(process, resource), id);
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

  /** Fills the points, and finds the regime in them. */
  #gather(asked: Asked): Stretch {
    const { window, levels, from, span } = asked;
    const points = this.#points;
    gatherByAge(levels, 0, from, span, points, levels.floors >= LEAST_FLOORS ? levels.isFloor : null);
    gatherRates(window, points);
    const noise = noiseOf(points);
    const regime = regimeOf(asked, points, noise);
    const { x } = points;
    return {
      noise,
      regime,
      climbAt: from + span * x[regime.climbStart],
      onsetAt: from + span * x[regime.onset],
    };
  }

  /** How far the level has to go until its peaks meet the limit. */
  #wayOf(asked: Asked, { regime, climbAt }: Stretch): Way {
    const { signal, window, levels, limit, effectiveLimit, live, horizonMs, span } = asked;
    const points = this.#points;
    const isRss = signal === 'rss';
    const slack = isRss ? slackOf(window, levels, limit) : 0;
    const carried = isRss
      ? amplificationOf(window, levels, points, regime.climbStart, climbAt, this.#natives.y, this.#scratch)
      : 1;
    const room = (effectiveLimit - slack - live) / carried;
    const reach = FARTHEST_CLIMB * rangeOf(points) * Math.max(1, horizonMs / span);
    return { goal: live + room, room, slack, carried, isOutOfReach: room > reach };
  }

  #circumstancesOf(asked: Asked, stretch: Stretch, way: Way, precedent: Precedent | null): Circumstances {
    const { process, span } = asked;
    const { climbAt, regime } = stretch;
    const age = process.lastSeen - process.since;
    return {
      goal: way.goal,
      doubt: way.room > 0 ? (asked.end.spread * asked.limit) / (way.room * way.carried) : 0,
      persistence: persistenceOf(asked, climbAt, regime.climbStart === 0),
      survival: precedent ? (ahead) => precedent.survival(age + ahead * span) : undefined,
      ceiling:
        asked.signal === 'rss'
          ? ceilingOf(asked, this.#points.x[regime.onset], this.#natives, this.#scratch)
          : null,
    };
  }

  /** Puts into an outlook what was found. */
  #answer(
    asked: Asked,
    { goal, isOutOfReach }: Way,
    candidates: readonly Candidate[],
    distribution: BreachDistribution,
    known: Pick<Findings, 'climbing' | 'planned' | 'warmUps'>,
  ): { readonly outlook: Outlook; readonly words: Words } {
    const { signal, at, now, effectiveLimit, process, window, levels, from, span } = asked;
    const growth = this.#growthOf(span, levels.n);
    // A line that may as well fall is called what it is.
    const isLevel = growth !== null && growth.low <= 0 && growth.high >= 0;
    const shape = isLevel ? 'flat' : heaviestShape(candidates);
    const odds = oddsOf(distribution, from, span, asked);
    const times = timesOf(distribution, from, span, at);
    const isExpected = times.breachP50 !== null;
    const traces = { process, window, levels, reader: this.#reader, resource: signal, growth, candidates };
    const words = new Words({
      ...findingsOf(candidates, goal, levels, span),
      ...known,
      signal,
      now,
      effectiveLimit,
      growth,
      shape,
      isExpected,
      span,
      isOutOfReach,
    });
    const outlook: Outlook = {
      ...questionOf(asked),
      ...times,
      probability: odds[odds.length - 1][1],
      odds,
      shape,
      cause: isExpected ? causeOf(traces) : null,
      growth,
      get evidence() {
        return words.read();
      },
    };
    return { outlook, words };
  }

  #weigh(asked: Asked, stretch: Stretch, way: Way, warmUps: number): Candidate[] {
    const losses = this.#lossesOf(asked, stretch);
    const released = Math.max(warmUps, releasedEarlier(asked, stretch, this.#points, way.goal));
    return weighShapes(
      this.#points,
      stretch.regime,
      losses,
      stretch.noise,
      this.#scratch,
      way.goal,
      released,
    );
  }

  /**
   * The shapes' record changes slowly: it is checked again after a share of the horizon, with another process, or when the
   * climb or its newest regime begin elsewhere.
   */
  #lossesOf({ process, signal, horizonMs, span }: Asked, stretch: Stretch): Losses {
    const { climbAt, onsetAt, regime, noise } = stretch;
    const key = `${signal} ${horizonMs}`;
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
    const { y, n } = this.#points;
    const line = lineOf(this.#points, y, 0, n, SLOPE_SCORE, this.#scratch);
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
