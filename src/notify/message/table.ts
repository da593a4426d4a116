import type { AlertNews } from '../../alert/index.js';
import { formatBytes } from '../../telemetry/index.js';
import { fateWord } from './fate.js';
import { causeWord, clause, namesText, nameText, percent, shorten, useShare } from './phrases.js';
import type { Times } from './times.js';
import { endedOf, firingOf, nameOf } from './who.js';

/** One node of several. In use is a share of the limit. `-` where nothing can be said. */
export interface Row {
  readonly node: string;
  /** Only where the table has several rules. */
  readonly rule?: string;
  readonly state: 'firing' | 'resolved';
  /** When the limit is expected, UTC; of one that ended, when that was. */
  readonly when: string;
  readonly range: string;
  readonly sure: string;
  readonly use: string;
  /** Cause and slope, or what became of it; who has taken it. */
  readonly why: string;
}

export interface Table {
  /** Those that fire, worst first, then those that ended. */
  readonly rows: readonly Row[];
  /** Sentences about those without a row. */
  readonly more: readonly string[];
}

const ROWS_AT_MOST = 20;
/** Rows that those that ended get beside many that fire: they may be the news. */
const ENDED_ROWS_AT_MOST = 5;
const NAMES_AT_MOST = 40;

export function tableOf(alerts: readonly AlertNews[], at: number, times: Times): Table {
  const [firing, ended] = [firingOf(alerts), endedOf(alerts)];
  const endedRows = Math.min(ended.length, Math.max(ENDED_ROWS_AT_MOST, ROWS_AT_MOST - firing.length));
  const firingRows = Math.min(firing.length, ROWS_AT_MOST - endedRows);
  const hasRules = new Set(alerts.map(({ rule }) => rule)).size > 1;
  const shown = [...firing.slice(0, firingRows), ...ended.slice(0, endedRows)];
  return {
    rows: shown.map((alert) => rowOf(alert, hasRules, at, times)),
    more: [
      ...moreText(firing.slice(firingRows), firing.length === alerts.length ? '' : ' that fire'),
      ...moreText(ended.slice(endedRows), ended.length === alerts.length ? '' : ' that ended'),
    ],
  };
}

function rowOf(alert: AlertNews, hasRules: boolean, at: number, times: Times): Row {
  const { outlook, state, rule } = alert;
  const base = {
    node: nameOf(alert),
    ...(hasRules ? { rule: nameText(rule) } : {}),
    state,
    use: outlook ? useShare(outlook) : '-',
    why: whyOf(alert),
  };
  if (state === 'resolved')
    return { ...base, when: `ended ${times.utc(alert.at, at)}`, range: '-', sure: '-' };
  if (alert.breachedAt !== undefined) {
    return { ...base, when: `reached ${times.utc(alert.breachedAt, at)}`, range: '-', sure: '-' };
  }
  const { breachP10 = null, breachP50 = null, breachP90 = null, probability = null } = outlook ?? {};
  return {
    ...base,
    when: breachP50 === null ? '-' : times.utc(breachP50, at),
    range: breachP10 === null ? '-' : times.range(breachP10, breachP90, at),
    sure: probability === null ? '-' : percent(probability),
  };
}

function whyOf(alert: AlertNews): string {
  const { outlook, outcome, ack, state, kind, reason } = alert;
  if (state === 'resolved') return outcome ? fateWord(outcome) : shorten(clause(reason), 40);
  const parts = [
    ...(outlook?.cause ? [causeWord(outlook.cause)] : []),
    ...(outlook?.growth ? [`${formatBytes(outlook.growth.perHour)}/h`] : []),
  ];
  // What is no forecast has its reason instead.
  if (parts.length === 0 || kind === 'readiness' || kind === 'absent')
    parts.unshift(shorten(clause(reason), 40));
  return [...parts, ...(ack ? [`taken by ${nameText(ack.by, 30)}`] : [])].join(', ');
}

function moreText(rest: readonly AlertNews[], which: string): string[] {
  if (rest.length === 0) return [];
  return [
    `and ${rest.length} more${which}: ${namesText(
      rest.map(({ node }) => node),
      NAMES_AT_MOST,
    )}`,
  ];
}
