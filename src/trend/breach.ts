import { normalQuantile } from './estimators/normal.js';
import type { Candidate } from './weigh.js';

/** Normal scores of equally likely parts of a fit's own uncertainty: the middles of five equal shares. */
const SCORES = Array.from({ length: 5 }, (_, i) => normalQuantile((i + 0.5) / 5));

/**
 * How much the pace of growth changes between now and the breach, as the standard deviation of the logarithm of the
 * time that is left. Fits know their own noise, not that traffic and behaviour change.
 */
const PACE_SPREAD = 0.35;

/** What must happen, too, before a limit can be reached: the x at which it does, by normal score. */
export interface Ceiling {
  reachedAt(score: number): number;
}

/** Doubt about the limit beyond this says no more. */
const MOST_SPREAD = 1;

/** What a breach depends on beside the shapes. */
export interface Circumstances {
  /** The level that must be reached, bytes. */
  readonly goal: number;
  /** Standard deviation of where that really is, as a share of the way there. */
  readonly doubt: number;
  /** The power of the share of its way that a climb has come (see persistence.ts). */
  readonly persistence: number;
  /** The chance that the process itself is still there so many stretches ahead. */
  readonly survival?: ((ahead: number) => number) | undefined;
  readonly ceiling?: Ceiling | null;
  /** By how much the logarithm of the time ahead grows for what is known of the pool. */
  readonly slower?: number;
}

export interface BreachDistribution {
  /** Mass of all atoms: that the limit is ever reached. */
  readonly total: number;
  /** Probability that it is reached up to x. */
  before(x: number): number;
  /** Quantile of the time given that it is reached. */
  quantile(p: number): number;
}

/**
 * When the mixture reaches its goal. A climb must earn its extrapolation: one that has climbed by C and has R to go gets there
 * with probability (C / (C + R))^persistence (Lindy's law, a Pareto prior on how high a climb goes), whatever its shape.
 * `bins` is scratch memory: what is returned holds until it is used again.
 */
export function breachDistribution(
  candidates: readonly Candidate[],
  { goal: target, doubt, persistence, survival, ceiling = null, slower = 0 }: Circumstances,
  bins: Float64Array = makeBins(),
): BreachDistribution {
  bins.fill(0);
  let total = 0;
  for (let s = 0; s < SCORES.length; s++) earliest[s] = ceiling ? ceiling.reachedAt(SCORES[s]) : 0;
  const spread = Math.min(MOST_SPREAD, Math.hypot(PACE_SPREAD, doubt)) * BINS_PER_LOG;
  for (const { fit, weight, climbed, belief } of candidates) {
    const now = fit.level(1, 0);
    const progress = fit.progress?.(target) ?? climbed / (climbed + target - now);
    const goesOn = now >= target ? 1 : belief * progress ** persistence;
    const mass = (weight / SCORES.length ** 2) * goesOn;
    if (mass === 0) continue;
    for (let s = 0; s < SCORES.length; s++) {
      const ahead = Math.max(fit.crossing(target, 1, SCORES[s]), earliest[s]) - 1;
      if (!(ahead < FARTHEST)) continue;
      const place = ahead > NEAREST ? 1 + (Math.log(ahead / NEAREST) + slower) * BINS_PER_LOG : 0;
      for (const paceScore of SCORES) {
        const pace = paceScore * spread;
        const bin = place === 0 ? 0 : Math.max(0, Math.min(BINS - 1, Math.floor(place + pace)));
        bins[bin] += mass;
        total += mass;
      }
    }
  }
  if (survival) total = keepSurvivors(bins, survival);
  return {
    total,
    before: (x) => massBefore(bins, x - 1),
    quantile: (p) => 1 + quantileAhead(bins, p * total),
  };
}

/**
 * Times ahead are counted in bins that widen with the distance, from a thousandth of the stretch to a thousand of
 * them: cheaper than to sort, and 12 % apart, far finer than any forecast is right.
 */
const BINS = 128;
const NEAREST = 1e-3;
const FARTHEST = 1e3;
const BINS_PER_LOG = (BINS - 2) / Math.log(FARTHEST / NEAREST);

/** Bin 0 holds what is nearer than NEAREST. */
function binOf(ahead: number): number {
  if (!(ahead > NEAREST)) return 0;
  return Math.min(BINS - 1, 1 + Math.floor(Math.log(ahead / NEAREST) * BINS_PER_LOG));
}

/** Where a bin begins, in stretches ahead of now. */
function startOf(bin: number): number {
  return bin === 0 ? 0 : NEAREST * Math.exp((bin - 1) / BINS_PER_LOG);
}

const STARTS = Float64Array.from({ length: BINS + 1 }, (_, bin) => startOf(bin));

/** What is in the nearest bin has arrived. */
const MIDDLES = Float64Array.from({ length: BINS }, (_, bin) =>
  bin === 0 ? 0 : (startOf(bin) + startOf(bin + 1)) / 2,
);

/** By score, where the ceiling lets the limit be reached. */
const earliest = new Float64Array(SCORES.length);

/** Memory for one distribution. */
export function makeBins(): Float64Array {
  return new Float64Array(BINS);
}

/** Only a process that is still there breaches; returns what mass is left. */
function keepSurvivors(bins: Float64Array, survival: (ahead: number) => number): number {
  let total = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (bins[bin] === 0) continue;
    bins[bin] *= survival(MIDDLES[bin]);
    total += bins[bin];
  }
  return total;
}

/** Within a bin its mass is taken as spread evenly. */
function massBefore(bins: Float64Array, ahead: number): number {
  if (ahead < 0) return 0;
  const last = binOf(ahead);
  let mass = 0;
  for (let bin = 0; bin < last; bin++) mass += bins[bin];
  const start = STARTS[last];
  return Math.min(1, mass + bins[last] * Math.min(1, (ahead - start) / (STARTS[last + 1] - start)));
}

function quantileAhead(bins: Float64Array, wanted: number): number {
  let mass = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (bins[bin] > 0 && mass + bins[bin] >= wanted) {
      const start = STARTS[bin];
      return start + ((wanted - mass) / bins[bin]) * (STARTS[bin + 1] - start);
    }
    mass += bins[bin];
  }
  return FARTHEST;
}
