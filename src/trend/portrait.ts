import type { Portrait } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';
import type { Candidate } from './weigh.js';
import type { Window } from './window.js';
import type { Workings } from './workings.js';

/** Points of the fitted line and the cone. */
const FUTURE_POINTS = 24;

/** Ten and ninety percent as normal scores. */
const DECILE_SCORE = 1.2815515655446004;

/**
 * What the outlook rests on, in a form to be drawn: history from the window, the mixture's median before and after
 * now, and its p10 to p90 cone. The picture reaches a quarter past the likely breach, at least half a horizon.
 */
export function drawPortrait(process: ProcessTrend, window: Window, workings: Workings): Portrait {
  const { outlook, levels } = workings;
  const now = window.last[window.length - 1];
  const end = Math.max(now + outlook.horizonMs / 2, now + ((outlook.breachP90 ?? now) - now) * 1.25);
  const to = Math.min(end, now + 2 * outlook.horizonMs);
  const used: [number, number][] = [];
  const live: [number, number][] = [];
  for (let i = 0; i < window.length; i++) {
    const peak = window.get(i, outlook.signal === 'rss' ? 'rssMax' : 'heapMax');
    if (!Number.isNaN(peak)) used.push([window.last[i], peak]);
    live.push([levels.time[i], levels.level[i]]);
  }
  const { fit, cone } = drawFuture(workings, now, to);
  return {
    signal: outlook.signal,
    used,
    live,
    fit,
    cone,
    limit: outlook.limit,
    effectiveLimit: outlook.effectiveLimit,
    breachP10: outlook.breachP10,
    breachP50: outlook.breachP50,
    breachP90: outlook.breachP90,
    marks: process.marks.filter((mark) => mark.at >= window.first[0]).map((mark) => ({ ...mark })),
    from: window.first[0],
    now,
    to,
  };
}

type Line = [number, number][];

/**
 * The heaviest shape that meets the limit, drawn at the pace at which the whole mixture meets it: its line reaches the
 * limit at p50, the edges of the cone at p10 and p90. Where no breach is expected, the heaviest shape as it is.
 */
function drawFuture({ outlook, candidates, from, span, goal, toUse }: Workings, now: number, to: number) {
  const fit: Line = [];
  const cone: [number, number, number][] = [];
  if (candidates.length === 0 || span <= 0) return { fit, cone };
  const { limit, breachP10, breachP50, breachP90 } = outlook;
  const drawn = choose(candidates, goal, breachP50 !== null);
  const crossing = drawn.fit.crossing(goal, 1, 0);
  const at = (time: number): number => (time - from) / span;
  const level = (time: number, breach: number | null, score: number): number => {
    const ahead = at(time) - 1;
    const isPaced = breach !== null && Number.isFinite(crossing) && at(breach) > 1;
    const x = isPaced ? 1 + (ahead * (crossing - 1)) / (at(breach) - 1) : 1 + ahead;
    return Math.min(limit * 1.15, toUse(drawn.fit.level(x, isPaced ? 0 : score)));
  };
  fit.push([from, toUse(drawn.fit.level(0, 0))]);
  for (let i = 0; i <= FUTURE_POINTS; i++) {
    const time = now + ((to - now) * i) / FUTURE_POINTS;
    const middle = level(time, breachP50, 0);
    const low = level(time, breachP90, -DECILE_SCORE);
    const high = level(time, breachP10, DECILE_SCORE);
    fit.push([time, middle]);
    cone.push([time, Math.min(low, middle), Math.max(high, middle)]);
  }
  return { fit, cone };
}

function choose(candidates: readonly Candidate[], goal: number, isBreachExpected: boolean): Candidate {
  const heaviestFirst = [...candidates].sort((a, b) => b.weight - a.weight);
  const crosses = ({ fit }: Candidate): boolean => Number.isFinite(fit.crossing(goal, 1, 0));
  return (isBreachExpected ? heaviestFirst.find(crosses) : undefined) ?? heaviestFirst[0];
}
