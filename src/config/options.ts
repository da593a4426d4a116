import { isIP } from 'node:net';
import { z } from 'zod';
import { CONTRADICTION, withCure } from '../evaluate/index.js';
import { notifyOptions } from '../notify/index.js';
import { metricsOptions } from '../publish/index.js';
import { receiveOptions } from '../receive/index.js';
import { storeFaults, storeOptions } from '../store/index.js';
import { parseDuration } from '../telemetry/index.js';

const listenOptions = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Beyond this machine only with tokens for agents and for people.'),
  port: z.int().min(0).max(65535).default(8420).describe('Port to listen on; 0 takes a free one.'),
});

const ruleOptions = z.strictObject({
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of rule files. When left out, ./rules if there is one, else the rules that ship.'),
});

const peopleOptions = z.strictObject({
  tokens: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe('Who uses the token; shown in logs and acknowledgements.'),
        token: z
          .string()
          .min(8)
          .describe('The secret itself, best as a variable of the environment.')
          .meta({ secret: true }),
        role: z
          .enum(['admin', 'read'])
          .default('read')
          .describe('read sees; admin also silences, acknowledges and sends again.'),
      }),
    )
    .default([])
    .describe('Tokens of people. None: open, and loopback only.'),
  longestSilence: z
    .string({ error: 'must be a duration such as 30d' })
    .default('30d')
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms > 0) return ms;
      context.addIssue({ code: 'custom', message: 'must be a duration such as 30d' });
      return z.NEVER;
    })
    .describe('Longest time for which alerts may be silenced at once.')
    .meta({ unit: 'duration', examples: ['30d'] }),
  linkSecret: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Signs the links with which people acknowledge and silence from a message; at least 32 characters. When left out, a key is made and kept with the data.',
    )
    .meta({ secret: true }),
});

const logOptions = z.strictObject({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('From which level on to log.'),
});

/** The whole configuration; each room's part is that room's own schema. */
export const configSchema = z
  .strictObject({
    listen: listenOptions.prefault({}).describe('Where the service listens.'),
    store: storeOptions.prefault({}).describe('Where history and state are kept.'),
    receive: receiveOptions.prefault({}).describe('What is accepted from agents.'),
    notify: notifyOptions.prefault({}).describe('Who is told, and how.'),
    rules: ruleOptions.prefault({}).describe('What is watched.'),
    people: peopleOptions.prefault({}).describe('Who may look and act.'),
    metrics: metricsOptions.prefault({}).describe('Which forecasts /metrics shows.'),
    log: logOptions.prefault({}).describe('What the service says of itself.'),
  })
  .superRefine(({ listen, store, receive, people }, context) => {
    for (const { path, message, cure } of storeFaults(store)) {
      const at = ['store', ...path];
      context.addIssue({ code: 'custom', path: at, message: withCure(message, cure), params: CONTRADICTION });
    }
    const open = [
      ...(receive.tokens.length ? [] : ['receive.tokens']),
      ...(people.tokens.length ? [] : ['people.tokens']),
    ];
    if (open.length > 0 && !isLoopback(listen.host)) {
      const message = `must be a loopback address while ${open.join(' and ')} ${open.length > 1 ? 'are' : 'is'} empty: anybody could write or silence`;
      const cure = `add tokens under ${open.join(' and ')}, or listen on 127.0.0.1`;
      context.addIssue({
        code: 'custom',
        path: ['listen', 'host'],
        message: withCure(message, cure),
        params: CONTRADICTION,
      });
    }
    const places = [
      ...receive.tokens.map(({ token }, at) => ({ token, path: ['receive', 'tokens', at, 'token'] })),
      ...people.tokens.map(({ token }, at) => ({ token, path: ['people', 'tokens', at, 'token'] })),
    ];
    const known = new Set<string>();
    for (const { token, path } of places) {
      if (known.has(token)) {
        const message = withCure(
          'must not be a token that is given to another holder',
          'give each holder a token of its own',
        );
        context.addIssue({ code: 'custom', path, message, params: CONTRADICTION });
      }
      known.add(token);
    }
  })
  .describe('Headroom configuration.');

export type Config = z.output<typeof configSchema>;

/** Whether only this machine reaches the address (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
