import type { Resource } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';

/** What one node's own history says of its growth, as its pool keeps it. */
export interface Share {
  /** Natural logarithm of the pace towards the limit, as a share of the limit in a ms; NaN when it does not come nearer. */
  readonly logPace: number;
  /** Variance of that logarithm by the node's own lights. */
  readonly variance: number;
  /** Logarithm of how much likelier growth is than a level that stays. */
  readonly logOdds: number;
}

/** What the others of a pool say together. */
export interface PoolView {
  /** How many of them are climbing. */
  readonly climbing: number;
  readonly meanLogPace: number;
  /** How much paces differ between nodes, beyond what each is unsure of. */
  readonly between: number;
  /** Variance of the mean. */
  readonly variance: number;
  readonly meanLogOdds: number;
}

/** A word older than this share of the horizon is not about now any more. */
const FRESH_SHARE = 1 / 12;

/** The sums over a pool are worked out again after this share of the horizon. */
const SUMMED_SHARE = 1 / 240;

interface Entry extends Share {
  readonly at: number;
}

interface Sums {
  at: number;
  n: number;
  pace: number;
  square: number;
  variance: number;
  odds: number;
  members: number;
}

/**
 * Nodes of one pool and version run the same code under the same load: they share pace and shape, each keeps its level. Here
 * they tell each other. Shrinkage of each towards the mean by how much they agree, as empirical Bayes has it (Efron & Morris,
 * JASA 70, 1975), is in the forecaster.
 */
export class Pools {
  readonly #pools = new Map<string, { readonly entries: Map<number, Entry>; sums: Sums | null }>();
  readonly #freshShare: number;

  /** `freshShare`: for how much of the horizon a word counts. Whoever asks nodes at rest less often lets it count longer. */
  constructor(freshShare = FRESH_SHARE) {
    this.#freshShare = freshShare;
  }

  tell(pool: string, node: number, at: number, share: Share): void {
    let known = this.#pools.get(pool);
    if (!known) {
      known = { entries: new Map(), sums: null };
      this.#pools.set(pool, known);
    }
    known.entries.set(node, { ...share, at });
  }

  /** The process has ended or its history is too short to speak. */
  leave(pool: string, node: number): void {
    const known = this.#pools.get(pool);
    if (!known?.entries.delete(node)) return;
    known.sums = null;
    if (known.entries.size === 0) this.#pools.delete(pool);
  }

  /** The others of the pool; null where nobody else has spoken lately. */
  othersOf(pool: string, node: number, at: number, horizonMs: number): PoolView | null {
    const known = this.#pools.get(pool);
    if (!known) return null;
    const own = known.entries.get(node);
    if (known.entries.size === (own ? 1 : 0)) return null;
    if (!known.sums || Math.abs(at - known.sums.at) >= horizonMs * SUMMED_SHARE) {
      known.sums = sumOf(known.entries, at, horizonMs * this.#freshShare);
    }
    return viewOf(known.sums, own && at - own.at <= horizonMs * this.#freshShare ? own : undefined);
  }
}

function sumOf(entries: ReadonlyMap<number, Entry>, at: number, freshMs: number): Sums {
  const sums: Sums = { at, n: 0, pace: 0, square: 0, variance: 0, odds: 0, members: 0 };
  for (const entry of entries.values()) {
    if (at - entry.at <= freshMs) add(sums, entry, 1);
  }
  return sums;
}

function add(sums: Sums, { logPace, variance, logOdds }: Share, sign: 1 | -1): void {
  sums.members += sign;
  sums.odds += sign * logOdds;
  if (Number.isNaN(logPace)) return;
  sums.n += sign;
  sums.pace += sign * logPace;
  sums.square += sign * logPace * logPace;
  sums.variance += sign * variance;
}

function viewOf(all: Sums, own: Share | undefined): PoolView | null {
  const sums = { ...all };
  if (own) add(sums, own, -1);
  if (sums.members <= 0 || sums.n <= 0) return null;
  const mean = sums.pace / sums.n;
  const within = Math.max(0, sums.variance / sums.n);
  const spread = sums.n > 1 ? Math.max(0, (sums.square - sums.n * mean * mean) / (sums.n - 1)) : within;
  const between = Math.max(0, spread - within);
  return {
    climbing: sums.n,
    meanLogPace: mean,
    between,
    variance: (within + between) / sums.n,
    meanLogOdds: sums.odds / sums.members,
  };
}

/** The name under which a process' forecasts of a resource stand together with those of its kind. */
export function poolOf({ pool }: ProcessTrend, resource: Resource): string {
  return `${pool}\n${resource}`;
}
