import type { AlertShape } from '../../serve/shapes.js';
import { formatDuration, formatFromNow } from '../kit/words.js';

/** The states by which the list can be narrowed; `active` is everything that is not over. */
export const TABS = ['active', 'firing', 'acknowledged', 'silenced', 'pending', 'past'] as const;
export type Tab = (typeof TABS)[number];

export function isInTab({ state }: AlertShape, tab: Tab): boolean {
  if (tab === 'active') return state !== 'resolved';
  return state === (tab === 'past' ? 'resolved' : tab);
}

/** Whether every word of the filter is in the alert: its rule, node, severity, or `label=value`. */
export function matches(alert: AlertShape, filter: string): boolean {
  const { rule, node, severity, kind, labels } = alert;
  const pairs = Object.entries({ ...labels, rule, node, severity, kind }).map(
    ([key, value]) => `${key}=${value}`,
  );
  const text = pairs.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** When the limit is expected to be reached, as it was said when the alert fired. */
export function breachWords({ forecast, breached_at: breachedAt }: AlertShape, now: number): string {
  if (breachedAt !== null) return `came about ${formatFromNow(breachedAt, now)}`;
  if (!forecast || forecast.breach_p50 === null) return '–';
  return formatFromNow(forecast.breach_p50, now);
}

/** What became of an alert that is over, in a word or two. */
export function fateOf({ outcome, fired_at }: AlertShape): { readonly word: string; readonly tone: string } {
  if (!outcome) return { word: fired_at === null ? 'never fired' : 'over', tone: 'plain' };
  const fates = {
    breached: { word: 'came true', tone: 'true' },
    averted: { word: 'averted', tone: 'averted' },
    passed: { word: 'false', tone: 'false' },
    ended: { word: 'over', tone: 'plain' },
  } as const;
  return fates[outcome.result];
}

/** The same as a sentence, with how far the predicted time was off. */
export function fateSentence(alert: AlertShape): string {
  const { outcome } = alert;
  if (!outcome) return alert.fired_at === null ? 'It went before it fired.' : 'It is over.';
  if (outcome.result === 'averted')
    return 'It was averted: the process ended or the growth stopped before the predicted time.';
  if (outcome.result === 'passed') return 'It was false: the predicted time went by and nothing happened.';
  if (outcome.result === 'ended') return 'It is over; it predicted no time.';
  const lead = outcome.lead_ms === null ? '' : `, ${formatDuration(outcome.lead_ms)} after the alert fired`;
  return `It came true${lead}. ${errorWords(alert)}`;
}

/** How far the median of the prediction was from the breach. */
export function errorWords({ outcome }: AlertShape): string {
  if (outcome?.error_ms === null || outcome?.error_ms === undefined) return '';
  const { error_ms: error, in_range: isInRange } = outcome;
  const off =
    Math.abs(error) < 1000
      ? 'to the second'
      : `${formatDuration(Math.abs(error))} too ${error > 0 ? 'late' : 'early'}`;
  const range = isInRange === null ? '' : isInRange ? ', within p10 to p90' : ', outside of p10 to p90';
  return `The predicted time was ${off}${range}.`;
}
