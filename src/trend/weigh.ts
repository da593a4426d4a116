import { noiseDeviation } from './estimators/noise.js';
import type { TheilSenScratch } from './estimators/theil-sen.js';
import type { Regime } from './onset.js';
import type { Shape } from './outlook.js';
import { rangeOf } from './points.js';
import { flat } from './shapes/flat.js';
import { type Fit, type Points, SHAPES, type ShapeModel } from './shapes/index.js';
import { SLOPE_SCORE } from './shapes/shape.js';

/** Where on the climb forecasts are made that the rest of it then checks (rolling origin): each half as far back as the one before. */
export const ORIGINS = [1 / 2, 3 / 4, 7 / 8, 15 / 16, 31 / 32];

/** How hard a candidate is punished for missing: weight ~ loss^-SEVERITY, two independent checks' worth. */
const SEVERITY = 2;

/** An earlier rise counts as one of its kind from this share of the present climb on, and as released once it lost this share. */
const LIKE_CLIMB = 0.6;
const RELEASED = 0.5;

/** Belief that this climb is another kind than those that were released, against one count for each of them. */
const UNRELEASED = 1;

/** A fit may miss what is seen now by about this share of all that was seen. */
const MISSED_OF_RANGE = 0.2;

/** A fit with its share of the mixture. */
export interface Candidate {
  readonly shape: Shape;
  readonly fit: Fit;
  readonly weight: number;
  /** How far it has climbed up to now, in bytes: over what it is fitted to, or since the climb began. */
  readonly climbed: number;
  /** That it is not one more of the climbs that were released before, 0 to 1. */
  readonly belief: number;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** How well each of SHAPES forecast what it had not seen; null where that could not be checked yet. */
export type Losses = readonly (number | null)[];

/**
 * Checks every shape on the newest regime, which begins at point `onset`: at each origin it is fitted to what lay before and
 * judged by the mean squared error on what came after, up to the horizon (rolling origin evaluation, Tashman, Int. J.
 * Forecasting 16, 2000). `reach` is the horizon in units of x. Losses are in bytes squared, not below `noise`:
 * the geometric mean over the origins, so that one surprise long ago does not drown what each has got right since (the product of
 * predictive likelihoods, Dawid, J. R. Stat. Soc. A 147, 1984).
 */
export function checkShapes(
  points: Points,
  regime: Regime,
  reach: number,
  noise: number,
  scratch: TheilSenScratch,
): Losses {
  return SHAPES.map((model) => {
    if (isTwin(model, regime)) return null;
    return heldBackLoss(model, points, regime, reach, noise, scratch);
  });
}

/** A level that stays, where nothing else is in question. */
export function onlyFlat(points: Points, scratch: TheilSenScratch): Candidate[] {
  const fit = flat.fit(points, 0, points.n, scratch, SLOPE_SCORE);
  return fit ? [{ shape: flat.shape, fit, weight: 1, climbed: 0, belief: 1 }] : [];
}

/** Fits every shape and weighs it by its losses: the less it missed, the more it counts. */
export function weighShapes(
  points: Points,
  regime: Regime,
  losses: Losses,
  noise: number,
  scratch: TheilSenScratch,
  goal: number,
  releasedEarlier = 0,
): Candidate[] {
  const fitted: Writable<Candidate>[] = [];
  const present = presentLevel(points);
  const tolerance = Math.max(noise, MISSED_OF_RANGE * rangeOf(points));
  const base = lowestFrom(points, regime.climbStart);
  const released = releasedBefore(points, regime.climbStart, points.y[points.n - 1] - base);
  const doubted = UNRELEASED / (UNRELEASED + Math.max(released, releasedEarlier));
  let sum = 0;
  for (let index = 0; index < SHAPES.length; index++) {
    const model: ShapeModel = SHAPES[index];
    if (isTwin(model, regime)) continue;
    const from = startOf(model, regime);
    const fit = model.fit(points, from, points.n, scratch, SLOPE_SCORE);
    if (!fit) continue;
    const now = fit.level(1, 0);
    // A fit that misses even what is seen now is no start for a forecast.
    const missed = (now - present) / tolerance;
    const weight = model.prior * ((losses[index] ?? 1) * (1 + missed * missed)) ** -SEVERITY;
    const since = model.over === 'whole' ? fit.level(points.x[0], 0) : base;
    const belief = model.over === 'whole' ? 1 : doubted;
    fitted.push({ shape: model.shape, fit, weight, climbed: Math.max(0, now - since), belief });
    sum += weight;
  }
  const brake = brakeOf(fitted, goal);
  for (const candidate of fitted) {
    candidate.weight /= sum;
    if (candidate.shape !== 'load-driven') candidate.belief *= brake;
  }
  return fitted;
}

/** The middle of the three newest points. */
function presentLevel({ y, n }: Points): number {
  const [a, b, c] = [y[n - 1], y[n - 2], y[n - 3]];
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The lowest of the points from `first` on. */
export function lowestFrom({ y, n }: Points, first: number): number {
  let lowest = y[first];
  for (let i = first + 1; i < n; i++) if (y[i] < lowest) lowest = y[i];
  return lowest;
}

/**
 * How often before point `end` the level rose by about as much as it has risen now, and then lost most of that again: a zigzag
 * over the points.
 */
function releasedBefore({ y }: Points, end: number, climbed: number): number {
  if (!(climbed > 0)) return 0;
  const rise = climbed * LIKE_CLIMB;
  let released = 0;
  let low = y[0];
  let high = y[0];
  for (let i = 1; i <= end; i++) {
    if (y[i] > high) high = y[i];
    if (high - low < rise) {
      if (y[i] < low) {
        low = y[i];
        high = y[i];
      }
      continue;
    }
    if (high - y[i] < RELEASED * (high - low)) continue;
    released++;
    low = y[i];
    high = y[i];
  }
  return released;
}

/**
 * A climb that traffic explains goes no further than traffic: when that slackens, no other shape of the climb is believed as before,
 * by as much as traffic is likelier the reason than what explains it best beside.
 */
function brakeOf(fitted: readonly Candidate[], goal: number): number {
  let byTraffic = 0;
  let byTime = 0;
  let momentum = 1;
  for (const { shape, fit, weight } of fitted) {
    if (shape === 'flat') continue;
    if (fit.momentum === undefined) byTime = Math.max(byTime, weight);
    else if (weight > byTraffic) {
      byTraffic = weight;
      momentum = fit.momentum(goal);
    }
  }
  if (byTraffic === 0) return 1;
  const explained = byTraffic / (byTraffic + byTime);
  return 1 - explained * (1 - momentum);
}

/** Where stretches fall together the shapes over the longer one say nothing new. */
function isTwin({ shape, over, by }: ShapeModel, { onset, climbStart }: Regime): boolean {
  if (over === 'whole') return climbStart === 0;
  return over === 'climb' && shape === 'linear' && by === undefined && climbStart === onset;
}

function startOf({ over }: ShapeModel, { onset, climbStart }: Regime): number {
  if (over === 'whole') return 0;
  return over === 'climb' ? climbStart : onset;
}

function heldBackLoss(
  model: ShapeModel,
  points: Points,
  regime: Regime,
  reach: number,
  noise: number,
  scratch: TheilSenScratch,
): number | null {
  const { x, y, n } = points;
  const first = regime.climbStart;
  const begin = x[first];
  const ofRegime = n - regime.onset;
  let total = 0;
  let origins = 0;
  let origin = first;
  for (const share of ORIGINS) {
    const before = origin;
    while (origin < n && x[origin] < begin + share * (1 - begin)) origin++;
    if (origin < first + 3 || origin >= n || origin === before) continue;
    // The newest regime then was about as long as it is now.
    const from = model.over === 'regime' ? Math.max(first, origin - ofRegime) : startOf(model, regime);
    const fit = model.fit(points, from, origin, scratch, 0);
    // A shape that cannot be fitted there predicts no change, like the flat one.
    const base = y[origin - 1];
    let square = 0;
    let length = 0;
    for (let i = origin; i < n && x[i] <= x[origin - 1] + reach; i++) {
      const error = (fit ? (fit.explained?.(i) ?? fit.level(x[i], 0)) : base) - y[i];
      const stretch = x[i] - x[i - 1];
      square += stretch * error * error;
      length += stretch;
    }
    if (length === 0) continue;
    total += Math.log(square / length + noise * noise);
    origins++;
  }
  return origins === 0 ? null : Math.exp(total / origins);
}

/** The noise of the points, bytes; a forecast cannot be asked to be better than this. Never zero. */
export function noiseOf({ x, y, n }: Points): number {
  return Math.max(noiseDeviation(x, y, n), 1e-4 * Math.abs(y[n - 1]), 1);
}
