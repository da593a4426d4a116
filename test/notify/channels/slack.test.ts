import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ManualClock } from '../../../src/clock.js';
import { channelOptions, type Message } from '../../../src/notify/index.js';
import { type Ledger, openMemoryStore } from '../../../src/store/index.js';
import { openReceiver, type Receiver } from '../../support/receiver.js';
import { messageOf, NOW } from '../support/news.js';
import { openService } from '../support/service.js';
import { conformsOverHttp, type HttpAnswer, type HttpSubject } from './http-conformance.js';
import { HOSTILE, hostileMessage, manyAlerts, OCCASION_MESSAGES } from './messages.js';
import { validator } from './schemas.js';
import { openSubject, problemOf, sendAll } from './subject.js';

const validate = validator('test/fixtures/schemas/slack.json');
const TOKEN = 'xoxb-1234567890-abcdefghijkl';
const json = (body: object): HttpAnswer => ({ status: 200, body: JSON.stringify(body) });
const posted = json({ ok: true, channel: 'C01', ts: '1795349340.000100' });

const webhook: HttpSubject = {
  type: 'slack',
  variant: 'incoming webhook',
  options: (url) => ({ type: 'slack', url: `${url}/services/T0001/B0001/token-of-webhook` }),
  secrets: ['token-of-webhook'],
  accept: () => ({ status: 200, body: 'ok' }),
  readsAnswer: true,
  validate,
  mostBytes: 40_000,
  lies: [
    { what: 'an error', status: 200, body: 'no_service', retried: false },
    { what: 'an error that passes', status: 200, body: 'rollup_error', retried: true },
    { what: 'a page', status: 200, body: '<html>Please log in</html>', retried: true },
    { what: 'nothing', status: 200, body: '', retried: true },
    { what: 'more than anybody says', status: 200, body: 'ok'.repeat(100_000), retried: true },
  ],
};

const bot: HttpSubject = {
  ...webhook,
  variant: 'bot',
  options: (url) => ({ type: 'slack', token: TOKEN, channel: 'C0123456789', apiUrl: `${url}/api` }),
  secrets: [TOKEN],
  accept: ({ path }) => (path === '/api/auth.test' ? json({ ok: true }) : posted),
  lies: [
    { what: 'an error', ...json({ ok: false, error: 'channel_not_found' }), retried: false },
    { what: 'an error that passes', ...json({ ok: false, error: 'ratelimited' }), retried: true },
    { what: 'a page', status: 200, body: '<html>Please log in</html>', retried: true },
    { what: 'the ok of a webhook', status: 200, body: 'ok', retried: true },
    { what: 'half of its JSON', status: 200, body: '{"ok":tr', retried: true },
    { what: 'other JSON', ...json({ fine: true }), retried: true },
  ],
};

conformsOverHttp(webhook);
conformsOverHttp(bot);

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly url?: string; readonly text: { readonly text: string } }[];
  readonly image_url?: string;
}

interface Sent {
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly channel?: string;
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
}

const sentOf = ({ requests }: Receiver): Sent[] => requests.map(({ body }) => validate(body) as Sent);

async function receiverOf(t: TestContext, answer: (count: number) => HttpAnswer): Promise<Receiver> {
  const receiver = await openReceiver((response, _request, count) => {
    const { status, body } = answer(count);
    response.writeHead(status).end(body);
  });
  t.after(() => receiver.close());
  return receiver;
}

async function postOne(t: TestContext, message: Message, more: object = {}): Promise<Sent> {
  const receiver = await receiverOf(t, () => ({ status: 200, body: 'ok' }));
  await sendAll(await openSubject(t, { ...webhook.options(receiver.url), ...more }), message);
  return sentOf(receiver)[0];
}

