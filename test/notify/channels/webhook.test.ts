import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { ManualClock } from '../../../src/clock.js';
import { channelOptions, type Message, notifyOptions } from '../../../src/notify/index.js';
import { openReceiver, type Receiver } from '../../support/receiver.js';
import { HOUR, messageOf, NOW } from '../support/news.js';
import { openService, type Service } from '../support/service.js';
import { OCCASION_MESSAGES } from './messages.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

type Answer = Parameters<typeof openReceiver>[0];

const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);

interface Hooked {
  readonly receiver: Receiver;
  readonly service: Service;
  post(message?: Message): Promise<void>;
  /** What the outbox knows of the message after the latest attempt. */
  left(): string[];
}

async function hook(
  t: TestContext,
  answer: Answer,
  more: Record<string, unknown> = {},
  clock?: ManualClock,
): Promise<Hooked> {
  const receiver = await openReceiver(answer);
  t.after(() => receiver.close());
  const channel = { type: 'webhook', url: `${receiver.url}/hooks/1`, secret: SECRET, ...more };
  const service = await openService({ hook: channel }, clock ? { clock } : {});
  t.after(() => service.notify.close());
  const { outbox } = service.notify;
  return {
    receiver,
    service,
    async post(message = messageOf()) {
      const entries = outbox.prepare([message]);
      await service.ledger.append(entries);
      outbox.committed(entries);
      await outbox.settled();
    },
    left: () => outbox.list().map(({ status, lastFailure }) => `${status}: ${lastFailure?.message}`),
  };
}

