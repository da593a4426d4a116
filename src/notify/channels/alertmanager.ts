import { z } from 'zod';
import { Problem } from '../../problem.js';
import { parseDuration } from '../../telemetry/index.js';
import type { Channel, ChannelContext, Message } from '../contract.js';
import { durationOption } from '../duration-option.js';
import { type Answer, HttpClient, httpOptions, jsonOf, oneLine, parseJson } from '../http/index.js';
import { ActiveAlerts, type ApiAlert } from './alertmanager/active-alerts.js';

const member = httpOptions
  .webAddress('http://alertmanager:9093')
  .refine((text) => {
    const { username, password, search, hash } = URL.canParse(text) ? new URL(text) : new URL('http://x');
    return `${username}${password}${search}${hash}` === '';
  }, 'must be without user, password and query: put credentials into user and password, or bearerToken')
  .transform((text) => text.replace(/\/+$/, ''));

export const options = z
  .strictObject({
    type: z.literal('alertmanager'),
    urls: z
      .array(member)
      .min(1)
      .transform((list) => [...new Set(list)])
      .describe(
        'Every member of the cluster, path prefix included; each gets everything, as Prometheus does it.',
      ),
    user: httpOptions.user,
    password: httpOptions.password,
    bearerToken: httpOptions.bearerToken,
    refreshInterval: durationOption('1m')
      .default('1m')
      .describe(
        'How often alerts that fire are said again. Alertmanager ends those that are not after four intervals.',
      ),
    timeout: httpOptions.timeout,
    privateAddresses: httpOptions.privateAddresses,
  })
  .superRefine((given, context) => {
    const fault = httpOptions.credentialFault(given);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['user'], message: fault });
  });

export type Options = z.infer<typeof options>;

/** As many as Prometheus sends at a time by default (`--alertmanager.notification-batch-size`). */
const ALERTS_PER_REQUEST = 256;
/** Over all requests of one delivery; the outbox waits for it. */
const DELIVERY_MS = 60_000;
/** Prometheus gives an alert four resend intervals to be said again (`rules/alerting.go`). */
const INTERVALS_TO_LIVE = 4;

/** Says what fires to every member of an Alertmanager cluster, again and again, through its API v2. */
export function open(options: Options, context: ChannelContext): Channel {
  const client = new HttpClient(options, context.clock);
  const everyMs = parseDuration(options.refreshInterval) ?? 60_000;
  const active = new ActiveAlerts(everyMs * INTERVALS_TO_LIVE, context.externalUrl);
  const authorization = httpOptions.authorizationOf(options);
  const members = new Map(options.urls.map((url) => [url.replace(/^https?:\/\//, ''), url]));

  const post = async (url: string, alerts: readonly ApiAlert[]): Promise<void> => {
    const signal = AbortSignal.timeout(DELIVERY_MS);
    const headers = { ...authorization, 'content-type': 'application/json' };
    const path = new URL(`${url}/api/v2/alerts`);
    for (let from = 0; from < alerts.length; from += ALERTS_PER_REQUEST) {
      const body = jsonOf(alerts.slice(from, from + ALERTS_PER_REQUEST));
      refuseStrangers(path, await client.ask(path, { headers, body, signal }));
    }
  };

  return {
    targets: [...members.keys()],
    async send({ message, target }) {
      const url = members.get(target);
      if (url === undefined) throw new Problem('channel-refused', `${target} is not one of urls`);
      await post(url, active.told(message, context.clock.now()));
    },
    async check() {
      await toAll(options.urls, async (url) => {
        const path = new URL(`${url}/api/v2/status`);
        const answer = parseJson((await client.ask(path, { headers: authorization })).text);
        if (isStatus(answer)) return;
        throw new Problem(
          'channel-unavailable',
          `${path.host} is not an Alertmanager: ${path.pathname} says nothing of a cluster`,
        );
      });
    },
    refresh: {
      everyMs,
      async send(firing: readonly Message[]) {
        const alerts = active.firing(firing, context.clock.now());
        await toAll(options.urls, (url) => post(url, alerts));
      },
    },
    async close() {},
  };
}

/** All at once, so that one that is down holds no other; the first failure is thrown when all have ended. */
async function toAll(urls: readonly string[], task: (url: string) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(urls.map(task));
  const failed = ends.filter((end) => end.status === 'rejected');
  if (failed.length > 0) throw failed[0].reason;
}

/** The answer to alerts is empty. A page, as of a proxy that wants a login, means that nobody took them. */
function refuseStrangers(url: URL, { status, text }: Answer): void {
  if (text.trim() === '' || parseJson(text) !== undefined) return;
  throw new Problem(
    'channel-unavailable',
    `${url.host} answered ${status}, but not as Alertmanager does: ${oneLine(text)}`,
  );
}

function isStatus(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'versionInfo' in answer && 'cluster' in answer;
}
