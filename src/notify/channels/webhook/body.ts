import type { Message, Words } from '../../contract.js';
import { cut, fitting, jsonOf } from '../../http/index.js';
import type { Body } from './body-schema.js';

type AlertNews = Message['alerts'][number];
type AlertBody = Body['data']['alerts'][number];

/** Receivers often refuse large bodies; the worst alerts come first. */
const ALERTS_AT_MOST = 100;
const MOST_BYTES = 256 * 1024;
/** Texts of one alert; longer ones are no names and no sentences. */
const SHORT_LENGTH = 1024;
const GROUP_KEY_LENGTH = 4096;
const TEXT_LENGTH = 20_000;

/**
 * The JSON text of a message: `{type, timestamp, data}` as Standard Webhooks recommends, names in snake case, times in
 * unix ms, sizes in bytes. The same message gives the same bytes.
 */
export function webhookBody(message: Message, words: Words, externalUrl: string | undefined): string {
  const alerts = message.alerts.slice(0, ALERTS_AT_MOST).map(alertBody);
  const write = (count: number): string => {
    const body: Body = {
      type: `alert.${message.state}`,
      timestamp: new Date(message.createdAt).toISOString(),
      data: {
        id: message.id,
        occasion: message.occasion,
        state: message.state,
        rule: message.rule,
        severity: message.severity,
        created_at: message.createdAt,
        title: words.subject,
        text: cut(words.text, TEXT_LENGTH),
        ...(externalUrl === undefined ? {} : { url: externalUrl }),
        group_key: cut(message.groupKey, GROUP_KEY_LENGTH),
        group_labels: labelsOf(message.groupLabels),
        thread: message.thread,
        is_first: message.isFirst,
        links: message.links,
        history: message.history.map(({ node, firedAt, endedAt, outcome }) => ({
          node,
          fired_at: firedAt,
          ended_at: endedAt,
          outcome: outcomeOf(outcome),
        })),
        alerts: alerts.slice(0, count),
        truncated_alerts: message.alerts.length - count,
      },
    };
    return jsonOf(body);
  };
  return fitting(alerts.length, write, MOST_BYTES);
}

function alertBody(alert: AlertNews): AlertBody {
  const { summary, runbook, breachedAt, outlook, ack, outcome, before } = alert;
  return {
    id: alert.id,
    rule: alert.rule,
    severity: alert.severity,
    node: cut(alert.node, SHORT_LENGTH),
    labels: labelsOf(alert.labels),
    kind: alert.kind,
    state: alert.state,
    at: alert.at,
    active_since: alert.activeSince,
    fired_at: alert.firedAt,
    ...(breachedAt === undefined ? {} : { breached_at: breachedAt }),
    reason: cut(alert.reason, SHORT_LENGTH),
    ...(summary === undefined ? {} : { summary: cut(summary, SHORT_LENGTH) }),
    ...(runbook === undefined ? {} : { runbook: cut(runbook, SHORT_LENGTH) }),
    ...(outlook === undefined ? {} : { outlook: outlookOf(outlook) }),
    ...(ack === undefined ? {} : { ack }),
    ...(outcome === undefined ? {} : { outcome: outcomeOf(outcome) }),
    ...(before === undefined ? {} : { before: beforeOf(before) }),
  };
}

function outlookOf(outlook: NonNullable<AlertNews['outlook']>): NonNullable<AlertBody['outlook']> {
  return {
    signal: outlook.signal,
    now: outlook.now,
    live: outlook.live,
    limit: outlook.limit,
    effective_limit: outlook.effectiveLimit,
    horizon_s: outlook.horizonMs / 1000,
    probability: outlook.probability,
    breach_p10: outlook.breachP10,
    breach_p50: outlook.breachP50,
    breach_p90: outlook.breachP90,
    shape: outlook.shape,
    cause: outlook.cause,
    per_hour: outlook.growth?.perHour ?? null,
    evidence: [...outlook.evidence],
  };
}

function outcomeOf(outcome: NonNullable<AlertNews['outcome']>): NonNullable<AlertBody['outcome']> {
  const { result, errorMs, leadMs, inRange } = outcome;
  return {
    result,
    ...(errorMs === undefined ? {} : { error_s: errorMs / 1000 }),
    ...(leadMs === undefined ? {} : { lead_s: leadMs / 1000 }),
    ...(inRange === undefined ? {} : { in_range: inRange }),
  };
}

function beforeOf(before: NonNullable<AlertNews['before']>): NonNullable<AlertBody['before']> {
  const { at, probability, breachP10, breachP50, breachP90 } = before;
  return { at, probability, breach_p10: breachP10, breach_p50: breachP50, breach_p90: breachP90 };
}

function labelsOf(labels: AlertNews['labels']): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, cut(value, SHORT_LENGTH)]));
}
