import type { AlertNews } from '../../../src/alert/index.js';
import { compose, type Framing, type Message } from '../../../src/dispatch/index.js';
import type { Outlook, Portrait } from '../../../src/trend/index.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const MIB = 2 ** 20;
/** 2026-11-23 08:28 UTC. */
export const NOW = Date.UTC(2026, 10, 23, 8, 28);

export function outlookOf(changes: Partial<Outlook> = {}): Outlook {
  return {
    signal: 'rss',
    at: NOW,
    now: 820 * MIB,
    live: 800 * MIB,
    limit: 1024 * MIB,
    effectiveLimit: 1024 * MIB,
    horizonMs: 2 * HOUR,
    probability: 0.93,
    odds: [],
    breachP10: NOW + 34 * MINUTE,
    breachP50: NOW + 42 * MINUTE,
    breachP90: NOW + 63 * MINUTE,
    shape: 'linear',
    cause: 'leak',
    growth: { perHour: 290 * MIB, low: 270 * MIB, high: 310 * MIB, overMs: 3 * HOUR, buckets: 60 },
    since: NOW - 3 * HOUR,
    record: null,
    evidence: ['the live set rose in 34 of 36 buckets'],
    ...changes,
  };
}

export function portraitOf(changes: Partial<Portrait> = {}): Portrait {
  const points = Array.from({ length: 120 }, (_, i) => {
    const time = NOW - 3 * HOUR + (i * 3 * HOUR) / 119;
    return [time, (200 + i * 5 + (i % 8) * 4) * MIB] as const;
  });
  const [from, to] = [points[0][0], NOW + 90 * MINUTE];
  return {
    signal: 'rss',
    used: points,
    live: points.filter((_, i) => i % 8 === 0),
    fit: [
      [from, 200 * MIB],
      [to, 1090 * MIB],
    ],
    cone: [
      [NOW, 790 * MIB, 820 * MIB],
      [to, 1000 * MIB, 1200 * MIB],
    ],
    limit: 1024 * MIB,
    effectiveLimit: 960 * MIB,
    breachP10: NOW + 34 * MINUTE,
    breachP50: NOW + 42 * MINUTE,
    breachP90: NOW + 63 * MINUTE,
    marks: [{ at: NOW - 2 * HOUR, what: 'version 2026.11.2' }],
    from,
    now: NOW,
    to,
    ...changes,
  };
}

export function newsOf(changes: Partial<AlertNews> = {}): AlertNews {
  return {
    id: 'alert-1',
    rule: 'MemoryBreachPredicted',
    kind: 'forecast',
    severity: 'page',
    node: 'r-1',
    labels: { pool: 'edge', version: '2026.11.2' },
    state: 'firing',
    at: NOW,
    activeSince: NOW - 5 * MINUTE,
    firedAt: NOW,
    reason: 'rss reaches memory_limit (1 GiB) within 2 h with probability 93 %',
    runbook: 'https://runbooks.example/memory',
    outlook: outlookOf(),
    ...changes,
  };
}

/** A message of these alerts, as the dispatch room writes it. */
export function messageWith(alerts: readonly AlertNews[], framing: Partial<Framing> = {}): Message {
  const [{ rule, severity, labels, state }] = alerts;
  const at = Math.max(...alerts.map((alert) => alert.at));
  const groupLabels = { alertname: rule, severity, ...(labels.pool ? { pool: labels.pool } : {}) };
  return compose(
    alerts,
    {
      occasion: state === 'firing' ? 'new' : 'over',
      groupKey: `{}:${JSON.stringify(groupLabels)}`,
      groupLabels,
      thread: 'thread-1',
      isFirst: state === 'firing',
      channels: ['ops', 'mail', 'hook'],
      history: [],
      links: {},
      ...framing,
    },
    at,
  );
}

/** One message of one alert. */
export function messageOf(changes: Partial<AlertNews> = {}, framing: Partial<Framing> = {}): Message {
  return messageWith([newsOf(changes)], framing);
}

/** News without what only forecasts have. */
export function plainNewsOf(changes: Partial<AlertNews>): AlertNews {
  const { outlook: _, runbook: __, ...rest } = newsOf();
  return { ...rest, ...changes };
}
