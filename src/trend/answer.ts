import type { BreachDistribution } from './breach.js';
import type { Outlook, Resource } from './outlook.js';

/** Below this chance of ever reaching the limit no breach is expected, and no time is given. */
const LEAST_EXPECTED = 0.25;

/** Shares of the horizon for which the odds of a breach are told. */
const ODDS_AT = [1 / 8, 1 / 4, 1 / 2, 1];

/** What is known of an outlook before anything is fitted. */
export interface Question {
  readonly signal: Resource;
  readonly at: number;
  readonly now: number;
  readonly live: number;
  readonly limit: number;
  readonly effectiveLimit: number;
  readonly horizonMs: number;
  readonly since: number;
  readonly record: null;
}

/** When the breach comes, unix ms; all null where none is expected. */
export function timesOf(distribution: BreachDistribution, from: number, span: number, at: number) {
  if (distribution.total < LEAST_EXPECTED) return { breachP10: null, breachP50: null, breachP90: null };
  const at_ = (p: number): number => Math.round(Math.max(at, from + distribution.quantile(p) * span));
  return { breachP10: at_(0.1), breachP50: at_(0.5), breachP90: at_(0.9) };
}

/** How likely it has come by some shares of the horizon: [ms ahead, probability]. */
export function oddsOf(
  distribution: BreachDistribution,
  from: number,
  span: number,
  { at, horizonMs }: Question,
): (readonly [number, number])[] {
  return ODDS_AT.map((share) => {
    const ahead = horizonMs * share;
    return [ahead, distribution.before((at + ahead - from) / span)];
  });
}

/** What is answered while there is too little history. */
export function nothingYet(question: Question, span: number): Outlook {
  return {
    ...question,
    probability: null,
    odds: [],
    breachP10: null,
    breachP50: null,
    breachP90: null,
    shape: 'unknown' as const,
    cause: null,
    growth: null,
    evidence: [`only ${Math.round(span / 1000)} s of history since the start: too little for a forecast`],
  };
}
