import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { pino } from 'pino';
import { type Message, PageWriter } from '../../src/notify/index.js';
import { escapeMarkup } from '../../src/notify/message/html-tag.js';
import { nameText } from '../../src/notify/message/phrases.js';
import { openMailbox } from '../support/mailbox.js';
import { MINUTE, messageWith, NOW, newsOf } from './support/news.js';
import { BEFORE, LINKS } from './support/occasions.js';
import { openService } from './support/service.js';

const writer = new PageWriter({
  timeZone: 'Europe/Berlin',
  externalUrl: 'https://headroom.example',
  renderPng: async () => Buffer.from('png'),
  log: pino({ level: 'silent' }),
});

/** What somebody might put into a name: markup, header lines, marks of direction, half characters, emoji, length. */
const nasty = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '</title></style><b>',
    'a\r\nBcc: all@example.org\r\n\r\nbody',
    'a\nSubject: other',
    'a\u2028b\u2029c\u0085d',
    '\u202Egnp.exe\u202C',
    '\u2066a\u2067b\u2069\u200F',
    'שרת-1',
    'خادم-2',
    '\uD83D',
    '\uDE00x',
    '🔥👩‍💻 node',
    'x'.repeat(200),
    '𝒳'.repeat(200),
    'javascript:alert(1)',
    'https://x.example/"><script>alert(1)</script>',
    '`id` $(id) %0d%0aBcc:x',
    '[page] [x] ]]][[[',
    '\u0000\u0007\u001B[31m',
    '&lt;b&gt; &amp;',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
);

const messages: fc.Arbitrary<Message> = fc
  .record({
    node: nasty,
    pool: nasty,
    key: nasty,
    reason: nasty,
    summary: nasty,
    runbook: nasty,
    rule: nasty,
    severity: nasty,
    by: nasty,
    evidence: nasty,
    goal: nasty,
    occasion: fc.constantFrom(
      'new',
      'worse',
      'breached',
      'acknowledged',
      'changed',
      'over',
      'repeat',
      'test',
    ),
    count: fc.constantFrom(1, 3),
  })
  .map(
    ({ node, pool, key, reason, summary, runbook, rule, severity, by, evidence, goal, occasion, count }) => {
      const outlook = newsOf().outlook!;
      const news = Array.from({ length: count }, (_, i) =>
        newsOf({
          id: `${i}${node}`,
          node: `${node}${i === 0 ? '' : i}`,
          labels: { pool, version: node, [key]: reason },
          reason,
          summary,
          runbook,
          rule,
          severity,
          goal,
          outlook: { ...outlook, evidence: [evidence] },
          before: BEFORE,
          ack: { by, why: reason, at: NOW, until: NOW + MINUTE },
          ...(occasion === 'breached' ? { breachedAt: NOW } : {}),
          ...(occasion === 'over' ? { state: 'resolved' as const } : {}),
        }),
      );
      const groupLabels = { alertname: rule, pool, [key]: node };
      const history = [
        { node, firedAt: NOW - MINUTE, endedAt: NOW, outcome: { result: 'averted' as const } },
      ];
      return messageWith(news, { occasion, groupLabels, links: LINKS, history });
    },
  );

/** Marks that turn the direction of what follows, but for the pair that isolates one name. */
const TURNING = /[\u200E\u200F\u202A-\u202E\u2066\u2067]/;

/** The tags and attributes of a page, read as HTML is, text left out. */
function tagsOf(page: string): string[] {
  return [...page.matchAll(/<(?:!doctype html|\/?[a-z][^\s>]*(?:\s+[a-z-]+="[^"<>]*")*)\s*>/g)].map(
    ([tag]) => tag,
  );
}

const KNOWN_TAGS =
  /^<\/?(?:!doctype|html|head|meta|title|style|body|div|table|thead|tbody|tr|td|th|p|b|span|h1|h2|ul|li|a|br|img)\b/;

describe('text from outside', () => {
  it('stays text in HTML, in one line in subjects, and turns nothing round', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const { subject, topic, text, html } = await writer.page(message, NOW);
        const { subject: plain } = writer.words(message, NOW);
        for (const line of [subject, topic, plain]) {
          assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.ok(line.length <= 320, `${line.length}`);
        }
        assert.match(subject, /^\[[^[\]]*\] [^[\]]*\(#[0-9a-f]{4}\)$/u);
        assert.ok(subject.endsWith(`] ${topic}`));
        for (const whole of [subject, plain, text, html]) {
          assert.doesNotMatch(whole, TURNING);
          assert.equal(whole.match(/\u2068/g)?.length, whole.match(/\u2069/g)?.length);
          assert.doesNotMatch(whole, /\p{Cs}/u);
        }
        assert.doesNotMatch(text, /[^\P{Cc}\n]/u);
        // Every < of the page begins a tag of ours, and no attribute holds a script.
        const body = html.replace(/<style>[\s\S]*?<\/style>/, '');
        const tags = tagsOf(body);
        assert.equal(body.match(/</g)?.length, tags.length);
        for (const tag of tags) {
          assert.match(tag, KNOWN_TAGS);
          assert.doesNotMatch(tag, /\son\w+=|href="(?!https?:)|src="(?!cid:)/i);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is escaped so that a reader of HTML gets it back', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const back = escapeMarkup(text)
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        assert.equal(back, text);
        assert.doesNotMatch(escapeMarkup(text), /[<>"']/);
      }),
    );
  });

  it('is cut in the middle of a long name, and never in the middle of a character', () => {
    assert.equal(nameText(`a${'x'.repeat(200)}b`, 21), `a${'x'.repeat(9)}…${'x'.repeat(9)}b`);
    assert.equal(nameText('𝒳'.repeat(200), 11), `${'𝒳'.repeat(5)}…${'𝒳'.repeat(5)}`);
    assert.equal(nameText('שרת-1'), '\u2068שרת-1\u2069');
    assert.equal(nameText('a\uD83D\u202Eb'), 'a\uFFFD b');
  });
});

describe('a mail with text from outside', async () => {
  const mailbox = await openMailbox();
  const service = await openService({
    ops: {
      type: 'email',
      host: '127.0.0.1',
      port: mailbox.port,
      startTls: 'never',
      from: 'Headroom <h@example.org>',
      to: ['ops@example.org'],
    },
  });
  after(async () => {
    await service.notify.close();
    await mailbox.close();
  });
  const KNOWN_HEADERS =
    /^(?:from|to|subject|date|message-id|in-reply-to|references|mime-version|content-type|auto-submitted|importance|thread-topic|thread-index|x-auto-response-suppress|x-headroom-[a-z]+)$/;

  it('has the headers that it should and no others, and the subject as it was written', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const unique = { ...message, id: `${message.id}-${count++}`, channels: ['ops'] };
        const before = mailbox.mails.length;
        const entries = service.notify.outbox.prepare([unique]);
        await service.ledger.append(entries);
        service.notify.outbox.committed(entries);
        await service.notify.outbox.settled();
        assert.equal(mailbox.mails.length, before + 1, JSON.stringify(service.notify.outbox.list()));
        const { raw, to } = mailbox.mails[before];
        const parsed = await simpleParser(raw);
        assert.equal(to, 'ops@example.org');
        for (const { key } of parsed.headerLines) assert.match(key, KNOWN_HEADERS);
        const keys = parsed.headerLines.map(({ key }) => key);
        assert.equal(new Set(keys).size, keys.length, 'each header once');
        const { subject } = await writer.page(unique, NOW);
        assert.equal(parsed.subject?.replace(/\s+/g, ' '), subject.replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 40 },
    );
  });
});