describe('a message in Slack', () => {
  it('says what, how sure and why, what to do and what was before, in this order, then has buttons', async (t) => {
    const { blocks = [], text } = await postOne(t, OCCASION_MESSAGES.new);
    assert.match(text, /^\[page\] r-1 reaches its memory limit in about 42 min/);
    assert.match(blocks[0].text?.text ?? '', /^r-1 reaches its memory limit in about 42 min/);
    const whole = JSON.stringify(blocks);
    const places = [
      '*Reaches its memory limit*',
      '*How sure*',
      '*What to do*',
      '*Runbook*',
      'Acknowledge',
      'Silence',
    ];
    const found = places.map((place) => whole.indexOf(place));
    assert.ok(
      found.every((place) => place > 0),
      `${found}`,
    );
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
    );
    const buttons = blocks.find(({ type }) => type === 'actions')?.elements ?? [];
    assert.deepEqual(
      buttons.map(({ url }) => url),
      [
        OCCASION_MESSAGES.new.links.acknowledge,
        OCCASION_MESSAGES.new.links.silence,
        OCCASION_MESSAGES.new.links.page,
      ],
    );
    assert.ok(whole.includes('<https://runbooks.example/memory|'));
  });

  it('shows a picture only from an address that Slack can reach', async (t) => {
    const without = await postOne(t, OCCASION_MESSAGES.new);
    assert.equal(
      without.blocks?.some(({ type }) => type === 'image'),
      false,
    );
    const chartUrl = 'https://charts.example/{node}/{rule}.png';
    const shown = await postOne(t, messageOf({ node: 'a/b c' }), { chartUrl });
    assert.equal(
      shown.blocks?.find(({ type }) => type === 'image')?.image_url,
      'https://charts.example/a%2Fb%20c/MemoryBreachPredicted.png',
    );
  });

  it('shows many nodes as a table, and counts the rest', async (t) => {
    const { blocks = [] } = await postOne(t, manyAlerts());
    const table = blocks.find(({ text }) => text?.text.startsWith('```'))?.text?.text ?? '';
    const lines = table.split('\n');
    assert.match(lines[1], /^node +expected +range/);
    assert.match(lines[2], /^edge-node-0\.eu-west-1\.example +09:10 UTC/);
    assert.ok(lines.length > 15);
    assert.match(JSON.stringify(blocks), /9980 more/);
  });

  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`shows labels with ${what} as they are: no mention, link or mark comes of them`, async (t) => {
      const { blocks = [], text: fallback } = await postOne(t, hostileMessage(text));
      const texts = blocks.flatMap((block) => [
        ...(block.text?.type === 'mrkdwn' ? [block.text.text] : []),
        ...(block.fields ?? []).map((field) => field.text),
        ...(block.type === 'context' ? (block.elements ?? []).map((each) => `${each.text}`) : []),
      ]);
      for (const shown of [...texts, fallback]) {
        const own = shown.replace(/<https?:\/\/[^<>|]*\|[^<>]*>/g, '').replace(/^```\n|\n```$/g, '');
        assert.doesNotMatch(own, /<|>/, 'no angle bracket that is not ours');
        if (shown.startsWith('```')) {
          assert.doesNotMatch(own, /`/, 'nothing ends the block early');
          continue;
        }
        // Our own labels are the only bold ones.
        const rest = own.replace(/(^|\n|, )\*[^*\n\u200b]+\*(?=:|\n|$)/g, '$1');
        assert.doesNotMatch(rest, /(?<![\p{L}\p{N}\u200b])[*_~`](?=[^\s\u200b])/u);
        assert.doesNotMatch(rest, /:[a-z_]+:/);
      }
    });
  }

  it('is sent without its blocks where Slack refuses them', async (t) => {
    for (const refusal of [
      { status: 400, body: 'invalid_blocks' },
      { status: 200, body: 'msg_blocks_too_long' },
    ]) {
      const receiver = await receiverOf(t, (count) => (count === 1 ? refusal : { status: 200, body: 'ok' }));
      await sendAll(await openSubject(t, webhook.options(receiver.url)), OCCASION_MESSAGES.new);
      const [first, second] = sentOf(receiver);
      assert.ok(first.blocks);
      assert.equal(second.blocks, undefined);
      assert.match(second.text, /How sure: 93 %/);
    }
  });

  it('says how to mend what is wrong with the setup', async (t) => {
    for (const [error, cure] of [
      ['not_in_channel', /Invite the bot/],
      ['missing_scope', /chat:write/],
      ['invalid_auth', /bot token/],
    ] as const) {
      const receiver = await receiverOf(t, () => json({ ok: false, error }));
      const problem = await problemOf(sendAll(await openSubject(t, bot.options(receiver.url)), messageOf()));
      assert.match(problem.message, new RegExp(error));
      assert.match(problem.cure, cure);
    }
  });
});

