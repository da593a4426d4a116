import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '../../../src/clock.js';
import { channelOptions, openChannel } from '../../../src/notify/index.js';
import { openReceiver, type Receiver } from '../../support/receiver.js';
import { MINUTE, messageOf, messageWith, NOW, newsOf } from '../support/news.js';
import { contextOf } from '../support/service.js';
import { conformsOverHttp, type HttpSubject } from './http-conformance.js';
import { manyAlerts, OCCASION_MESSAGES } from './messages.js';
import { validator } from './schemas.js';
import { problemOf, sendAll } from './subject.js';

const validate = validator('test/fixtures/schemas/alertmanager-api.json');
const STATUS = JSON.stringify({ cluster: { status: 'ready' }, versionInfo: {}, config: {}, uptime: '' });

const subject: HttpSubject = {
  type: 'alertmanager',
  options: (url) => ({ type: 'alertmanager', urls: [url], bearerToken: 'bearer-token-1234' }),
  secrets: ['bearer-token-1234'],
  accept: ({ path }) => ({ status: 200, body: path === '/api/v2/status' ? STATUS : '' }),
  readsAnswer: true,
  validate,
  mostBytes: 8 * 1024 * 1024,
  lies: [{ what: 'a page that wants a login', status: 200, body: '<html>Log in</html>', retried: true }],
};

conformsOverHttp(subject);

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

const alertsOf = ({ requests }: Receiver, from = 0): Alert[] =>
  requests.slice(from).flatMap(({ body }) => validate(body) as Alert[]);

async function cluster(t: { after(task: () => Promise<void>): void }, sizes = 1, more: object = {}) {
  const members: Receiver[] = [];
  for (let i = 0; i < sizes; i++) members.push(await openReceiver((response) => response.end()));
  const clock = new ManualClock(NOW);
  const context = contextOf({ render: async () => Buffer.from('png') }, clock);
  const urls = members.map(({ url }) => `${url}/prefix/`);
  const channel = openChannel(channelOptions.parse({ type: 'alertmanager', urls, ...more }), context);
  t.after(async () => {
    await channel.close();
    await Promise.all(members.map((member) => member.close()));
  });
  const { refresh } = channel;
  assert.ok(refresh);
  return { members, clock, channel, refresh };
}

