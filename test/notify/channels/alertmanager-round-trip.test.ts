import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ManualClock } from '../../../src/clock.js';
import { channelOptions, type Message, openChannel } from '../../../src/notify/index.js';
import { noAlertmanager, startAlertmanager } from '../../support/alertmanager.js';
import { openReceiver } from '../../support/receiver.js';
import { until } from '../../support/until.js';
import { MINUTE, messageWith, newsOf } from '../support/news.js';
import { contextOf } from '../support/service.js';
import { hostileMessage } from './messages.js';
import { validator } from './schemas.js';
import { sendAll } from './subject.js';

const validate = validator('test/fixtures/schemas/alertmanager-webhook.json');

interface Payload {
  readonly status: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly groupKey: string;
  readonly alerts: readonly (Record<string, unknown> & {
    fingerprint: string;
    startsAt: string;
    endsAt: string;
  })[];
}

/** A real Alertmanager, our channel to it on its clock, and what it tells its own webhook. */
async function setUp(t: TestContext, refreshInterval = '1m') {
  const hook = await openReceiver((response) => response.end());
  t.after(() => hook.close());
  const alertmanager = await startAlertmanager(t, `${hook.url}/told`);
  const clock = new ManualClock(Date.now());
  const context = contextOf({ render: async () => Buffer.from('png') }, clock);
  const options = channelOptions.parse({ type: 'alertmanager', urls: [alertmanager.url], refreshInterval });
  const channel = openChannel(options, context);
  t.after(() => channel.close());
  const told = (): Payload[] => hook.requests.map(({ body }) => validate(body) as Payload);
  return { alertmanager, channel, clock, context, told };
}

/** Two nodes of a pool that fire since a while ago. */
function firing(now: number): Message {
  const times = { at: now, firedAt: now - 2 * MINUTE, activeSince: now - 7 * MINUTE };
  return messageWith(
    [
      newsOf(times),
      newsOf({ ...times, id: 'alert-2', node: 'r-2', labels: { pool: 'edge', 'k8s.io/pod': 'ü 😀' } }),
    ],
    { groupLabels: { alertname: 'MemoryBreachPredicted', pool: 'edge', severity: 'page' } },
  );
}

function ended(message: Message, now: number): Message {
  const alerts = message.alerts.map((alert) => ({ ...alert, state: 'resolved' as const, at: now }));
  return messageWith(alerts, { groupLabels: message.groupLabels, isFirst: false });
}

