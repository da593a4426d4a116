import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import stringWidth from 'string-width';
import { type Message, PageWriter, type Story } from '../../src/notify/index.js';
import { HOUR, MINUTE, messageWith, NOW, newsOf, outlookOf, plainNewsOf } from './support/news.js';
import { BEFORE, BY_OCCASION, fortyNodes, HISTORY, LINKS, tenThousand } from './support/occasions.js';

const writer = new PageWriter({
  timeZone: 'Europe/Berlin',
  externalUrl: undefined,
  renderPng: async () => Buffer.from('png'),
  log: pino({ level: 'silent' }),
});
const storyOf = (message: Message) => writer.story(message, NOW);
const headlineOf = (message: Message) => storyOf(message).headline;
const newsIn = (message: Message) => /^\[(.*)\] /.exec(storyOf(message).threadSubject)?.[1];

describe('each occasion has its own headline and news', () => {
  const expected: Readonly<Record<string, readonly [string, string]>> = {
    new: [
      'r-1 reaches its memory limit in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
      'page: r-1 09:10 UTC, 93 %',
    ],
    worse: [
      'r-1 reaches its memory limit sooner: now 09:10 UTC, was 09:48 UTC; 93 % sure, was 80 %',
      'worse: r-1 now 09:10 UTC, was 09:48 UTC',
    ],
    better: [
      'r-1 reaches its memory limit later: now 09:10 UTC, was 08:40 UTC; 93 % sure, was 97 %',
      'better: r-1 now 09:10 UTC, was 08:40 UTC',
    ],
    breached: [
      'r-1 has reached its memory limit at 08:27:00 UTC, predicted 08:32:00 UTC: 5 min sooner than said, within the range said',
      'breached: r-1 08:27:00 UTC',
    ],
    acknowledged: [
      'alice has taken r-1 until 10:28 UTC: rolling back to 2026.11.1',
      'taken by alice until 10:28 UTC',
    ],
    changed: [
      'r-3 has ended; still: 2 nodes of pool edge reach their memory limits, the first (r-1) in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
      'changed: 1 ended, 2 nodes, first r-1 09:10 UTC, 93 %',
    ],
    over: [
      'r-1: MemoryBreachPredicted ended after 30 min; it breached 5 min sooner than said, within the range said: the process has been restarted',
      'over: r-1, breached',
    ],
    repeat: [
      'Still: r-1 reaches its memory limit in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure, unchanged for 4 h',
      'still for 4 h, page: r-1 09:10 UTC, 93 %',
    ],
    test: [
      'Example, nothing is wrong: r-1 reaches its memory limit in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
      'test, nothing is wrong: r-1 09:10 UTC, 93 %',
    ],
  };
  for (const [occasion, message] of Object.entries(BY_OCCASION)) {
    it(occasion, () => {
      assert.deepEqual([headlineOf(message), newsIn(message)], expected[occasion]);
    });
  }

  it('also where nothing but the sureness moved, or a time came or went', () => {
    const same = { ...BEFORE, breachP50: NOW + 42 * MINUTE };
    const ask = (before: typeof BEFORE | Record<string, unknown>, p50: number | null) =>
      headlineOf(
        messageWith([newsOf({ before: { ...BEFORE, ...before }, outlook: outlookOf({ breachP50: p50 }) })], {
          occasion: 'worse',
        }),
      );
    assert.match(
      ask(same, NOW + 42 * MINUTE),
      /r-1 is more likely to reach .*, as before at 09:10 UTC; 93 % sure, was 80 %/,
    );
    assert.match(
      ask({ breachP50: null }, NOW + HOUR),
      /r-1 reaches its memory limit: now 09:28 UTC, no time could be given before/,
    );
    assert.match(
      ask({}, null),
      /r-1 may not reach its memory limit after all: no time can be given now, 09:48 UTC was said/,
    );
  });

  it('of the node that moved most, where several did', () => {
    const news = ['r-1', 'r-2', 'r-3'].map((node, i) =>
      newsOf({ id: node, node, before: { ...BEFORE, breachP50: NOW + (80 + i * 30) * MINUTE } }),
    );
    const message = messageWith(news, { occasion: 'worse' });
    assert.match(headlineOf(message), /^3 nodes of pool edge, 3 of them moved; most of all r-3 reaches/);
    assert.match(newsIn(message) ?? '', /^worse: r-3 now 09:10 UTC, was 10:48 UTC/);
  });

  it('of what became of many', () => {
    const results = ['breached', 'averted', 'averted', 'passed'] as const;
    const news = results.map((result, i) =>
      newsOf({ id: `${i}`, node: `r-${i}`, state: 'resolved', firedAt: NOW - HOUR, outcome: { result } }),
    );
    assert.equal(
      headlineOf(messageWith(news)),
      '4 nodes of pool edge: MemoryBreachPredicted ended after up to 60 min: 1 breached, 2 averted, 1 wrong',
    );
  });

  it('of the service itself', () => {
    const news = plainNewsOf({
      kind: 'service',
      node: '',
      rule: 'RulesRefused',
      reason: 'rules/a.yaml:2:6 for: must be a duration',
    });
    assert.equal(headlineOf(messageWith([news])), 'Headroom: rules/a.yaml:2:6 for: must be a duration');
  });
});

