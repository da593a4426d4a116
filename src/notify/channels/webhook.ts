import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Channel, ChannelContext, Delivery } from '../contract.js';
import { HttpClient, httpOptions } from '../http/index.js';
import { webhookBody } from './webhook/body.js';

const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'must be whsec_ and base64, as `openssl rand -base64 32` makes it')
  .refine((text) => isKeyLength(keyOf(text).length), 'must hold a key of 24 to 64 bytes')
  .meta({ secret: true });

export const options = z.strictObject({
  type: z.literal('webhook'),
  url: httpOptions
    .webAddress('https://hooks.example.org/headroom')
    .describe('Where messages are posted. User and password in it are sent as basic authentication.')
    .meta({ secret: true }),
  secret: z
    .union([secret, z.array(secret).min(1)])
    .describe('Signing secret; a list while it is being changed, all of which sign.'),
  headers: httpOptions.headers,
  timeout: httpOptions.timeout,
  privateAddresses: httpOptions.privateAddresses,
});

export type Options = z.infer<typeof options>;

/** Posts messages as JSON (`webhook/body-schema.ts`), signed as Standard Webhooks 1.0.0 says. */
export function open(options: Options, context: ChannelContext): Channel {
  const url = new URL(options.url);
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = '';
  url.password = '';
  const authorization = user === '' && password === '' ? {} : httpOptions.authorizationOf({ user, password });
  const more = Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const client = new HttpClient(options, context.clock);
  return {
    targets: [context.name],
    async send(delivery) {
      const { body, headers } = signedRequest(delivery, options, context);
      await client.send(url, {
        body,
        headers: { ...authorization, ...Object.fromEntries(more), ...headers },
      });
    },
    check: () => client.reach(url),
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
    'webhook-id': delivery.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
  return { body, headers };
}

function keyOf(text: string): Buffer {
  return Buffer.from(text.slice('whsec_'.length), 'base64');
}

function isKeyLength(bytes: number): boolean {
  return bytes >= 24 && bytes <= 64;
}
