import { needsOf, type Rule } from '../evaluate/index.js';
import { Trend } from '../trend/index.js';
import { isJudged } from './definitions.js';

/** Samples a horizon: a forecast of two hours sees one every two and a half minutes. */
const STEPS_A_HORIZON = 48;
const STEPS_A_PAUSE_SHARE = 12;
const STEPS_A_SILENCE = 2;

/** The windows keep at most so many of their widest buckets (src/pipeline/warm-start.ts). */
const KEPT_BUCKETS = 96;

/** Without any rule that says how finely to look. */
const DEFAULT_STEP_MS = 60_000;

/** How finely history must be read for the rules: as fine as the one that looks at the shortest time needs it. */
export function stepOf(rules: readonly Rule[]): number {
  const steps = rules.flatMap(({ kind, condition }) => {
    if (kind === 'forecast') return [condition.withinMs / STEPS_A_HORIZON];
    if (kind === 'growth') return [condition.overMs / STEPS_A_HORIZON];
    if (kind === 'gc') return [condition.overMs / STEPS_A_PAUSE_SHARE];
    if (kind === 'absent') return [condition.afterMs / STEPS_A_SILENCE];
    return [];
  });
  return Math.max(1, Math.round(steps.length > 0 ? Math.min(...steps) : DEFAULT_STEP_MS));
}

/** How much history before the first judged moment fills the models. */
export function warmUpOf(rules: readonly Rule[]): number {
  const { widths } = new Trend(rules.flatMap(needsOf));
  return widths[widths.length - 1] * KEPT_BUCKETS;
}

/** Width of a point in pictures: two steps, so that it has a floor and a peak. */
export function bucketOf(rules: readonly Rule[], stepMs: number): number {
  const horizons = rules.filter(isJudged).map(({ condition }) => condition.withinMs);
  const fromHorizon = horizons.length > 0 ? Math.min(...horizons) / (STEPS_A_HORIZON / 2) : DEFAULT_STEP_MS;
  return Math.max(fromHorizon, 2 * stepMs);
}
