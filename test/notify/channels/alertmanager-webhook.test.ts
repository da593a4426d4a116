import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { channelOptions, type Message } from '../../../src/notify/index.js';
import { alertLabels, fingerprintOf } from '../../../src/notify/prometheus/index.js';
import { openReceiver } from '../../support/receiver.js';
import { messageOf, NOW, newsOf } from '../support/news.js';
import { conformsOverHttp, type HttpSubject } from './http-conformance.js';
import { manyAlerts, OCCASION_MESSAGES } from './messages.js';
import { validator } from './schemas.js';
import { openSubject, sendAll } from './subject.js';

const validate = validator('test/fixtures/schemas/alertmanager-webhook.json');

const subject: HttpSubject = {
  type: 'alertmanager-webhook',
  options: (url) => ({
    type: 'alertmanager-webhook',
    url: `${url}/integrations/path-token-1234`,
    bearerToken: 'bearer-token-1234',
    headers: { 'X-Team': 'header-token-1234' },
  }),
  secrets: ['path-token-1234', 'bearer-token-1234', 'header-token-1234'],
  accept: () => ({ status: 200, body: '' }),
  readsAnswer: false,
  validate,
  mostBytes: 4 * 1024 * 1024,
  lies: [],
};

conformsOverHttp(subject);

async function bodyOf(t: TestContext, message: Message, more: object = {}) {
  const receiver = await openReceiver((response) => response.end());
  t.after(() => receiver.close());
  const { bearerToken: _, ...options } = subject.options(receiver.url) as Record<string, unknown>;
  await sendAll(await openSubject(t, { ...options, ...more }), message);
  const [{ body, headers }] = receiver.requests;
  return { body: validate(body) as Record<string, unknown>, headers };
}

describe('the body of an alertmanager-webhook', () => {
  it('is that of Alertmanager', async (t) => {
    const { body } = await bodyOf(t, messageOf());
    const { labels } = (body.alerts as { labels: Record<string, string> }[])[0];
    assert.deepEqual(labels, {
      alertname: 'MemoryBreachPredicted',
      kind: 'forecast',
      node: 'r-1',
      pool: 'edge',
      severity: 'page',
      version: '2026.11.2',
    });
    assert.deepEqual(body.commonLabels, labels);
    assert.deepEqual(body.groupLabels, {
      alertname: 'MemoryBreachPredicted',
      pool: 'edge',
      severity: 'page',
    });
    const annotations = body.commonAnnotations as Record<string, string>;
    assert.equal(annotations.probability, '0.93');
    assert.equal(annotations.breach_p50, new Date(NOW + 42 * 60_000).toISOString());
    assert.equal(annotations.runbook_url, 'https://runbooks.example/memory');
    assert.match(annotations.summary, /^r-1: rss reaches memory_limit/);
    assert.deepEqual([body.receiver, body.externalURL], ['ops', 'https://headroom.example']);
  });

  it('has in common only what all alerts have', async (t) => {
    const { body } = await bodyOf(t, OCCASION_MESSAGES.changed);
    assert.equal((body.commonLabels as Record<string, string>).node, undefined);
    assert.equal((body.commonLabels as Record<string, string>).pool, 'edge');
    assert.equal(body.status, 'firing');
  });

  it('says why it was sent in the words of Alertmanager', async (t) => {
    const reasons: Record<string, string> = {
      new: 'first notification',
      changed: 'some alerts resolved',
      over: 'all alerts resolved',
      repeat: 'repeat interval elapsed',
      worse: 'unknown',
    };
    for (const [occasion, reason] of Object.entries(reasons)) {
      const { body } = await bodyOf(t, OCCASION_MESSAGES[occasion as keyof typeof OCCASION_MESSAGES]);
      assert.equal(body.notification_reason, reason);
    }
    const { body } = await bodyOf(t, messageOf({}, { isFirst: false }));
    assert.equal(body.notification_reason, 'new alerts added');
  });

  it('counts the alerts that were left out', async (t) => {
    const { body } = await bodyOf(t, manyAlerts(), { maxAlerts: 7 });
    assert.deepEqual([(body.alerts as unknown[]).length, body.truncatedAlerts], [7, 9993]);
  });

  it('goes with the credentials of the options', async (t) => {
    const basic = await bodyOf(t, messageOf(), { user: 'me', password: 'pass word' });
    assert.equal(basic.headers.authorization, `Basic ${Buffer.from('me:pass word').toString('base64')}`);
    const bearer = await bodyOf(t, messageOf(), { bearerToken: 'abc' });
    assert.equal(bearer.headers.authorization, 'Bearer abc');
    const wrong = [
      { user: 'me' },
      { password: 'x' },
      { user: 'me', password: 'x', bearerToken: 'y' },
      { maxAlerts: 0 },
    ];
    for (const each of wrong) {
      const options = { type: 'alertmanager-webhook', url: 'https://x.example/', ...each };
      assert.equal(channelOptions.safeParse(options).success, false, JSON.stringify(each));
    }
  });
});

describe('the labels of an alert', () => {
  it('have names that Prometheus allows, one for each label, and no empty values', () => {
    const labels = {
      'k8s.io/name': 'a',
      k8s_io_name: 'b',
      'k8s-io-name': 'c',
      '1st': 'd',
      empty: '',
      zone: 'eu',
    };
    assert.deepEqual(alertLabels(newsOf({ labels })), {
      _1st: 'd',
      alertname: 'MemoryBreachPredicted',
      k8s_io_name: 'b',
      k8s_io_name_2: 'c',
      k8s_io_name_3: 'a',
      kind: 'forecast',
      node: 'r-1',
      severity: 'page',
      zone: 'eu',
    });
  });

  it('have the fingerprint of prometheus/common', () => {
    // The values of TestLabelsToSignature in its model/signature_test.go.
    assert.equal(fingerprintOf({}), BigInt('14695981039346656037').toString(16));
    assert.equal(
      fingerprintOf({ name: 'garland, briggs', fear: 'love is not enough' }),
      BigInt('5799056148416392346').toString(16),
    );
  });
});
