import { z } from 'zod';
import type { Ack, AlertNews, AlertState, Outcome } from '../alert/index.js';
import type { Outlook } from '../trend/index.js';

/** What the API answers, as schemas: they make the types and the OpenAPI document. Times are unix ms. */

export const time = z.number().describe('Unix milliseconds');

/** A time as it may be given. */
export const timeGiven = z
  .union([z.number(), z.string()], { error: 'unix ms or RFC 3339' })
  .describe('Unix milliseconds or RFC 3339');

/** Who asks, for requests without a body. */
export const byGiven = z.object({ by: z.string().optional().describe('Who, where the token does not say') });

export const forecastShape = z.object({
  signal: z.enum(['rss', 'heap']),
  limit: z.number().describe('Bytes'),
  effective_limit: z.number().describe('Bytes at which the process really dies'),
  now: z.number().describe('Bytes in use'),
  live: z.number().describe('Bytes that survive a collection'),
  probability: z
    .number()
    .nullable()
    .describe('That the limit is reached within the horizon; null: too little history'),
  horizon_s: z.number(),
  odds: z.array(z.array(z.number())).describe('The same for shorter times: [seconds ahead, probability]'),
  breach_p10: time.nullable(),
  breach_p50: time.nullable(),
  breach_p90: time.nullable(),
  shape: z.string(),
  cause: z.string().nullable(),
  per_hour: z.number().nullable().describe('Bytes an hour'),
  record: z
    .object({ due: z.number(), came: z.number() })
    .nullable()
    .describe('Forecasts like this that fell due, and how many of them came true; null: too few'),
  evidence: z.array(z.string()),
});
export type ForecastShape = z.infer<typeof forecastShape>;

/** `acknowledged` and `silenced` alerts fire, too: somebody has taken them, or messages about them are held back. */
export const ALERT_STATES = ['pending', 'firing', 'acknowledged', 'silenced', 'resolved'] as const;

export const alertShape = z.object({
  id: z.string().describe('One episode: the same from pending to resolved'),
  rule: z.string(),
  kind: z.string(),
  severity: z.string(),
  node: z.string(),
  labels: z.record(z.string(), z.string()),
  state: z
    .enum(ALERT_STATES)
    .describe('acknowledged and silenced ones fire, too, but somebody has taken them or holds messages back'),
  active_since: time,
  fired_at: time.nullable(),
  resolved_at: time.nullable(),
  breached_at: time.nullable().describe('When it came about while the alert fires'),
  reason: z.string(),
  forecast: forecastShape.nullable().describe('The forecast with which it fired'),
  ack: z
    .object({ by: z.string(), why: z.string(), at: time, until: time })
    .nullable()
    .describe('Who has taken it'),
  silenced_by: z.array(z.string()).describe('Ids of the silences that hold messages about it back'),
  outcome: z
    .object({
      result: z.enum(['breached', 'averted', 'passed', 'ended']),
      error_ms: z.number().nullable(),
      lead_ms: z.number().nullable(),
      in_range: z.boolean().nullable(),
    })
    .nullable()
    .describe('What became of what it predicted; null while it is active'),
});
export type AlertShape = z.infer<typeof alertShape>;

export const nodeShape = z.object({
  node: z.string(),
  labels: z.record(z.string(), z.string()),
  last_seen: time.nullable(),
  process_since: time.nullable(),
  interval_ms: z.number().nullable().describe('Usual time between two samples'),
  latest: z.record(z.string(), z.number()).describe('Newest value of each signal that was sent'),
  alerts: z.array(z.object({ rule: z.string(), state: z.string() })),
});
export type NodeShape = z.infer<typeof nodeShape>;

const sourceShape = z.object({
  kind: z.string().describe('Such as process rss or working set; see docs/names.md'),
  metric: z.string(),
  protocol: z.string(),
  since: time.nullable().describe('null: since before it was noted'),
});
export const signalSourceShape = sourceShape.extend({
  others: z.array(sourceShape.extend({ last_seen: time, unused: z.number().describe('Samples not kept') })),
});
export type SignalSourceShape = z.infer<typeof signalSourceShape>;

export const nodeDetailShape = nodeShape.extend({
  odd: z
    .array(z.object({ code: z.string(), message: z.string(), cure: z.string() }))
    .describe('What is odd about its telemetry; see docs/oddities.md for the codes'),
  sources: z
    .record(z.string(), signalSourceShape)
    .describe('From which source each signal is read, and which others were seen and are not used'),
  missing: z
    .array(z.object({ signal: z.string(), message: z.string() }))
    .describe('What is missing for better forecasts, and how to get it'),
});
export type NodeDetailShape = z.infer<typeof nodeDetailShape>;

