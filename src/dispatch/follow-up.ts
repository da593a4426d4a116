import type { Told } from '../alert/index.js';
import type { Outlook } from '../trend/index.js';

/** A breach that comes in less than this share of the time that was told is much nearer; over its inverse, much farther. */
const MUCH = 0.5;

/** What people are told of an outlook. */
export function toldOf(outlook: Outlook | undefined, at: number): Told {
  const { probability = null, breachP10 = null, breachP50 = null, breachP90 = null } = outlook ?? {};
  return { at, probability, breachP10, breachP50, breachP90 };
}

/**
 * Whether the forecast has moved so far since it was told that it is worth another message: the time left is halved (or
 * doubled) against what was said of it, and the new p50 lies outside of the range that was said. A forecast that only comes
 * true as told is no news. Times are unix ms.
 */
export function movedSince(told: Told, outlook: Outlook | undefined, at: number): 'worse' | 'better' | null {
  const now = outlook?.breachP50 ?? null;
  if (now === null) return null;
  if (told.breachP50 === null) return 'worse';
  const left = now - at;
  const leftAsTold = told.breachP50 - at;
  const isBefore = now < (told.breachP10 ?? told.breachP50);
  if (isBefore && left < MUCH * leftAsTold) return 'worse';
  const isAfter = now > (told.breachP90 ?? told.breachP50);
  if (isAfter && leftAsTold > 0 && left > leftAsTold / MUCH) return 'better';
  return null;
}
