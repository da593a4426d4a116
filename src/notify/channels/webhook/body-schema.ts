import { z } from 'zod';

/** What a webhook carries: the one place that says so. Types, the published JSON Schema and the tests follow from it. */

const time = () => z.int().describe('Unix time in ms.');
const labels = () => z.record(z.string(), z.string());

const outlook = z.strictObject({
  signal: z.enum(['rss', 'heap']).describe('What runs out: resident memory or the managed heap.'),
  now: z.number().describe('Bytes in use.'),
  live: z.number().describe('Bytes of it that are live: what is left after garbage collection.'),
  limit: z.number().describe('Bytes where the node is killed.'),
  effective_limit: z.number().describe('Bytes where it ends in practice.'),
  horizon_s: z.number().describe('How far the probability looks ahead, in seconds.'),
  probability: z.number().nullable().describe('That the limit is reached within the horizon, 0 to 1.'),
  breach_p10: z
    .number()
    .nullable()
    .describe('One time in ten it comes before this; unix ms. Null: not expected.'),
  breach_p50: z.number().nullable().describe('As likely before as after this; unix ms.'),
  breach_p90: z.number().nullable().describe('Nine times in ten it comes before this; unix ms.'),
  shape: z.string().describe('The shape of the trend, such as linear.'),
  cause: z
    .string()
    .nullable()
    .describe('leak, native, load, gc or version; null when nothing points at one.'),
  per_hour: z.number().nullable().describe('Growth in bytes per hour.'),
  evidence: z.array(z.string()).describe('Why we think so, in sentences.'),
});

const ack = z
  .strictObject({ by: z.string(), why: z.string(), at: time(), until: time() })
  .describe('Who has taken it; why is empty when no reason was given.');

const outcome = z
  .strictObject({
    result: z
      .enum(['breached', 'averted', 'passed', 'ended'])
      .describe(
        'Whether the limit was reached, averted, not reached though predicted, or nothing was predicted.',
      ),
    error_s: z.number().optional().describe('Predicted less real time; positive: it came sooner than said.'),
    lead_s: z.number().optional().describe('How long before the breach the alert fired.'),
    in_range: z.boolean().optional().describe('Whether the breach came between p10 and p90.'),
  })
  .describe('What became of the prediction.');

const before = z
  .strictObject({
    at: time(),
    probability: z.number().nullable(),
    breach_p10: z.number().nullable(),
    breach_p50: z.number().nullable(),
    breach_p90: z.number().nullable(),
  })
  .describe('What people were told of it before.');

const alert = z.strictObject({
  id: z.string().describe('One firing episode; the same from firing to resolved.'),
  rule: z.string(),
  severity: z.string(),
  node: z.string().describe('Empty for alerts of a fleet.'),
  labels: labels().describe('Of the node and the rule; these and other texts are cut at 1024 characters.'),
  kind: z.string().describe('forecast, growth, gc, readiness, absent, fleet or service.'),
  state: z.enum(['firing', 'resolved']),
  at: time().describe('When it came to this state; unix ms.'),
  active_since: time().describe('Since when the condition has held; unix ms.'),
  fired_at: time(),
  breached_at: time().optional().describe('When the limit was reached after all; unix ms.'),
  reason: z.string().describe('Why it came to this state, a sentence.'),
  summary: z.string().optional().describe('What the author of the rule says of it.'),
  runbook: z.string().optional(),
  outlook: outlook.optional().describe('The forecast at that time.'),
  ack: ack.optional(),
  outcome: outcome.optional(),
  before: before.optional(),
});

const past = z.strictObject({ node: z.string(), fired_at: time(), ended_at: time(), outcome });

export const bodySchema = z
  .strictObject({
    type: z.enum(['alert.firing', 'alert.resolved']),
    timestamp: z.iso.datetime().describe('When the message was written.'),
    data: z.strictObject({
      id: z.string().describe('Of the message, the same for every channel.'),
      occasion: z
        .enum(['new', 'worse', 'better', 'breached', 'acknowledged', 'changed', 'over', 'repeat', 'test'])
        .describe('Why the message was written.'),
      state: z.enum(['firing', 'resolved']).describe('resolved only when all alerts are.'),
      rule: z.string().describe('Of the worst alert.'),
      severity: z.string().describe('Of the worst alert.'),
      created_at: time(),
      title: z.string().describe('One line that says it all.'),
      text: z.string().describe('The whole message in plain text, at most 20000 characters.'),
      url: z.string().optional().describe('Where people reach the service.'),
      group_key: z.string().describe('Names the group for ever.'),
      group_labels: labels(),
      thread: z.string().describe('One incident of the group, from its first message to its last.'),
      is_first: z.boolean().describe('Whether it is the first message of its thread.'),
      links: z
        .strictObject({
          page: z.string().optional(),
          acknowledge: z.string().optional(),
          silence: z.string().optional(),
        })
        .describe('For people; acknowledge and silence are signed and ask before anything is changed.'),
      history: z.array(past).describe('Earlier times that it fired, the latest first.'),
      alerts: z.array(alert).min(1).describe('The worst first.'),
      truncated_alerts: z.int().min(0).describe('How many alerts were left out.'),
    }),
  })
  .describe('The body of a webhook from Headroom.');

export type Body = z.infer<typeof bodySchema>;