describe('threads in Slack', () => {
  /** A bot behind the real outbox, on a ledger that may be one from before. */
  async function botOf(t: TestContext, receiver: Receiver, ledger: Ledger) {
    const service = await openService(
      { chat: bot.options(receiver.url) },
      { ledger, clock: new ManualClock(NOW) },
    );
    t.after(() => service.notify.close());
    const { outbox } = service.notify;
    return async (...occasions: (keyof typeof OCCASION_MESSAGES)[]) => {
      const messages = occasions.map((each) => ({ ...OCCASION_MESSAGES[each], channels: ['chat'] }));
      const entries = outbox.prepare(messages);
      await ledger.append(entries);
      outbox.committed(entries);
      await outbox.settled();
    };
  }

  it('hold all messages of an incident below its first, also over a restart', async (t) => {
    const receiver = await receiverOf(t, (count) => json({ ok: true, ts: `1795349340.00000${count}` }));
    const { ledger } = openMemoryStore();
    await (await botOf(t, receiver, ledger))('new', 'worse');
    await (await botOf(t, receiver, ledger))('better', 'over');
    const sent = sentOf(receiver);
    const [first, ...others] = sent;
    assert.equal(first.thread_ts, undefined);
    assert.equal(first.channel, 'C0123456789');
    assert.deepEqual(
      others.map(({ thread_ts }) => thread_ts),
      Array(3).fill('1795349340.000001'),
    );
    assert.deepEqual(
      others.map(({ reply_broadcast }) => reply_broadcast),
      [true, undefined, undefined],
    );
    // What is over is forgotten: another incident begins a thread of its own.
    assert.deepEqual([...(await ledger.load('channel-memory')).values()], []);
  });

  it('hold messages that are sent at the same time', async (t) => {
    const receiver = await receiverOf(t, (count) => json({ ok: true, ts: `1795349340.00000${count}` }));
    const channel = await openSubject(t, bot.options(receiver.url));
    const other = messageOf({ id: 'alert-2', node: 'r-2' }, { isFirst: false });
    await Promise.all([sendAll(channel, OCCASION_MESSAGES.new), sendAll(channel, other)]);
    assert.deepEqual(
      sentOf(receiver).map(({ thread_ts }) => thread_ts),
      [undefined, '1795349340.000001'],
    );
  });

  it('begin anew where somebody has deleted the first message', async (t) => {
    const receiver = await receiverOf(t, (count) =>
      count === 2
        ? json({ ok: false, error: 'thread_not_found' })
        : json({ ok: true, ts: `1795349340.00000${count}` }),
    );
    const channel = await openSubject(t, bot.options(receiver.url));
    for (const occasion of ['new', 'worse', 'better'] as const)
      await sendAll(channel, OCCASION_MESSAGES[occasion]);
    assert.deepEqual(
      sentOf(receiver).map(({ thread_ts }) => thread_ts),
      [undefined, '1795349340.000001', undefined, '1795349340.000003'],
    );
  });

  it('are begun by the next message when the first did not get through', async (t) => {
    const receiver = await receiverOf(t, (count) =>
      count === 1 ? { status: 500, body: '' } : json({ ok: true, ts: `1795349340.00000${count}` }),
    );
    const channel = await openSubject(t, bot.options(receiver.url));
    await problemOf(sendAll(channel, OCCASION_MESSAGES.new));
    await sendAll(channel, OCCASION_MESSAGES.worse);
    await sendAll(channel, OCCASION_MESSAGES.better);
    assert.deepEqual(
      sentOf(receiver).map(({ thread_ts }) => thread_ts),
      [undefined, undefined, '1795349340.000002'],
    );
  });
});

describe('the options of Slack', () => {
  const wrong: [string, object, RegExp][] = [
    ['neither url nor token', {}, /give url \(incoming webhook\) or token/],
    ['both', { url: 'https://hooks.slack.com/x', token: TOKEN, channel: 'C01' }, /one of them/],
    ['a bot without a channel', { token: TOKEN }, /must name the channel/],
    ['a webhook with a channel', { url: 'https://hooks.slack.com/x', channel: 'C01' }, /channel of its own/],
    ['a token of another kind', { token: 'abc', channel: 'C01' }, /bot token/],
    ['a picture without TLS', { url: 'https://hooks.slack.com/x', chartUrl: 'http://x.example' }, /https/],
  ];
  for (const [what, given, message] of wrong) {
    it(`refuse ${what}`, () => {
      const { success, error } = channelOptions.safeParse({ type: 'slack', ...given });
      assert.equal(success, false);
      assert.match(JSON.stringify(error?.issues), message);
    });
  }
});
