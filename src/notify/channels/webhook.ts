import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { parseDuration } from '../../telemetry/index.js';
import type { Channel, ChannelContext, Delivery } from '../contract.js';
import { webhookBody } from './webhook/body.js';
import { isPrivateHost } from './webhook/private-address.js';
import { reach } from './webhook/reach.js';

const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'must be whsec_ and base64, as `openssl rand -base64 32` makes it')
  .refine((text) => isKeyLength(keyOf(text).length), 'must hold a key of 24 to 64 bytes')
  .meta({ secret: true });

const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, 'must be plain characters on one line');

export const options = z.strictObject({
  type: z.literal('webhook'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://hooks.example.org/headroom' })
    .describe('Where messages are posted. User and password in it are sent as basic authentication.')
    .meta({ secret: true }),
  secret: z
    .union([secret, z.array(secret).min(1)])
    .describe('Signing secret; a list while it is being changed, all of which sign.'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'must be a header name'), headerValue)
    .default({})
    .describe('More headers, such as Authorization.')
    .meta({ secret: true }),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 15s')
    .default('15s')
    .describe('How long the receiver may take to answer.'),
  privateAddresses: z
    .boolean()
    .default(true)
    .describe(
      'Whether the receiver may be in a private network. Set it to false where others write this file.',
    ),
});

export type Options = z.infer<typeof options>;

/** What is read of an answer, for the log. */
const ANSWER_BYTES = 2048;

/**
 * Posts messages as JSON, signed as Standard Webhooks 1.0.0 says. The answer decides: 2xx is delivered; 408, 425, 429
 * and 5xx are tried again, after Retry-After if it is there; anything else, redirects included, is a refusal.
 */
export function open(options: Options, context: ChannelContext): Channel {
  const url = new URL(options.url);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  url.username = '';
  url.password = '';
  const authorization =
    credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const timeoutMs = parseDuration(options.timeout) ?? 15_000;
  return {
    targets: [context.name],
    async send(delivery) {
      if (!options.privateAddresses && (await isPrivateHost(url.hostname))) {
        throw new Problem('channel-refused', `${url.host} is in a private network`, {
          cure: 'Set privateAddresses to true if that is intended, then send again.',
        });
      }
      const request = signedRequest(delivery, options, context);
      const headers = { ...authorization, ...options.headers, ...request.headers };
      const signal = AbortSignal.timeout(timeoutMs);
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers,
          body: request.body,
          redirect: 'manual',
          signal,
        });
      } catch (error) {
        throw new Problem('channel-unavailable', `${url.host} ${describeFailure(error, options.timeout)}`);
      }
      await judge(response, url.host, context.clock.now());
    },
    check: () => reach(url, timeoutMs),
    async close() {},
  };
}

function signedRequest(delivery: Delivery, options: Options, context: ChannelContext) {
  const { message } = delivery;
  const body = webhookBody(message, context.words(message, message.createdAt), context.externalUrl);
  const seconds = Math.floor(context.clock.now() / 1000);
  const signatures = [options.secret].flat().map((text) => {
    const hmac = createHmac('sha256', keyOf(text)).update(`${delivery.id}.${seconds}.${body}`);
    return `v1,${hmac.digest('base64')}`;
  });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Headroom',
    'webhook-id': delivery.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
  return { body, headers };
}

async function judge(response: Response, host: string, now: number): Promise<void> {
  const { status } = response;
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const answer = await readSome(response);
  const said = answer === '' ? '' : `: ${answer}`;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now);
    throw new Problem('channel-unavailable', `${host} answered ${status}${said}`, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status < 400) {
    throw new Problem('channel-refused', `${host} answered ${status}, a redirect, which is not followed`, {
      cure: 'Configure the address that it leads to, then send again.',
    });
  }
  throw new Problem('channel-refused', `${host} answered ${status}${status === 410 ? ' (gone)' : ''}${said}`);
}

/** RFC 9110 section 10.2.3: seconds, or a date. In ms from now; undefined when it is neither. */
function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The start of a body as one line. A body that breaks off says nothing more than the status did. */
async function readSome(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch (error) {
    return `(the answer broke off: ${error instanceof Error ? error.name : 'error'})`;
  }
  const text = Buffer.concat(parts).toString('utf8').replace(/\s+/g, ' ').trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function describeFailure(error: unknown, timeout: string): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `did not answer within ${timeout}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause && 'code' in cause ? String(cause.code) : undefined;
  return `cannot be reached (${code ?? cause?.message ?? 'no reason given'})`;
}

function keyOf(text: string): Buffer {
  return Buffer.from(text.slice('whsec_'.length), 'base64');
}

function isKeyLength(bytes: number): boolean {
  return bytes >= 24 && bytes <= 64;
}