describe('alerts for an Alertmanager', () => {
  it('fire until they are not said again for four intervals', async (t) => {
    const { members, channel, refresh, clock } = await cluster(t, 1, { refreshInterval: '30s' });
    await sendAll(channel, messageOf());
    const [alert] = alertsOf(members[0]);
    assert.equal(members[0].requests[0].path, '/prefix/api/v2/alerts');
    assert.deepEqual(
      [alert.startsAt, alert.endsAt],
      [NOW, NOW + 2 * MINUTE].map((ms) => new Date(ms).toISOString()),
    );
    assert.equal(refresh.everyMs, 30_000);
    clock.advance(30_000);
    await refresh.send([messageOf()]);
    assert.equal(alertsOf(members[0])[1].endsAt, new Date(NOW + 30_000 + 2 * MINUTE).toISOString());
  });

  it('are said to have ended for five minutes', async (t) => {
    const { members, channel, refresh, clock } = await cluster(t);
    const { over } = OCCASION_MESSAGES;
    clock.advance(60 * MINUTE);
    await sendAll(channel, over);
    const [{ endsAt }] = alertsOf(members[0]);
    assert.equal(endsAt, new Date(over.alerts[0].at).toISOString());
    for (let i = 0; i < 5; i++) {
      clock.advance(MINUTE);
      await refresh.send([]);
    }
    assert.deepEqual(
      alertsOf(members[0]).map((alert) => alert.endsAt),
      Array(6).fill(endsAt),
    );
    clock.advance(1);
    await refresh.send([]);
    assert.equal(alertsOf(members[0]).length, 6);
  });

  it('that ended are not said to fire by a message that comes late', async (t) => {
    const { members, channel, refresh, clock } = await cluster(t);
    clock.advance(60 * MINUTE);
    await sendAll(channel, OCCASION_MESSAGES.over);
    await sendAll(channel, OCCASION_MESSAGES.new);
    await refresh.send([OCCASION_MESSAGES.new]);
    for (const { endsAt } of alertsOf(members[0])) assert.ok(Date.parse(endsAt) <= clock.now());
  });

  it('that fire again are not ended by what is still said of the time before', async (t) => {
    const { members, channel, refresh, clock } = await cluster(t);
    clock.advance(60 * MINUTE);
    const again = messageOf({ id: 'alert-again', firedAt: clock.now(), at: clock.now() });
    await sendAll(channel, again);
    await sendAll(channel, OCCASION_MESSAGES.over);
    await refresh.send([again]);
    assert.ok(alertsOf(members[0]).length >= 2);
    for (const { endsAt } of alertsOf(members[0])) assert.ok(Date.parse(endsAt) > clock.now());
  });

  it('keep the labels under which they were first sent, whatever becomes of their node’s', async (t) => {
    const { members, channel, refresh } = await cluster(t);
    await sendAll(channel, messageOf());
    const labels = { pool: 'edge', version: '2026.11.3' };
    await refresh.send([messageOf({ labels })]);
    await sendAll(channel, messageOf({ labels, state: 'resolved' }));
    const [first, ...later] = alertsOf(members[0]).map((alert) => alert.labels);
    assert.equal(later.length, 2);
    for (const each of later) assert.deepEqual(each, first);
  });

  it('have no number that changes in a label', async (t) => {
    const { members, channel } = await cluster(t);
    await sendAll(channel, OCCASION_MESSAGES.new);
    await sendAll(channel, OCCASION_MESSAGES.worse);
    const [first, second] = alertsOf(members[0]);
    assert.deepEqual(Object.keys(first.labels), ['alertname', 'kind', 'node', 'pool', 'severity', 'version']);
    assert.deepEqual(first.labels, second.labels);
    for (const name of [
      'summary',
      'description',
      'runbook_url',
      'breach_p10',
      'breach_p50',
      'breach_p90',
      'cause',
    ]) {
      assert.ok(first.annotations[name], name);
    }
  });

  it('go to all members, and one that is down does not hold the others', async (t) => {
    const { members, channel, refresh } = await cluster(t, 3);
    await members[1].close();
    assert.equal(channel.targets.length, 3);
    for (const target of channel.targets) {
      await channel
        .send({ id: 'x', channel: 'ops', target, message: messageOf(), attempt: 1 })
        .catch(() => {});
    }
    const problem = await problemOf(refresh.send([messageOf()]));
    assert.equal(problem.code, 'channel-unavailable');
    assert.deepEqual(
      members.map(({ requests }) => requests.length),
      [2, 0, 2],
    );
  });

  it('go in batches, and all of them arrive', async (t) => {
    const { members, channel } = await cluster(t);
    await sendAll(channel, manyAlerts());
    assert.equal(members[0].requests.length, 40);
    assert.equal(new Set(alertsOf(members[0]).map(({ labels }) => labels.node)).size, 10_000);
  });

  it('of a refresh are those that fire and no others', async (t) => {
    const { members, refresh } = await cluster(t);
    await refresh.send([messageWith([newsOf()]), messageWith([newsOf({ id: 'alert-2', node: 'r-2' })])]);
    assert.deepEqual(
      alertsOf(members[0]).map(({ labels }) => labels.node),
      ['r-1', 'r-2'],
    );
  });

  it('are refused options that cannot work', () => {
    const wrong = [
      { urls: [] },
      { urls: ['ftp://x.example'] },
      { urls: ['http://user:secret@x.example'] },
      { urls: ['http://x.example/?a=b'] },
      { refreshInterval: '0s' },
      { user: 'me' },
    ];
    for (const each of wrong) {
      const options = { type: 'alertmanager', urls: ['http://x.example'], ...each };
      assert.equal(channelOptions.safeParse(options).success, false, JSON.stringify(each));
    }
  });
});

describe('a check of an Alertmanager', () => {
  it('asks for its status, and is not content with another server', async (t) => {
    const receiver = await openReceiver((response, { path }) =>
      response.end(path === '/api/v2/status' ? '{}' : ''),
    );
    t.after(() => receiver.close());
    const context = contextOf({ render: async () => Buffer.from('png') });
    const options = channelOptions.parse({ type: 'alertmanager', urls: [receiver.url] });
    const problem = await problemOf(openChannel(options, context).check());
    assert.match(problem.message, /is not an Alertmanager/);
  });
});
