import type { ProcessTrend } from './process-trend.js';

/** Silent for so many of its usual intervals, a node's trend says nothing about now any more. */
const STALE_INTERVALS = 8;

/** Whether a node has been silent for too long at `at`, unix ms, for its trend to speak of now. */
export function isStale(
  { interval, lastSeen }: Pick<ProcessTrend, 'interval' | 'lastSeen'>,
  at: number,
): boolean {
  return at - lastSeen > STALE_INTERVALS * interval;
}
