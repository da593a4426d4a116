import type { Difference, RuleDifference } from '../difference.js';
import type { JudgedEpisode } from '../judge.js';
import type { Table } from './sections.js';
import type { Words } from './words.js';

/** What differs, first in figures by rule, then case by case. */
export function differenceSections({ rules, breaches }: Difference, words: Words): Table[] {
  const touched = rules.filter(
    ({ change, onlyBefore, onlyAfter, moved }) =>
      change !== 'same' || onlyBefore.length + onlyAfter.length + moved.length > 0,
  );
  return [
    figures(rules, words),
    {
      title: 'Breaches seen differently',
      head: ['when', 'node', 'before', 'after'].map((name) => ({ name })),
      rows: breaches.map(({ breach, before, after }) => [
        words.time(breach.at),
        words.node(breach),
        before,
        after,
      ]),
      isList: true,
    },
    alerts('Alerts only after the change', touched, ({ onlyAfter }) => onlyAfter, words),
    alerts('Alerts only before the change', touched, ({ onlyBefore }) => onlyBefore, words),
    {
      title: 'Alerts at another time',
      head: ['rule', 'node', 'before', 'after', 'moved', 'verdict'].map((name) => ({ name })),
      rows: touched.flatMap(({ rule, moved }) =>
        moved.map(({ before, after, byMs }) => [
          ...[rule, words.node(after), words.time(before.firedAt), words.time(after.firedAt)],
          byMs > 0 ? `${words.span(byMs)} later` : `${words.span(-byMs)} earlier`,
          before.verdict === after.verdict ? after.verdict : `${before.verdict}, now ${after.verdict}`,
        ]),
      ),
      isList: true,
    },
  ];
}

function figures(rules: readonly RuleDifference[], words: Words): Table {
  const columns = ['alerts a week', 'only after', 'only before', 'moved', 'caught', 'missed', 'false'];
  return {
    title: 'The change, by rule',
    head: [
      ...['rule', 'change'].map((name) => ({ name })),
      ...columns.map((name) => ({ name, isFigure: true })),
    ],
    rows: rules.map((each) => {
      const { rule, change, fields, before, after, onlyAfter, onlyBefore, moved } = each;
      const pair = (of: (tally: NonNullable<typeof before>) => string): string => {
        const [was, is] = [before, after].map((tally) => (tally ? of(tally) : '-'));
        // Of a rule that is not judged there is nothing to compare.
        if (was === '' || is === '') return '';
        return was === is ? is : `${was} → ${is}`;
      };
      return [
        rule,
        fields.length > 0 ? `changed: ${fields.join(', ')}` : change,
        pair(({ perWeek }) => words.weekly(perWeek)),
        ...[onlyAfter.length, onlyBefore.length, moved.length].map(String),
        ...[
          pair(({ breaches }) => (breaches ? String(breaches.caught) : '')),
          pair(({ breaches }) => (breaches ? String(breaches.missed) : '')),
          pair(({ isJudged, verdicts }) => (isJudged ? String(verdicts.false) : '')),
        ],
      ];
    }),
    isList: false,
  };
}

function alerts(
  title: string,
  rules: readonly RuleDifference[],
  of: (rule: RuleDifference) => readonly JudgedEpisode[],
  words: Words,
): Table {
  return {
    title,
    head: ['when', 'node', 'rule', 'verdict', 'why it fired'].map((name) => ({ name })),
    rows: rules.flatMap((rule) =>
      of(rule).map((alert) => [
        words.time(alert.firedAt),
        words.node(alert),
        alert.rule,
        alert.why === '' ? alert.verdict : `${alert.verdict}: ${alert.why}`,
        alert.reason,
      ]),
    ),
    isList: true,
  };
}