describe('a webhook', () => {
  it('is signed as Standard Webhooks says: another implementation accepts it', async (t) => {
    // The verifier compares with the clock of the system.
    const { receiver, post, left } = await hook(t, status(204), {}, new ManualClock(Date.now()));
    await post();
    assert.deepEqual(left(), []);
    const [{ headers, body, path }] = receiver.requests;
    assert.equal(path, '/hooks/1');
    assert.match(headers['content-type'] ?? '', /^application\/json/);
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const event = new Webhook(SECRET).verify(body, signed);
    assert.equal((event as { type: string }).type, 'alert.firing');
    assert.throws(() => new Webhook(SECRET).verify(`${body} `, signed));
    assert.throws(() => new Webhook(NEXT_SECRET).verify(body, signed));
  });

  it('is signed with each secret while they are changed', async (t) => {
    const secret = [NEXT_SECRET, SECRET];
    const { receiver, post } = await hook(t, status(200), { secret }, new ManualClock(Date.now()));
    await post();
    const [{ headers, body }] = receiver.requests;
    for (const key of secret) new Webhook(key).verify(body, headers as Record<string, string>);
  });

  it('tells all of the alert in its body', async (t) => {
    const { receiver, post } = await hook(t, status(200));
    await post();
    const { type, timestamp, data } = JSON.parse(receiver.requests[0].body);
    assert.equal(type, 'alert.firing');
    assert.equal(timestamp, new Date(NOW).toISOString());
    assert.equal(data.rule, 'MemoryBreachPredicted');
    assert.match(data.title, /r-1 reaches its memory limit in about 42 min/);
    assert.equal(data.truncated_alerts, 0);
    const [alert] = data.alerts;
    assert.deepEqual([alert.node, alert.kind, alert.fired_at], ['r-1', 'forecast', NOW]);
    assert.deepEqual(alert.labels, { pool: 'edge', version: '2026.11.2' });
    assert.deepEqual([alert.outlook.probability, alert.outlook.breach_p50], [0.93, NOW + 42 * 60_000]);
    assert.equal(receiver.requests[0].body.includes('portrait'), false);
  });

  it('tells why it was written, of what incident, and what was said, done and found before', async (t) => {
    const { receiver, post } = await hook(t, status(200));
    const { worse, breached, over } = OCCASION_MESSAGES;
    for (const message of [worse, breached, over, OCCASION_MESSAGES.new]) {
      await post({ ...message, channels: ['hook'] });
    }
    const bodies = receiver.requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      bodies.map(({ type, data }) => [type, data.occasion, data.thread, data.is_first]),
      [
        ['alert.firing', 'worse', 'thread-1', false],
        ['alert.firing', 'breached', 'thread-1', false],
        ['alert.resolved', 'over', 'thread-1', false],
        ['alert.firing', 'new', 'thread-1', true],
      ],
    );
    const [first, second, third, last] = bodies.map(({ data }) => data);
    assert.equal(first.alerts[0].before.breach_p50, worse.alerts[0].before?.breachP50);
    assert.equal(second.alerts[0].breached_at, NOW);
    const outcome = { result: 'breached', error_s: -240, lead_s: 3000, in_range: true };
    assert.deepEqual(third.alerts[0].outcome, outcome);
    assert.deepEqual(last.history, [
      { node: 'r-9', fired_at: NOW - 30 * HOUR, ended_at: NOW - 29 * HOUR, outcome },
    ]);
    assert.deepEqual(last.links, OCCASION_MESSAGES.new.links);
    assert.deepEqual(last.group_labels, OCCASION_MESSAGES.new.groupLabels);
    assert.equal(last.group_key, OCCASION_MESSAGES.new.groupKey);
  });

  it('has the same id and body at every attempt, and the time of each', async (t) => {
    const { receiver, post, service } = await hook(t, (response, _request, count) => {
      response.writeHead(count === 1 ? 500 : 200).end();
    });
    await post();
    service.clock.advance(5_000);
    await service.notify.outbox.settled();
    const [first, second] = receiver.requests;
    assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
    assert.doesNotMatch(String(first.headers['webhook-id']), /\./);
    assert.equal(first.body, second.body);
    assert.equal(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp']), 5);
  });

  it('carries the headers and the basic authentication of the configuration', async (t) => {
    const receiver = await openReceiver(status(200));
    t.after(() => receiver.close());
    const url = receiver.url.replace('//', '//user:pass%20word@');
    const headers = { 'X-Team': 'memory' };
    const service = await openService({ hook: { type: 'webhook', url, secret: SECRET, headers } });
    t.after(() => service.notify.close());
    const entries = service.notify.outbox.prepare([messageOf()]);
    service.notify.outbox.committed(entries);
    await service.notify.outbox.settled();
    assert.equal(receiver.requests[0].headers['x-team'], 'memory');
    const basic = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
    assert.equal(receiver.requests[0].headers.authorization, basic);
  });
});

