/** What is known of the nodes of one pool together. */
export class PoolFacts {
  nodes = 0;
  ready = 0;
  /** Ready nodes, each counted by the probability that it meets no limit within the horizon. */
  expectedReady = 0;
  /** Ms from now to the median time of the nearest breach; undefined where none is expected. */
  nearestBreach: number | undefined;

  /** `breachProbability` is that of the limit that is likeliest met; `breachIn` is ms from now. */
  add(isReady: boolean, breachProbability: number, breachIn: number | undefined): void {
    this.nodes++;
    if (isReady) {
      this.ready++;
      this.expectedReady += 1 - breachProbability;
    }
    if (breachIn === undefined) return;
    this.nearestBreach = Math.min(breachIn, this.nearestBreach ?? Number.POSITIVE_INFINITY);
  }
}
