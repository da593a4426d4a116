import type { KnownLine } from '../estimators/known-lines.js';
import type { RobustLine, TheilSenScratch } from '../estimators/theil-sen.js';
import type { Shape } from '../outlook.js';

/**
 * Points to be fitted: x from 0 (start of the stretch) to 1 (now), y in bytes. Scale-free, so that one set of
 * parameters serves minutes and weeks.
 */
export interface Points {
  n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Requests a ms at each point; of no meaning unless `hasRate`. */
  readonly rate: Float64Array;
  hasRate: boolean;
  /** Lines that were fitted to these points already (see known-lines.ts); who changes the points empties it. */
  readonly lines: KnownLine[];
}

export function makePoints(most: number): Points {
  const column = (): Float64Array => new Float64Array(most);
  return { n: 0, x: column(), y: column(), rate: column(), hasRate: false, lines: [] };
}

/** A fitted shape that can be drawn beyond its points, at any quantile of its own uncertainty. */
export interface Fit {
  /** Bytes at x (> 1 is the future); `score` is a standard normal score, 0 for the median. */
  level(x: number, score: number): number;
  /** Smallest x >= `from` at which the level reaches `target`; Infinity when it never does. */
  crossing(target: number, from: number, score: number): number;
  /**
   * How far it has come on its way to `target`, 0 to 1, where that is not told by the climb of the level itself: a level that
   * follows traffic goes as far as traffic does.
   */
  progress?(target: number): number;
  /** Of a level that follows traffic: how much of its pace over the climb traffic still has, 0 to 1, less for crests that came before. */
  momentum?(target: number): number;
  /** Of a level that follows traffic: the rate now and the one at which it would be at `target`, requests a ms. */
  traffic?(target: number): { readonly now: number; readonly needed: number };
  /** Of growth by requests: bytes of each that stay, times the length of the stretch in ms. */
  readonly perRequest?: number;
  /** The level at a point that was measured, given what else was measured there; for shapes that explain rather than foretell. */
  explained?(index: number): number;
}

export interface ShapeModel {
  readonly shape: Shape;
  /** What it is fitted to: the whole stretch, the climb that is going on, or its newest regime (see onset.ts). */
  readonly over: 'whole' | 'climb' | 'regime';
  /** What the level is taken to go by, where that is not time alone. */
  readonly by?: 'requests' | 'time beside traffic';
  /** Plausibility before any of its forecasts has been checked; the candidates' sum is 1. */
  readonly prior: number;
  /**
   * Fits points `from <= i < to`; null when there are too few. `score` is the normal score with which intervals are
   * made: SLOPE_SCORE, or 0 where only the median is wanted.
   */
  fit(points: Points, from: number, to: number, scratch: TheilSenScratch, score: number): Fit | null;
}

/** Confidence of the slope intervals that fits are made with, as a normal score: 90 %. */
export const SLOPE_SCORE = 1.6448536269514722;

/** Standard deviation of a slope whose interval was made with SLOPE_SCORE. */
export function slopeDeviation({ low, high }: RobustLine): number {
  return (high - low) / (2 * SLOPE_SCORE);
}

/** What a level grows by, u: time itself or a curve over it. */
interface Driver {
  uOf(x: number): number;
  /** When u is reached; Infinity where it never is. */
  xOf(u: number): number;
}

/** A level that is at `base` bytes where u = `now`, and grows with u by a slope that has a standard deviation. */
export function along(
  { uOf, xOf }: Driver,
  now: number,
  base: number,
  slope: number,
  deviation: number,
): Fit {
  return {
    level: (x, score) => base + (slope + score * deviation) * (uOf(x) - now),
    crossing(target, from, score) {
      const pace = slope + score * deviation;
      if (base + pace * (uOf(from) - now) >= target) return from;
      return pace > 0 ? xOf(now + (target - base) / pace) : Number.POSITIVE_INFINITY;
    },
  };
}

/** The driver of a straight line. */
export const BY_TIME: Driver = { uOf: (x) => x, xOf: (u) => u };
