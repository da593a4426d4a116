import type { Asked } from './asked.js';
import type { Resource } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';

/**
 * How fast belief in a climb fades with what it has yet to climb: one that has come a share s of its way gets there with
 * probability s to this power. 1 is Lindy's law, a Pareto prior on how high a climb goes.
 */
const PERSISTENCE = 0.9;

/** Climbs younger than this share of the horizon are doubted: the power doubles at that age. */
const YOUNG_SHARE = 0.1;

/** The same for a climb that began with the process, which fills what it needs after its start, whatever comes later. */
const STARTUP_SHARE = 0.5;

/**
 * The power for a climb that began at `climbAt` (unix ms); `isWhole` when it is as old as the window. Earlier processes of the
 * version that climbed on and on leave less of the doubt about a start-up, each one share of what is left with it.
 */
export function persistenceOf(
  { process, window, signal, horizonMs }: Asked,
  climbAt: number,
  isWhole: boolean,
): number {
  const isFromStart = isWhole && window.first[0] <= process.since;
  const lasted = Math.max(1, window.last[window.length - 1] - climbAt);
  const doubted = isFromStart
    ? YOUNG_SHARE + (STARTUP_SHARE - YOUNG_SHARE) / (1 + climbedOn(process, signal, lasted))
    : YOUNG_SHARE;
  return PERSISTENCE * (1 + (doubted * horizonMs) / lasted);
}

/** How many earlier processes of this version climbed on from their start for longer than `lastedMs`, and did not settle. */
function climbedOn({ lives, version: current }: ProcessTrend, signal: Resource, lastedMs: number): number {
  let count = 0;
  for (const { from, to, version, rssClimbed, heapClimbed } of lives) {
    const climbed = signal === 'rss' ? rssClimbed : heapClimbed;
    if (climbed && version === current && to - from > lastedMs) count++;
  }
  return count;
}