describe('a real Alertmanager', { skip: noAlertmanager }, () => {
  it('shows what fires with labels and annotations, by its API and its own command', async (t) => {
    const { alertmanager, channel, clock } = await setUp(t);
    await channel.check();
    await sendAll(channel, firing(clock.now()));
    const alerts = await alertmanager.alerts();
    assert.deepEqual(alerts.map(({ labels }) => labels.node).sort(), ['r-1', 'r-2']);
    const [alert] = alerts.filter(({ labels }) => labels.node === 'r-1');
    assert.deepEqual(alert.labels, {
      alertname: 'MemoryBreachPredicted',
      kind: 'forecast',
      node: 'r-1',
      pool: 'edge',
      severity: 'page',
      version: '2026.11.2',
    });
    assert.equal(alert.annotations.cause, 'leak');
    assert.equal(alert.annotations.runbook_url, 'https://runbooks.example/memory');
    assert.equal(alert.startsAt, new Date(clock.now() - 2 * MINUTE).toISOString());
    assert.equal(alert.endsAt, new Date(clock.now() + 4 * MINUTE).toISOString());

    const shown = await alertmanager.amtool('alert', 'query', '--output=extended', 'node=r-1');
    assert.match(shown, /MemoryBreachPredicted/);
    assert.match(shown, /pool="edge"/);
    assert.match(shown, /breach_p50=/);
  });

  it('keeps an alert active for as long as it is said again, and ends it when it is not', async (t) => {
    // Real time: an alert lives for 4 intervals of half a second.
    const { alertmanager, channel, clock, told } = await setUp(t, '500ms');
    const { refresh } = channel;
    assert.ok(refresh);
    const message = firing(clock.now());
    const started = Date.now();
    await sendAll(channel, message);
    const [{ endsAt }] = await alertmanager.alerts();
    assert.ok(Date.parse(endsAt) <= started + 2500);
    let times = 0;
    await until(async () => {
      clock.advance(Date.now() - clock.now());
      await refresh.send([message]);
      times++;
      return Date.now() > Date.parse(endsAt) + 1000;
    }, 'a second beyond the first end');
    assert.ok(times > 2);
    assert.equal((await alertmanager.alerts()).length, 2, 'active beyond its first end');
    await until(async () => (await alertmanager.alerts()).length === 0, 'nothing is active');
    await until(() => told().at(-1)?.status === 'resolved', 'its webhook is told of the end');
  });

  it('ends what has ended, and tells so', async (t) => {
    const { alertmanager, channel, clock, told } = await setUp(t);
    const message = firing(clock.now());
    await sendAll(channel, message);
    await until(() => told().some(({ status }) => status === 'firing'), 'its webhook is told');
    clock.advance(Date.now() - clock.now());
    await sendAll(channel, ended(message, clock.now()));
    await until(async () => (await alertmanager.alerts()).length === 0, 'nothing is active');
    await until(() => told().at(-1)?.status === 'resolved', 'its webhook is told of the end');
  });

  it('takes labels with anything in them', async (t) => {
    const { alertmanager, channel } = await setUp(t);
    const texts = ['<script>', '"quotes" \\ and\nlines', '\u202eevil', '👩‍🚒', 'x\ud83d', 'a\0b', ''];
    for (const [i, text] of texts.entries()) {
      const message = hostileMessage(text);
      const alerts = message.alerts.map((alert) => ({ ...alert, id: `${alert.id}-${i}` }));
      await sendAll(channel, { ...message, alerts });
    }
    const nodes = new Set((await alertmanager.alerts()).map(({ labels }) => labels.node));
    assert.ok(nodes.has('"quotes" \\ and\nlines') && nodes.has('👩‍🚒') && nodes.has('n<script>'));
  });

  it('posts to a webhook what our channel of that format posts: the same keys, the same fingerprints', async (t) => {
    const { channel, clock, context, told } = await setUp(t);
    const ours = await openReceiver((response) => response.end());
    t.after(() => ours.close());
    const options = channelOptions.parse({ type: 'alertmanager-webhook', url: `${ours.url}/told` });
    const hook = openChannel(options, { ...context, externalUrl: context.externalUrl });
    const message = firing(clock.now());
    await sendAll(channel, message);
    await sendAll(hook, message);
    await until(() => told().some(({ alerts }) => alerts.length === 2), 'its webhook is told');
    clock.advance(Date.now() - clock.now());
    await sendAll(channel, ended(message, clock.now()));
    await sendAll(hook, ended(message, clock.now()));
    await until(() => told().at(-1)?.status === 'resolved', 'its webhook is told of the end');

    const own = ours.requests.map(({ body }) => validate(body) as Payload);
    for (const [status, mine] of [
      ['firing', own[0]],
      ['resolved', own[1]],
    ] as const) {
      const theirs = told().findLast((payload) => payload.status === status);
      assert.ok(theirs);
      // Alertmanager says since 0.34 why it tells something; Debian has an older one.
      const newer = new Set(['notification_reason', 'routeLabels']);
      const keysOf = (value: object) =>
        Object.keys(value)
          .filter((key) => !newer.has(key))
          .sort();
      assert.deepEqual(keysOf(mine), keysOf(theirs));
      assert.deepEqual(mine.groupLabels, theirs.groupLabels);
      assert.equal(mine.status, theirs.status);
      // Go leaves out zeros at the end of a fraction; the year 1 stands for none.
      const at = (time: string) => Date.parse(time);
      const sorted = ({ alerts }: Payload) =>
        [...alerts].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
      for (const [i, alert] of sorted(theirs).entries()) {
        const same = sorted(mine)[i];
        assert.deepEqual(Object.keys(same).sort(), Object.keys(alert).sort());
        assert.deepEqual(
          [
            same.fingerprint,
            same.labels,
            same.annotations,
            same.status,
            at(same.startsAt),
            same.generatorURL,
          ],
          [
            alert.fingerprint,
            alert.labels,
            alert.annotations,
            alert.status,
            at(alert.startsAt),
            alert.generatorURL,
          ],
        );
        assert.equal(at(same.endsAt), at(alert.endsAt));
      }
    }
  });
});
