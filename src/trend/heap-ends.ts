/** More deaths than these say nothing new; the oldest goes first. */
const MOST_DEATHS = 16;

/** How far a death that was seen may be from the next one of the same heap, as a share of the limit. */
export const DEATH_SPREAD = 0.02;

/**
 * Where the heaps of one pool and version ended, as shares of their limits: what one node learnt by dying the others need not
 * learn that way. Kept apart by pool, since runtimes and their settings differ between pools.
 */
export class HeapEnds {
  /** The highest share that any of them lived through. */
  livedThrough = 0;
  readonly #deaths: number[] = [];

  /** A process died with its heap at this share of its limit. */
  died(share: number): void {
    this.#deaths.push(Math.min(1, share));
    if (this.#deaths.length > MOST_DEATHS) this.#deaths.shift();
  }

  /** A process came down from this share again, or ended otherwise. What is above the limit is no share of it. */
  lived(share: number): void {
    if (share <= 1 && share > this.livedThrough) this.livedThrough = share;
  }

  /**
   * Mean of the deaths, and how far off it may be for another node (standard deviation); null without any. Nodes differ: before
   * any was seen by `priorSpread`, which counts as one death does (the mean of a scaled inverse chi-squared prior, Gelman et al.,
   * Bayesian Data Analysis, 2013).
   */
  seen(priorSpread: number): { readonly share: number; readonly spread: number } | null {
    const deaths = this.#deaths;
    if (deaths.length === 0) return null;
    const share = deaths.reduce((sum, each) => sum + each, 0) / deaths.length;
    const squares = deaths.reduce((sum, each) => sum + (each - share) ** 2, priorSpread ** 2);
    return { share, spread: Math.hypot(DEATH_SPREAD, Math.sqrt(squares / (deaths.length + 1))) };
  }
}
