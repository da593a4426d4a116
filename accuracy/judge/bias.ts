/** A forecast beside what came of it. */
export interface Settled {
  /** Which node it speaks of. */
  readonly node: number;
  readonly probability: number;
  /** 1 where the breach came within the horizon, else 0. */
  readonly came: 0 | 1;
}

export interface Bias {
  /** Mean of (probability - came): above 0 too much was feared, below 0 too little. */
  readonly bias: number;
  /**
   * Standard error of the bias, by nodes (the cluster-robust one): forecasts of one node come true together, so that a
   * hundred of them say hardly more than one. Null where a single node was spoken of, from which nothing can be told.
   */
  readonly error: number | null;
}

/** How far forecasts err to one side. @throws RangeError without any forecast */
export function biasOf(settled: readonly Settled[]): Bias {
  if (settled.length === 0) throw new RangeError('a bias requires at least one forecast');
  const bias = settled.reduce((sum, each) => sum + each.probability - each.came, 0) / settled.length;
  const byNode = new Map<number, number>();
  for (const { node, probability, came } of settled) {
    byNode.set(node, (byNode.get(node) ?? 0) + (probability - came - bias));
  }
  if (byNode.size < 2) return { bias, error: null };
  const squares = [...byNode.values()].reduce((sum, excess) => sum + excess ** 2, 0);
  const correction = byNode.size / (byNode.size - 1);
  return { bias, error: Math.sqrt(correction * squares) / settled.length };
}

/** A bias that a chance of one in twenty would not explain. */
export function isBiased({ bias, error }: Bias): boolean {
  return error !== null && Math.abs(bias) > 1.96 * error;
}
