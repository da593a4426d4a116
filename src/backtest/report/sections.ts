import type { BacktestResult } from '../backtest.js';
import type { Breach } from '../contract.js';
import type { JudgedEpisode } from '../judge.js';
import type { BreachSeen, RuleTally, SetOutcome } from '../tally.js';
import { differenceSections } from './difference-sections.js';
import { Words } from './words.js';

/** A table as every format writes it; cells are plain text. */
export interface Table {
  readonly title: string;
  /** Columns with figures stand to the right. */
  readonly head: readonly { readonly name: string; readonly isFigure?: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Lists of cases may be long; figures never are. */
  readonly isList: boolean;
}

export interface Report {
  readonly title: string;
  /** Sentences on what was done and found. */
  readonly summary: readonly string[];
  readonly tables: readonly Table[];
}

/** What a backtest found, in the words and tables that all formats share. */
export function reportOf(result: BacktestResult): Report {
  const words = new Words(result);
  const { outcome, breaches, difference } = result;
  const seen = (verdict: BreachSeen['verdict']) =>
    outcome.breaches.filter((each) => each.verdict === verdict);
  const falseAlarms = outcome.alerts.filter(({ verdict }) => verdict === 'false');
  return {
    title: difference ? 'What the change of rules does' : 'What the rules would have done',
    summary: [words.scope(), ...result.notes, ...findings(outcome, breaches, words)],
    tables: [
      ...(difference ? differenceSections(difference, words) : []),
      judgedTable(outcome.rules, words),
      followedTable(outcome.rules, words),
      breachTable('Missed breaches', seen('missed'), breaches, words),
      breachTable('Announced late', seen('late'), breaches, words),
      alertTable('False alarms', falseAlarms, words),
    ].filter(({ rows }) => rows.length > 0),
  };
}

function findings({ totals }: SetOutcome, breaches: readonly Breach[], words: Words): string[] {
  const { caught, late, missed, outOfReach, pagesPerWeek, pages, falseAlarms } = totals;
  const parts = [
    `${caught} caught`,
    `${late} late`,
    `${missed} missed`,
    ...(outOfReach > 0 ? [`${outOfReach} out of reach (the process was not watched for long enough)`] : []),
  ];
  const lead =
    totals.leadMedianMs === null
      ? ''
      : ` ${caught === 1 ? 'The caught one was' : 'Caught ones were'} announced ${words.span(totals.leadMedianMs)} ahead${caught === 1 ? '' : ` at the median, nine in ten at least ${words.span(totals.leadP10Ms ?? 0)}`}.`;
  const found = breaches.length === 1 ? '1 breach' : `${breaches.length} breaches`;
  return [
    breaches.length === 0 ? 'No breach is known in this time.' : `${found}: ${parts.join(', ')}.${lead}`,
    `${pages === 1 ? '1 page' : `${pages} pages`}${words.aWeek(pagesPerWeek)}; ${falseAlarms} false.`,
  ];
}

function judgedTable(rules: readonly RuleTally[], words: Words): Table {
  const figures = [
    ...['alerts', 'a week', 'nodes', 'caught', 'late', 'early', 'false', 'undecided'],
    ...['breaches', 'missed', 'out of reach', 'lead, median', 'lead, p10'],
  ];
  return {
    title: 'Forecasts of a limit',
    head: [{ name: 'rule' }, { name: 'severity' }, ...figures.map((name) => ({ name, isFigure: true }))],
    rows: rules
      .filter(({ isJudged }) => isJudged)
      .map(({ rule, severity, alerts, perWeek, nodes, verdicts, breaches, leadMedianMs, leadP10Ms }) => [
        rule,
        severity,
        ...[alerts, words.weekly(perWeek), nodes, verdicts.caught, verdicts.late].map(String),
        ...[verdicts.early, verdicts.false, verdicts.undecided].map(String),
        String(Object.values(breaches ?? {}).reduce((sum, count) => sum + count, 0)),
        String(breaches?.missed ?? 0),
        String(breaches?.['out of reach'] ?? 0),
        words.lead(leadMedianMs),
        words.lead(leadP10Ms),
      ]),
    isList: false,
  };
}

function followedTable(rules: readonly RuleTally[], words: Words): Table {
  const figures = ['alerts', 'a week', 'nodes', 'followed by a breach'];
  return {
    title: 'Other rules',
    head: [
      ...['rule', 'kind', 'severity'].map((name) => ({ name })),
      ...figures.map((name) => ({ name, isFigure: true })),
    ],
    rows: rules
      .filter(({ isJudged }) => !isJudged)
      .map(({ rule, kind, severity, alerts, perWeek, nodes, verdicts }) => [
        ...[rule, kind, severity, String(alerts), words.weekly(perWeek), String(nodes)],
        String(verdicts.followed),
      ]),
    isList: false,
  };
}

function breachTable(
  title: string,
  seen: readonly BreachSeen[],
  breaches: readonly Breach[],
  words: Words,
): Table {
  return {
    title,
    head: [
      ...['when', 'node', 'pool', 'limit', 'how'].map((name) => ({ name })),
      { name: 'process watched for', isFigure: true },
      { name: 'lead', isFigure: true },
    ],
    rows: seen.map(({ breach: index, leadMs }) => {
      const breach = breaches[index];
      const { at, since, signal, how, labels } = breach;
      const limit = signal === 'rss' ? 'memory' : 'heap';
      return [
        ...[words.time(at), words.node(breach), labels.pool ?? '', limit, HOW[how]],
        words.span(at - since),
        words.lead(leadMs),
      ];
    }),
    isList: true,
  };
}

const HOW = {
  reached: 'use at the limit',
  died: 'restarted near the limit',
  vanished: 'silent for good near the limit',
} as const;

function alertTable(title: string, alerts: readonly JudgedEpisode[], words: Words): Table {
  return {
    title,
    head: [
      ...['when', 'node', 'rule', 'why it fired'].map((name) => ({ name })),
      { name: 'highest use after', isFigure: true },
    ],
    rows: alerts.map((alert) => [
      words.time(alert.firedAt),
      words.node(alert),
      alert.rule,
      alert.reason,
      `${Math.round(alert.peakShare * 100)} %`,
    ]),
    isList: true,
  };
}
