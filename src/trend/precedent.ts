import type { Life } from './lives.js';
import type { ProcessTrend } from './process-trend.js';

/** A life that came this close to a limit was ended by it, not by a plan. */
const BREACH_SHARE = 0.9;
const HEAP_BREACH_SHARE = 0.8;

/** Weight of the thought that this time no restart comes; more lives that ran into the limit add to it. */
const NO_RESTART = 0.75;

/** What earlier lives say of how long this one lasts. */
export interface Precedent {
  /** How many planned lives came before. */
  readonly planned: number;
  /** The chance that the process is still the same at an age, ms. */
  survival(ageMs: number): number;
}

/**
 * The chance that the process is still the same at a given age, by the lives before it: what was restarted at two
 * hours of age again and again will be so once more, before a breach at three. Empirical survival of the planned
 * lives, given that the present one has reached its age, with some weight for the absence of a restart. Null without such
 * lives. Lives that a deploy ended say nothing: the next deploy comes when it comes.
 */
export function precedentOf(process: ProcessTrend, memoryLimit: number): Precedent | null {
  if (process.lives.length === 0) return null;
  const restarts = process.lives.filter(({ endedBy }) => endedBy === 'restart');
  // Those that a restart ended before they came near a limit.
  const planned = restarts
    .filter((life) => !endedByLimit(life, memoryLimit))
    .map(({ from, to }) => to - from);
  if (planned.length === 0) return null;
  const belief = NO_RESTART + (restarts.length - planned.length);
  const age = process.lastSeen - process.since;
  const outlived = (ageMs: number): number =>
    planned.reduce((count, life) => count + (life > ageMs ? 1 : 0), belief);
  const now = outlived(age);
  return { planned: planned.length, survival: (ageMs) => outlived(Math.max(age, ageMs)) / now };
}

function endedByLimit(life: Life, memoryLimit: number): boolean {
  return filledMemory(life, memoryLimit) || filledHeap(life);
}

export function filledMemory({ rssPeak }: Life, memoryLimit: number): boolean {
  return rssPeak >= BREACH_SHARE * memoryLimit;
}

export function filledHeap({ heapPeak, heapLimit }: Life): boolean {
  return heapPeak >= HEAP_BREACH_SHARE * heapLimit;
}
