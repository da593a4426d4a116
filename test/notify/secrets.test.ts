import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { type CHANNEL_TYPES, findSecrets, maskSecrets } from '../../src/notify/index.js';
import { openMailbox, smtpError } from '../support/mailbox.js';
import { openReceiver } from '../support/receiver.js';
import { messageOf } from './support/news.js';
import { openService } from './support/service.js';

interface Failing {
  /** The channel's options, with a receiver that fails and repeats all that it was told. */
  readonly options: unknown;
  /** What must show nowhere. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** A receiver over HTTP that refuses and repeats all that it was told; its address ends in the secret. */
async function repeating(
  secret: string,
  options: (url: string, secret: string) => unknown,
): Promise<Failing> {
  const receiver = await openReceiver((response, { path, headers, body }) => {
    response.writeHead(403).end(`${path} ${headers.authorization} ${body}`);
  });
  const given = options(`${receiver.url}/services/${secret}`, secret);
  return { options: given, secrets: [secret], close: () => receiver.close() };
}

/** One for every type of channel: a new one does not compile without it. */
const FAILING = {
  async console() {
    return { options: { type: 'console', stream: 'stderr' }, secrets: [], close: async () => {} };
  },
  async email() {
    const password = 'correct horse battery';
    const mailbox = await openMailbox({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password: given }, _session, callback) {
        const blob = Buffer.from(`\0${username}\0${given}`).toString('base64');
        callback(
          smtpError(535, `5.7.8 wrong: ${given} ${Buffer.from(given ?? '').toString('base64')} ${blob}`),
        );
      },
    });
    const address = { host: '127.0.0.1', port: mailbox.port, from: 'h@example.org', to: ['ops@example.org'] };
    return {
      options: { type: 'email', ...address, user: 'headroom', password, startTls: 'never' },
      secrets: [password, Buffer.from(password).toString('base64')],
      close: () => mailbox.close(),
    };
  },
  async webhook() {
    const receiver = await openReceiver((response, { path, headers }) => {
      response.writeHead(400).end(`${path} ${headers.authorization} ${headers['x-token']} ${secret}`);
    });
    const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const url = `${receiver.url.replace('//', '//someone:pass-phrase@')}/T0001/path-token?key=query-token`;
    return {
      options: { type: 'webhook', url, secret, headers: { 'X-Token': 'header-token' } },
      secrets: [secret, secret.slice(6), 'pass-phrase', 'path-token', 'query-token', 'header-token'],
      close: () => receiver.close(),
    };
  },
  slack: () => repeating('T0001/path-token-of-slack', (url) => ({ type: 'slack', url })),
  pagerduty: () =>
    repeating('R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY12', (url, secret) => ({
      type: 'pagerduty',
      routingKey: secret,
      url: new URL(url).origin,
    })),
  alertmanager: () =>
    repeating('bearer-token-of-alertmanager', (url, secret) => ({
      type: 'alertmanager',
      urls: [new URL(url).origin],
      bearerToken: secret,
    })),
  'alertmanager-webhook': () =>
    repeating('path-token-of-a-webhook', (url) => ({ type: 'alertmanager-webhook', url })),
} satisfies Record<keyof typeof CHANNEL_TYPES, () => Promise<Failing>>;

describe('secrets stay in', () => {
  for (const [name, open] of Object.entries(FAILING)) {
    it(`when a channel of type ${name} fails: not in its problem, the log, the list or the ledger`, async (t) => {
      const failing: Failing = await open();
      t.after(() => failing.close());
      const service = await openService({ ops: failing.options });
      t.after(() => service.notify.close());
      const { outbox } = service.notify;
      const entries = outbox.prepare([messageOf()]);
      await service.ledger.append(entries);
      outbox.committed(entries);
      await outbox.settled();
      const shown = [
        JSON.stringify(outbox.list()),
        service.logText(),
        JSON.stringify([...(await service.ledger.load('outbox'))]),
        await service.metrics.metrics(),
      ].join('\n');
      if (failing.secrets.length > 0) assert.match(shown, /\*\*\*/);
      for (const secret of failing.secrets) assert.ok(!shown.includes(secret), `shows ${secret}`);
    });
  }

  it('wherever the schema marks them', () => {
    const secret = z.string().meta({ secret: true });
    const schema = z.strictObject({
      plain: z.string(),
      one: secret.optional(),
      list: z.array(secret).default([]),
      map: z.record(z.string(), z.strictObject({ deep: secret })),
      either: z.union([z.number(), secret]),
      whole: z.record(z.string(), z.string()).meta({ secret: true }),
    });
    const value = {
      plain: 'p',
      one: 'a',
      list: ['b'],
      map: { x: { deep: 'c' } },
      either: 'd',
      whole: { k: 'e' },
    };
    assert.deepEqual(findSecrets(schema, value).sort(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('in every form in which they travel', () => {
    const secret = 'p&ss wörd';
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    for (const form of forms) assert.equal(maskSecrets(`<${form}>`, [secret]), '<***>');
  });
});