/** Everything a story says, in its order. */
function saidBy(story: Story): string[] {
  const facts = [
    ...story.what,
    ...story.why,
    ...story.pictures.map(({ about }) => ({ text: about, points: [] })),
    ...story.actions,
  ];
  return [
    ...story.notices,
    story.headline,
    ...(story.summary === undefined ? [] : [story.summary]),
    ...(story.table?.rows.flatMap(({ node, when, use, why }) => [node, when, use, why]) ?? []),
    ...[...facts, ...(story.past ? [story.past] : [])].flatMap(({ text, points = [] }) => [text, ...points]),
    ...story.links.map(({ url }) => url),
    story.footer,
  ];
}

const flat = (text: string) => text.replace(/\s+/g, ' ');
const textOfHtml = (page: string) =>
  flat(
    page
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replace(/ (?:alt|href)="([^"]*)"/g, '>$1<')
      .replace(/<[^>]*>/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );

function assertInOrder(text: string, parts: readonly string[], where: string): void {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(flat(part), from);
    assert.ok(at >= 0, `${where}: after ${from}: ${part}\n${text}`);
    from = at;
  }
}

const MESSAGES: Readonly<Record<string, Message>> = {
  ...BY_OCCASION,
  'forty nodes': messageWith(fortyNodes(), { links: LINKS, history: HISTORY }),
  'ten thousand': tenThousand(),
};

describe('text and HTML say the same in the same order', () => {
  for (const [name, message] of Object.entries(MESSAGES)) {
    it(`of ${name}`, async () => {
      const said = saidBy(storyOf(message));
      const { text, html } = await writer.page(message, NOW);
      assertInOrder(
        flat(text),
        said.filter((part) => part !== '-'),
        'text',
      );
      assertInOrder(textOfHtml(html), said, 'html');
    });

    it(`of ${name} in lines of 78 columns, but for addresses`, () => {
      for (const line of writer.words(message, NOW).text.split('\n')) {
        if (!line.includes('://')) assert.ok(stringWidth(line) <= 78, line);
      }
    });

    it(`of ${name} within what Gmail shows`, async () => {
      const { html, text } = await writer.page(message, NOW);
      assert.ok(Buffer.byteLength(html) < 102_000, `${Buffer.byteLength(html)}`);
      assert.ok(Buffer.byteLength(text) < 20_000);
      assert.doesNotMatch(html, /(?:src|background)="(?!cid:)|url\(|@import|<link|<script/i);
    });
  }
});

describe('a message', () => {
  it('offers only what still makes sense', () => {
    const kinds = (message: Message) => storyOf(message).links.map(({ kind }) => kind);
    assert.deepEqual(kinds(BY_OCCASION.new), ['acknowledge', 'silence', 'page']);
    assert.deepEqual(kinds(BY_OCCASION.acknowledged), ['silence', 'page']);
    assert.deepEqual(kinds(BY_OCCASION.over), ['page']);
    assert.deepEqual(kinds(messageWith([newsOf()])), []);
    const evil = { ...LINKS, acknowledge: 'javascript:alert(1)' };
    assert.deepEqual(kinds(messageWith([newsOf()], { links: evil })), ['silence', 'page']);
  });

  it('says what happened the last times, and how right that was', () => {
    const { past } = storyOf(BY_OCCASION.new);
    assert.equal(past?.text, 'It fired 2 times before: 1 breached, 1 averted.');
    assert.deepEqual(past?.points, [
      'Sat 21 Nov 06:28 UTC, r-2: breached, 5 min sooner than said, within the range said, 40 min after it was announced; over after 60 min.',
      'Tue 17 Nov 02:28 UTC, r-1: averted: it did not come to the breach; over after 60 min.',
    ]);
    assert.equal(storyOf(messageWith([newsOf()])).past, undefined);
  });

  it('that is an example says so before all else and does not ring', () => {
    const story = storyOf(BY_OCCASION.test);
    assert.match(story.notices[0], /^This is an example/);
    assert.deepEqual([story.badge, story.tone], ['EXAMPLE', 'neutral']);
    assert.match(writer.words(BY_OCCASION.test, NOW).text, /^This is an example/);
  });

  it('of ten thousand has twenty rows, those that ended among them, and names of forty', () => {
    const { table, headline } = storyOf(tenThousand());
    assert.equal(table?.rows.length, 20);
    assert.deepEqual(
      table?.rows.map(({ state }) => state),
      [...Array(15).fill('firing'), ...Array(5).fill('resolved')],
    );
    assert.match(table?.more[0] ?? '', /^and 9985 more that fire: router-15\..* and 9945 more$/);
    assert.match(table?.more[1] ?? '', /^and 95 more that ended: old-.* and 55 more$/);
    assert.match(
      headline,
      /^100 have ended; still: 10000 nodes of pool edge, 2 rules; the worst: router-0\./,
    );
    assert.deepEqual([...new Set(table?.rows.map(({ rule }) => rule))].length, 3);
  });

  it('of one pool names it, of several does not', () => {
    const two = [newsOf(), newsOf({ id: 'b', node: 'r-2', labels: { pool: 'core' } })];
    assert.match(headlineOf(messageWith(two)), /^2 nodes reach/);
  });
});
