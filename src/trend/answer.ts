import type { BreachDistribution } from './breach.js';

/** Below this chance of ever reaching the limit no breach is expected, and no time is given. */
const LEAST_EXPECTED = 0.25;

/** When the breach comes, unix ms; all null where none is expected. */
export function timesOf(distribution: BreachDistribution, from: number, span: number, at: number) {
  if (distribution.total < LEAST_EXPECTED) return { breachP10: null, breachP50: null, breachP90: null };
  const at_ = (p: number): number => Math.round(Math.max(at, from + distribution.quantile(p) * span));
  return { breachP10: at_(0.1), breachP50: at_(0.5), breachP90: at_(0.9) };
}

/** What is answered while there is too little history. */
export function nothingYet(span: number) {
  return {
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
