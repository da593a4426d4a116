import type { BreachDistribution } from './breach.js';
import { weightOf } from './evidence.js';
import type { PoolView, Share } from './pools.js';
import type { Candidate } from './weigh.js';

/** A node that comes nearer to its limit with less than this chance has no pace to tell of. */
const LEAST_TOLD = 0.05;

/** What the log-odds of the others count, times the square root of their number: they share traffic, so less than one each. */
const TOGETHER = 0.5;

/** The others never make a level that stays less likely by more than this, in log-odds. */
const MOST_TOGETHER = 3;

/** Between the tenth and the ninetieth percentile of a normal distribution, in deviations. */
const DECILES = 2 * 1.2815515655446004;

/** How the forecast of a node by its own lights counts in its pool. `room` is the way to the limit as a share of the limit. */
export function shareOf(
  distribution: BreachDistribution,
  candidates: readonly Candidate[],
  room: number,
  span: number,
): Share {
  const staying = weightOf(candidates, 'flat');
  const logOdds = Math.log((1 - staying + 1e-3) / (staying + 1e-3));
  if (!(distribution.total > LEAST_TOLD) || !(room > 0)) {
    return { logPace: Number.NaN, variance: 0, logOdds };
  }
  const ahead = (p: number): number => Math.log(Math.max(1e-6, distribution.quantile(p) - 1));
  const deviation = (ahead(0.9) - ahead(0.1)) / DECILES;
  return { logPace: Math.log(room / span) - ahead(0.5), variance: deviation * deviation, logOdds };
}

/**
 * By how much the logarithm of the time ahead grows when a node's pace is drawn to that of its pool: by the share that its own
 * variance has in all of the variance (empirical Bayes; Efron & Morris, JASA 70, 1975).
 */
export function slowerTogether({ logPace, variance }: Share, others: PoolView): number {
  if (Number.isNaN(logPace)) return 0;
  const drawn = variance / (variance + others.between + others.variance);
  return drawn * (logPace - others.meanLogPace);
}

/** Growth that the others show makes a level that stays less likely here, the more of them the less. */
export function likelierTogether(candidates: readonly Candidate[], others: PoolView): readonly Candidate[] {
  const evidence = Math.max(0, TOGETHER * Math.sqrt(others.climbing) * others.meanLogOdds);
  if (evidence === 0) return candidates;
  const factor = Math.exp(-Math.min(MOST_TOGETHER, evidence));
  const weights = candidates.map(({ shape, weight }) => (shape === 'flat' ? weight * factor : weight));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return candidates.map((candidate, i) => ({ ...candidate, weight: weights[i] / sum }));
}
