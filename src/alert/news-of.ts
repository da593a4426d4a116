import type { AlertNews } from './news.js';
import { breachOf, outcomeOf } from './outcome.js';
import type { AlertState } from './transition.js';

/** The news of a state: what it has become at `at`, unix ms, and why. */
export function newsOf(state: AlertState, to: AlertNews['state'], at: number, reason: string): AlertNews {
  const { id, rule, node, about, activeSince, firedAt, predicted, outlook, breachedAt } = state;
  return {
    id,
    rule,
    node,
    ...about,
    state: to,
    at,
    activeSince,
    firedAt: firedAt ?? at,
    reason,
    ...(outlook ? { outlook } : {}),
    ...(predicted ? { predicted } : {}),
    ...(breachedAt === undefined ? {} : { breachedAt }),
  };
}

/** The news of an alert's end, with what became of its prediction. */
export function endOf(state: AlertState, at: number, reason: string, hasEnded: boolean): AlertNews {
  const breachedAt = breachOf(state, hasEnded);
  const known = breachedAt === undefined ? state : { ...state, breachedAt };
  return { ...newsOf(known, 'resolved', at, reason), outcome: outcomeOf(known, at, hasEnded) };
}