export function forecastOf(outlook: Outlook): ForecastShape {
  return {
    signal: outlook.signal,
    limit: outlook.limit,
    effective_limit: outlook.effectiveLimit,
    now: outlook.now,
    live: outlook.live,
    probability: outlook.probability,
    horizon_s: outlook.horizonMs / 1000,
    odds: outlook.odds.map(([ms, probability]) => [ms / 1000, probability]),
    breach_p10: outlook.breachP10,
    breach_p50: outlook.breachP50,
    breach_p90: outlook.breachP90,
    shape: outlook.shape,
    cause: outlook.cause,
    per_hour: outlook.growth?.perHour ?? null,
    // Alerts that an earlier version kept have none.
    record: outlook.record ?? null,
    evidence: [...outlook.evidence],
  };
}

/** What people have done about an alert. */
export interface Held {
  readonly ack: Ack | null;
  readonly silencedBy: readonly string[];
}

export function alertOfState(state: AlertState, { ack, silencedBy }: Held): AlertShape {
  const held = ack ? 'acknowledged' : silencedBy.length > 0 ? 'silenced' : 'firing';
  const { id, rule, node, phase, activeSince, firedAt, reason, about, predicted } = state;
  return {
    id,
    rule,
    ...kindAndLabels(about),
    node,
    state: phase === 'firing' ? held : phase,
    active_since: activeSince,
    fired_at: firedAt,
    resolved_at: null,
    breached_at: state.breachedAt ?? null,
    reason,
    forecast: predicted ? forecastOf(predicted) : null,
    ack,
    silenced_by: [...silencedBy],
    outcome: null,
  };
}

export function alertOfPast(news: AlertNews): AlertShape {
  const { id, rule, node, activeSince, firedAt, at, reason, predicted, outcome } = news;
  return {
    id,
    rule,
    ...kindAndLabels(news),
    node,
    state: 'resolved',
    active_since: activeSince,
    fired_at: firedAt,
    resolved_at: at,
    breached_at: null,
    reason,
    forecast: predicted ? forecastOf(predicted) : null,
    ack: null,
    silenced_by: [],
    outcome: outcome ? outcomeOf(outcome) : null,
  };
}

function outcomeOf({ result, errorMs, leadMs, inRange }: Outcome): NonNullable<AlertShape['outcome']> {
  return { result, error_ms: errorMs ?? null, lead_ms: leadMs ?? null, in_range: inRange ?? null };
}

function kindAndLabels({ kind, severity, labels }: Pick<AlertNews, 'kind' | 'severity' | 'labels'>) {
  return { kind, severity, labels };
}

export const sessionShape = z.object({
  needs_token: z.boolean().describe('Nobody is signed in, and a token is asked for'),
  holder: z.string().nullable().describe('Name of the token; null where everybody is let in'),
  role: z.enum(['admin', 'read']).nullable(),
  ends_at: time.nullable().describe('End of the session'),
  agents_need_token: z.boolean(),
});
export type SessionShape = z.infer<typeof sessionShape>;

export const revisionsShape = z.object({
  fleet: z.number(),
  nodes: z.number(),
  alerts: z.number(),
  rules: z.number(),
  delivery: z.number(),
});
export type RevisionsShape = z.infer<typeof revisionsShape>;

/** The data of a server-sent event. */
export const eventShape = z.object({
  run: z.string().describe('Another one after each start of the service'),
  at: time.describe('Now, by the clock of the service'),
  revisions: revisionsShape.describe('Number of the newest change, by topic'),
});
export type EventShape = z.infer<typeof eventShape>;

/** How a node stands: the state of its gravest alert, else whether it is heard of. */
export const NODE_STATES = ['firing', 'acknowledged', 'silenced', 'pending', 'silent', 'well'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** Nodes in columns: the same place in each is one node. Null: not known. Sizes are bytes, times unix ms. */
export const fleetColumns = z.object({
  node: z.array(z.string()),
  labels: z.array(z.number()).describe('Place in label_sets'),
  state: z.array(z.number()).describe(`Place in ${NODE_STATES.join(', ')}`),
  rules: z.array(z.string()).describe('Rules that fire or are pending, in one text'),
  last_seen: z.array(time.nullable()),
  ready: z.array(z.number().nullable()),
  signal: z.array(z.enum(['rss', 'heap']).nullable()).describe('Of the limit that is nearest'),
  use: z.array(z.number().nullable()),
  limit: z.array(z.number().nullable()),
  probability: z.array(z.number().nullable()),
  breach_p10: z.array(time.nullable()),
  breach_p50: z.array(time.nullable()),
  breach_p90: z.array(time.nullable()),
  cause: z.array(z.string().nullable()),
  per_hour: z.array(z.number().nullable()),
  spark: z
    .array(z.string())
    .describe('Use over the last hours, a base64 digit (0 to 63) a point; a space: unknown'),
});
export type FleetColumns = z.infer<typeof fleetColumns>;

export const fleetShape = z.object({
  run: z.string(),
  revision: z.number().describe('To be given as since the next time'),
  at: time,
  is_whole: z.boolean().describe('False: only nodes that have changed since'),
  horizon_s: z.number().describe('How far ahead the probability looks'),
  label_sets: z.array(z.record(z.string(), z.string())),
  columns: fleetColumns,
});
export type FleetShape = z.infer<typeof fleetShape>;
