import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { channelOptions, type Message } from '../../../src/notify/index.js';
import { openReceiver } from '../../support/receiver.js';
import { messageOf, messageWith, newsOf } from '../support/news.js';
import { conformsOverHttp, type HttpSubject } from './http-conformance.js';
import { OCCASION_MESSAGES } from './messages.js';
import { validator } from './schemas.js';
import { openSubject, problemOf, sendAll } from './subject.js';

const validate = validator('test/fixtures/schemas/pagerduty.json');
const KEY = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY12';

const accepted = { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' };

const subject: HttpSubject = {
  type: 'pagerduty',
  options: (url) => ({
    type: 'pagerduty',
    routingKey: KEY,
    url,
    chartUrl: 'https://charts.example/{node}.png',
  }),
  secrets: [KEY],
  accept: () => accepted,
  readsAnswer: true,
  validate,
  mostBytes: 512_000,
  lies: [
    { what: 'a page', status: 202, body: '<html>Please log in</html>', retried: true },
    { what: 'nothing', status: 202, body: '', retried: true },
    { what: 'half of its JSON', status: 202, body: '{"status":"succ', retried: true },
    { what: 'an error in its JSON', status: 202, body: '{"status":"invalid event"}', retried: true },
    { what: 'null', status: 202, body: 'null', retried: true },
  ],
};

conformsOverHttp(subject);

interface Event {
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: {
    readonly severity: string;
    readonly summary: string;
    readonly custom_details: Record<string, unknown>;
  };
  readonly links?: { readonly href: string; readonly text: string }[];
  readonly images?: { readonly src: string }[];
}

async function eventsOf(t: TestContext, messages: readonly Message[], more: object = {}): Promise<Event[]> {
  const receiver = await openReceiver((response) => response.writeHead(202).end(accepted.body));
  t.after(() => receiver.close());
  const channel = await openSubject(t, { ...subject.options(receiver.url), ...more });
  for (const message of messages) await sendAll(channel, message);
  assert.ok(receiver.requests.every(({ path }) => path === '/v2/enqueue'));
  return receiver.requests.map(({ body }) => validate(body) as Event);
}

describe('the events of PagerDuty', () => {
  it('make one incident of a thread: trigger, acknowledge, resolve with one key', async (t) => {
    const { new: first, worse, acknowledged, repeat, over } = OCCASION_MESSAGES;
    const events = await eventsOf(t, [first, worse, acknowledged, repeat, over]);
    assert.deepEqual(
      events.map(({ event_action }) => event_action),
      ['trigger', 'trigger', 'acknowledge', 'trigger', 'resolve'],
    );
    assert.equal(new Set(events.map(({ dedup_key }) => dedup_key)).size, 1);
    const [other] = await eventsOf(t, [messageOf({}, { thread: `thread-2 ${'x'.repeat(300)}` })]);
    assert.notEqual(other.dedup_key, events[0].dedup_key);
  });

  it('acknowledge only when all that fires is in somebody’s hands', async (t) => {
    const taken = OCCASION_MESSAGES.acknowledged.alerts[0];
    const open = messageWith([taken, newsOf({ id: 'alert-2', node: 'r-2' })], { occasion: 'acknowledged' });
    const [event] = await eventsOf(t, [open]);
    assert.equal(event.event_action, 'trigger');
  });

  it('have the severity that the options say, else PagerDuty’s own, else error; a test is never urgent', async (t) => {
    const severities = { page: 'critical', ticket: 'info' };
    const given = ['page', 'ticket', 'warning', 'urgent', 'constructor'].map((severity) =>
      messageOf({ severity }),
    );
    const events = await eventsOf(t, [...given, OCCASION_MESSAGES.test], { severities });
    assert.deepEqual(
      events.map(({ payload }) => payload.severity),
      ['critical', 'info', 'warning', 'error', 'error', 'info'],
    );
  });

  it('say what, when, how sure and why, with links to runbook and page and the picture', async (t) => {
    const [{ payload, links, images }] = await eventsOf(t, [OCCASION_MESSAGES.new]);
    assert.match(payload.summary, /^\[page\] r-1 reaches its memory limit in about 42 min/);
    assert.match(String(payload.custom_details['Reaches its memory limit']), /09:10 UTC/);
    assert.match(String(payload.custom_details['How sure']), /93 %/);
    const hrefs = (links ?? []).map(({ href }) => href);
    assert.ok(hrefs.includes('https://runbooks.example/memory'));
    assert.ok(hrefs.includes('https://headroom.example/pools/edge?a=1&b=2'));
    assert.deepEqual(
      images?.map(({ src }) => src),
      ['https://charts.example/r-1.png'],
    );
  });

  it('wait a minute after 429, which names no time', async (t) => {
    const receiver = await openReceiver((response) => response.writeHead(429).end());
    t.after(() => receiver.close());
    const channel = await openSubject(t, subject.options(receiver.url));
    assert.equal((await problemOf(sendAll(channel, OCCASION_MESSAGES.new))).retryAfterMs, 60_000);
  });

  it('refuse options that cannot work', () => {
    const wrong = [
      { routingKey: 'short' },
      { chartUrl: 'http://charts.example' },
      { severities: { page: 'high' } },
    ];
    for (const each of wrong) {
      assert.equal(
        channelOptions.safeParse({ ...subject.options('https://x.example'), ...each }).success,
        false,
      );
    }
  });
});
