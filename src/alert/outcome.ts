import type { Outcome } from './news.js';
import type { AlertState } from './transition.js';

/** Physical memory this full is at its limit: the kernel kills before the last page is counted. */
const FULL = 0.98;

/** A process that ended this close to the limit was ended by it; shares of traces' deaths begin at about 0.9. */
const DEADLY = 0.9;

/**
 * Unix ms at which what a firing alert predicts came about, as far as its newest outlook shows: memory is at the level, or
 * the process ended close below it. Undefined while it has not. A heap is full and collected many times without harm, so
 * only its process' end counts.
 *
 * @param hasEnded whether the process that the alert speaks of is gone
 */
export function breachOf(state: AlertState, hasEnded: boolean): number | undefined {
  if (state.breachedAt !== undefined) return state.breachedAt;
  const { outlook, predicted, phase } = state;
  if (phase !== 'firing' || !outlook || !predicted) return undefined;
  const share = outlook.now / outlook.effectiveLimit;
  if (outlook.signal === 'rss' && share >= FULL) return outlook.at;
  return hasEnded && share >= DEADLY ? state.seenAt : undefined;
}

/** How the prediction of an alert fared that ends at `at`, unix ms. */
export function outcomeOf(state: AlertState, at: number, hasEnded: boolean): Outcome {
  const { predicted, firedAt } = state;
  if (!predicted || predicted.breachP50 === null || firedAt === null) return { result: 'ended' };
  const { breachP10, breachP50, breachP90 } = predicted;
  const breachedAt = breachOf(state, hasEnded);
  if (breachedAt !== undefined) {
    return {
      result: 'breached',
      errorMs: breachP50 - breachedAt,
      leadMs: breachedAt - firedAt,
      inRange: breachedAt >= (breachP10 ?? breachP50) && breachedAt <= (breachP90 ?? breachP50),
    };
  }
  return { result: at > (breachP90 ?? breachP50) ? 'passed' : 'averted' };
}