describe('a receiver of webhooks', () => {
  const retried: [string, Answer, RegExp][] = [
    ['500', status(500, {}, 'boom'), /answered 500: boom/],
    ['502', status(502), /answered 502/],
    ['408', status(408), /answered 408/],
    ['425', status(425), /answered 425/],
  ];
  for (const [name, answer, message] of retried) {
    it(`that answers ${name} is tried again`, async (t) => {
      const { post, left } = await hook(t, answer);
      await post();
      assert.equal(left().length, 1);
      assert.match(left()[0], /^waiting/);
      assert.match(left()[0], message);
    });
  }

  const refusing: [string, Answer, RegExp][] = [
    ['400 with a reason', status(400, {}, 'field x\nis unknown'), /answered 400: field x is unknown/],
    ['404', status(404), /answered 404/],
    ['410', status(410), /answered 410 \(gone\)/],
    [
      '302',
      status(302, { location: 'https://elsewhere.example/' }),
      /answered 302, a redirect, which is not followed/,
    ],
    ['304', status(304), /answered 304/],
  ];
  for (const [name, answer, message] of refusing) {
    it(`that answers ${name} is not tried again`, async (t) => {
      const { post, left, receiver } = await hook(t, answer);
      await post();
      assert.match(left()[0], /^dead/);
      assert.match(left()[0], message);
      assert.equal(receiver.requests.length, 1);
    });
  }

  for (const [form, value] of [
    ['seconds', '120'],
    ['a date', new Date(NOW + 120_000).toUTCString()],
  ]) {
    it(`that answers 429 with Retry-After in ${form} is left alone until then`, async (t) => {
      const { post, receiver, service } = await hook(t, (response, _request, count) => {
        response.writeHead(count === 1 ? 429 : 200, { 'retry-after': value }).end();
      });
      await post();
      assert.equal(service.notify.outbox.list()[0].nextAt, NOW + 120_000);
      service.clock.advance(119_999);
      await service.notify.outbox.settled();
      assert.equal(receiver.requests.length, 1);
      service.clock.advance(1);
      await service.notify.outbox.settled();
      assert.equal(receiver.requests.length, 2);
      assert.deepEqual(service.notify.outbox.list(), []);
    });
  }

  it('that hangs is left after the timeout', async (t) => {
    const { post, left } = await hook(t, () => {}, { timeout: '200ms' });
    await post();
    assert.match(left()[0], /^waiting: 127\.0\.0\.1:\d+ did not answer within 200ms/);
  });

  it('whose refusal trickles for ever is left after the timeout', async (t) => {
    const trickle: Answer = (response) => {
      response.writeHead(503);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    const { post, left } = await hook(t, trickle, { timeout: '300ms' });
    await post();
    assert.match(left()[0], /^waiting: .*answered 503: \(the answer broke off: TimeoutError\)/);
  });

  it('whose refusal is endless is read only in part', async (t) => {
    const flood: Answer = (response) => {
      response.writeHead(400);
      const pour = () => {
        while (!response.destroyed && response.write('y'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    };
    const { post, left } = await hook(t, flood);
    await post();
    assert.match(left()[0], /^dead: .*answered 400: y{200}…$/);
  });

  it('that is not there is tried again', async (t) => {
    const { receiver, post, left } = await hook(t, status(200));
    await receiver.close();
    await post();
    assert.match(left()[0], /^waiting: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/);
  });

  it('in a private network is refused where that is not allowed', async (t) => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:10.0.0.1]', '169.254.169.254']) {
      const url = `http://${host}:9/`;
      const { post, left } = await hook(t, status(200), { url, privateAddresses: false });
      await post();
      assert.match(left()[0], /^dead: .*is in a private network/, host);
    }
  });
});

describe('the options of channels', () => {
  const webhook = { type: 'webhook', url: 'https://hooks.example.org/', secret: SECRET };
  const email = { type: 'email', host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] };
  const wrong: [string, unknown, RegExp][] = [
    ['a type that does not exist', { type: 'pigeon' }, /type|discriminator/i],
    ['a secret without its prefix', { ...webhook, secret: 'c2VjcmV0' }, /whsec_/],
    ['a short secret', { ...webhook, secret: 'whsec_c2VjcmV0' }, /24 to 64 bytes/],
    ['an address of another kind', { ...webhook, url: 'ftp://x.example' }, /https:\/\//],
    ['a timeout without a unit', { ...webhook, timeout: '15' }, /duration/],
    ['a header with a line break', { ...webhook, headers: { a: 'b\r\nc: d' } }, /one line/],
    ['an unknown key', { ...email, recipients: [] }, /recipients/],
    ['no recipient', { ...email, to: [] }, /to/],
    ['a recipient with a line break', { ...email, to: ['a@b\r\nBcc: c@d'] }, /mail address/],
  ];
  for (const [name, options, message] of wrong) {
    it(`refuse ${name}`, () => {
      const result = channelOptions.safeParse(options);
      assert.equal(result.success, false);
      assert.match(JSON.stringify(result.error?.issues), message);
    });
  }

  it('have defaults, and none of them is a channel', () => {
    assert.deepEqual(notifyOptions.parse({}).channels, {});
    assert.equal(channelOptions.parse(email).type, 'email');
    assert.equal(notifyOptions.safeParse({ timeZone: 'Mars/Olympus' }).success, false);
  });
});
