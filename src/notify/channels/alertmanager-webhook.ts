import { z } from 'zod';
import type { Channel, ChannelContext, Message } from '../contract.js';
import { cut, fitting, HttpClient, httpOptions, jsonOf } from '../http/index.js';
import {
  alertAnnotations,
  alertLabels,
  commonOf,
  fingerprintOf,
  type Labels,
  wireLabels,
} from '../prometheus/index.js';

export const options = z
  .strictObject({
    type: z.literal('alertmanager-webhook'),
    url: httpOptions
      .webAddress('https://oncall.example.org/alertmanager')
      .describe('Where messages are posted; often it holds a token.')
      .meta({ secret: true }),
    user: httpOptions.user,
    password: httpOptions.password,
    bearerToken: httpOptions.bearerToken,
    headers: httpOptions.headers,
    maxAlerts: z
      .int()
      .min(1)
      .default(1000)
      .describe('Alerts in one message; how many were left out stands in truncatedAlerts.'),
    timeout: httpOptions.timeout,
    privateAddresses: httpOptions.privateAddresses,
  })
  .superRefine((given, context) => {
    const fault = httpOptions.credentialFault(given);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['user'], message: fault });
  });

export type Options = z.infer<typeof options>;

/** Receivers often refuse large bodies. */
const MOST_BYTES = 4 * 1024 * 1024;
/** A group has a few labels; what is longer would fill the message. */
const GROUP_KEY_LENGTH = 4096;
/** How Go writes no time; receivers ask for the year 1. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

/** Posts messages in Alertmanager's webhook format, version 4, to the tools that take alerts from Alertmanager. */
export function open(options: Options, context: ChannelContext): Channel {
  const url = new URL(options.url);
  const client = new HttpClient(options, context.clock);
  const more = Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = {
    ...httpOptions.authorizationOf(options),
    ...Object.fromEntries(more),
    'content-type': 'application/json',
  };
  return {
    targets: [context.name],
    async send({ message }) {
      await client.send(url, { headers, body: bodyOf(message, context, options.maxAlerts) });
    },
    check: () => client.reach(url),
    async close() {},
  };
}

/** Field by field as Alertmanager's `notify/webhook/webhook.go` and `template/template.go` write it. */
function bodyOf(message: Message, { name, externalUrl = '' }: ChannelContext, maxAlerts: number): string {
  const alerts = message.alerts.slice(0, maxAlerts).map((alert) => {
    const labels = alertLabels(alert);
    return {
      status: alert.state,
      labels,
      annotations: alertAnnotations(alert, message.links),
      startsAt: new Date(alert.firedAt).toISOString(),
      endsAt:
        alert.state === 'resolved' ? new Date(Math.max(alert.at, alert.firedAt)).toISOString() : ZERO_TIME,
      generatorURL: message.links.page ?? externalUrl,
      fingerprint: fingerprintOf(labels),
    };
  });
  const shared = (pick: (alert: (typeof alerts)[number]) => Labels) => commonOf(alerts.map(pick));
  const facts = {
    receiver: name,
    status: message.state,
    groupLabels: wireLabels(message.groupLabels),
    commonLabels: shared(({ labels }) => labels),
    commonAnnotations: shared(({ annotations }) => annotations),
    externalURL: externalUrl,
    version: '4',
    groupKey: cut(message.groupKey, GROUP_KEY_LENGTH),
    notification_reason: reasonOf(message),
  };
  const write = (count: number): string =>
    jsonOf({
      ...facts,
      truncatedAlerts: message.alerts.length - count,
      alerts: alerts.slice(0, count),
    });
  return fitting(alerts.length, write, MOST_BYTES);
}

/** In the words of Alertmanager 0.34 (`notify/notify.go`); earlier ones do not send it. */
function reasonOf({ occasion, isFirst }: Message): string {
  switch (occasion) {
    case 'new':
      return isFirst ? 'first notification' : 'new alerts added';
    case 'changed':
      return 'some alerts resolved';
    case 'over':
      return 'all alerts resolved';
    case 'repeat':
      return 'repeat interval elapsed';
    default:
      return 'unknown';
  }
}
