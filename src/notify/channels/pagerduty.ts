import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { type Channel, type ChannelContext, OCCASIONS, type Occasion } from '../contract.js';
import { type Answer, chartUrl, HttpClient, httpOptions, jsonOf, oneLine, parseJson } from '../http/index.js';
import { acknowledges, triggerOf } from './pagerduty/trigger.js';

const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;

export const options = z.strictObject({
  type: z.literal('pagerduty'),
  routingKey: z
    .string()
    .regex(/^[A-Za-z0-9]{32}$/, 'must be the 32 letters and digits of an integration key (Events API v2)')
    .describe('Integration key of the service that takes the incidents.')
    .meta({ secret: true }),
  url: httpOptions
    .webAddress('https://events.pagerduty.com')
    .default('https://events.pagerduty.com')
    .describe('Where events go; https://events.eu.pagerduty.com for accounts in the EU.'),
  severities: z
    .record(z.string(), z.enum(SEVERITIES))
    .default({ page: 'critical', ticket: 'warning' })
    .describe(
      "PagerDuty's severity by ours. What is not in it and is none of PagerDuty's own becomes error.",
    ),
  chartUrl,
  timeout: httpOptions.timeout,
  privateAddresses: httpOptions.privateAddresses,
});

export type Options = z.infer<typeof options>;

/** PagerDuty's incident follows an acknowledgement. */
export const occasions: readonly Occasion[] = OCCASIONS;

/** Limits of events come by the minute; the answer 429 does not say when. */
const PAUSE_MS = 60_000;

/** Makes one PagerDuty incident of each thread, through the Events API v2. */
export function open(options: Options, context: ChannelContext): Channel {
  const client = new HttpClient(options, context.clock);
  const url = new URL('/v2/enqueue', options.url);
  return {
    targets: [context.name],
    async send({ message }) {
      const identity = { routing_key: options.routingKey, dedup_key: dedupKeyOf(message.thread) };
      const event =
        message.state === 'resolved'
          ? { ...identity, event_action: 'resolve' }
          : acknowledges(message)
            ? { ...identity, event_action: 'acknowledge' }
            : { ...identity, ...triggerOf(message, options, context) };
      const headers = { 'content-type': 'application/json' };
      const body = jsonOf(event);
      refuseStrangers(url, await client.ask(url, { headers, body, pauseMs: PAUSE_MS }));
    },
    check: () => client.reach(url),
    async close() {},
  };
}

/** At most 255 characters are allowed and a thread may have more. The same in all messages of an incident. */
function dedupKeyOf(thread: string): string {
  return `headroom-${createHash('sha256').update(thread).digest('hex')}`;
}

/** PagerDuty says in JSON that it has taken an event; who says anything else in its place has not. */
function refuseStrangers(url: URL, { status, text }: Answer): void {
  const answer = parseJson(text) as { status?: unknown } | null | undefined;
  if (answer?.status === 'success') return;
  throw new Problem(
    'channel-unavailable',
    `${url.host} answered ${status}, but not success: ${oneLine(text)}`,
  );
}
