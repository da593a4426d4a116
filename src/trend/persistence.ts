import type { ProcessTrend } from './process-trend.js';
import type { Window } from './window.js';

/**
 * How fast belief in a climb fades with what it has yet to climb: one that has come a share s of its way gets there with
 * probability s to this power. 1 is Lindy's law, a Pareto prior on how high a climb goes.
 */
const PERSISTENCE = 0.9;

/** Climbs younger than this share of the horizon are doubted: the power doubles at that age. */
const YOUNG_SHARE = 0.1;

/** The same for a climb that began with the process, which fills what it needs after its start, whatever comes later. */
const STARTUP_SHARE = 0.25;

/** The power for a climb that began at `climbAt` (unix ms); `isWhole` when it is as old as the window. */
export function persistenceOf(
  process: ProcessTrend,
  window: Window,
  climbAt: number,
  isWhole: boolean,
  horizonMs: number,
): number {
  const isFromStart = isWhole && window.first[0] <= process.since;
  const lasted = Math.max(1, window.last[window.length - 1] - climbAt);
  return PERSISTENCE * (1 + ((isFromStart ? STARTUP_SHARE : YOUNG_SHARE) * horizonMs) / lasted);
}
