import type { Rule } from '../evaluate/index.js';

/** An alert that starts less than this before the breach is late: nobody has the time to act (as accuracy/ has it). */
const MOST_LEAD_MS = 15 * 60_000;

/** The same where horizons are shorter than two hours: an eighth of them. */
const LEAD_SHARE = 1 / 8;

/** A forecast has come true when the breach comes within so many of its horizons. */
export const TRUE_HORIZONS = 2;

/** A breach later than that, but within so many horizons in the same process, was announced early; later ones are others. */
export const EARLY_HORIZONS = 12;

/** How a rule is judged: by whether its forecast of a limit came true, or only by what followed. */
export function isJudged(rule: Rule): rule is Rule<'forecast'> {
  return rule.kind === 'forecast' && rule.condition.reaches.target === undefined;
}

/** How long after firing what happens to the process is still held against the alert. */
export function followMsOf(rule: Rule): number {
  return isJudged(rule) ? TRUE_HORIZONS * rule.condition.withinMs : Number.POSITIVE_INFINITY;
}

/** The least time before a breach at which an alert is in time for these rules. */
export function leadOf(rules: readonly Rule[]): number {
  const horizons = rules.filter(isJudged).map(({ condition }) => condition.withinMs);
  return Math.min(MOST_LEAD_MS, ...horizons.map((horizon) => horizon * LEAD_SHARE));
}
