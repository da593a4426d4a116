import type { Asked } from './asked.js';
import type { Excursions } from './excursions.js';
import { beginAfter, findRegime, type Regime } from './onset.js';
import type { Points } from './shapes/shape.js';
import { lowestFrom } from './weigh.js';

/** What the process remembers of climbs of this signal, beyond what a window shows. */
function excursionsOf({ process, signal }: Asked): Excursions {
  return signal === 'rss' ? process.rssExcursions : process.heapExcursions;
}

/** The newest regime of the points. Its climb begins after the last one like it was released. */
export function regimeOf(asked: Asked, points: Points, noise: number): Regime {
  const { y, n } = points;
  const found = findRegime(points, noise);
  const downAt = excursionsOf(asked).lastDown(y[n - 1] - lowestFrom(points, found.climbStart));
  return beginAfter(found, (downAt - asked.from) / asked.span, points);
}

/** How often the node climbed as it does now and released it, beyond what the window shows; `goal` in bytes of the level. */
export function releasedEarlier(
  asked: Asked,
  { regime, climbAt }: { readonly regime: Regime; readonly climbAt: number },
  points: Points,
  goal: number,
): number {
  const { process, signal, now, effectiveLimit } = asked;
  const { y, n } = points;
  const climb = y[n - 1] - lowestFrom(points, regime.climbStart);
  const lasted = process.lastSeen - climbAt;
  // Excursions of RSS are those of its use, of the heap those of its level.
  return signal === 'rss'
    ? excursionsOf(asked).countLike(now, climb, lasted, effectiveLimit)
    : excursionsOf(asked).countLike(y[n - 1], climb, lasted, goal);
}
