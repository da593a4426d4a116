import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import type { AlertNews } from '../../src/alert/index.js';
import { type Message, PageWriter } from '../../src/notify/index.js';
import {
  HOUR,
  MIB,
  MINUTE,
  messageOf,
  messageWith,
  NOW,
  newsOf,
  outlookOf,
  plainNewsOf,
  portraitOf,
} from './support/news.js';
import { keptLog } from './support/service.js';

function writerOf(more: Partial<ConstructorParameters<typeof PageWriter>[0]> = {}): PageWriter {
  return new PageWriter({
    timeZone: 'Europe/Berlin',
    externalUrl: 'https://headroom.example/',
    renderPng: async () => Buffer.from('png'),
    log: pino({ level: 'silent' }),
    ...more,
  });
}

const wordsOf = (message: Message, at = NOW) => writerOf().words(message, at);
const subjectOf = (changes: Partial<AlertNews>) => wordsOf(messageOf(changes)).subject;
const forecast = (changes: Parameters<typeof outlookOf>[0]) => subjectOf({ outlook: outlookOf(changes) });

describe('the subject says it all', () => {
  const never = { breachP10: null, breachP50: null, breachP90: null };
  const cases: [string, string, string][] = [
    [
      'a breach soon',
      forecast({}),
      '[page] r-1 reaches its memory limit in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
    ],
    [
      'a breach of the heap in seconds',
      forecast({ signal: 'heap', breachP10: NOW + 20_000, breachP50: NOW + 30_000, breachP90: NOW + 50_000 }),
      '[page] r-1 reaches its heap limit in about 30 s (08:28:30 UTC, 08:28:20-08:28:50), 93 % sure',
    ],
    [
      'a breach across midnight',
      forecast({ breachP10: NOW + 15 * HOUR, breachP50: NOW + 16 * HOUR, breachP90: NOW + 18 * HOUR }),
      '[page] r-1 reaches its memory limit in about 16 h (Tue 24 Nov 00:28 UTC, 23:28 - Tue 24 Nov 02:28), 93 % sure',
    ],
    [
      'a breach in days, without a time of day that nobody knows',
      forecast({ breachP10: NOW + 90 * HOUR, breachP50: NOW + 120 * HOUR, breachP90: null }),
      '[page] r-1 reaches its memory limit in about 5 d (Sat 28 Nov UTC, Fri 27 Nov or later), 93 % sure',
    ],
    [
      'a breach that is due',
      forecast({
        breachP50: NOW - MINUTE,
        breachP10: NOW - 5 * MINUTE,
        breachP90: NOW + 9 * MINUTE,
        probability: 0.999,
      }),
      '[page] r-1 reaches its memory limit at any moment (08:27:00 UTC, 08:23-08:37), over 99 % sure',
    ],
    [
      'a breach that is only possible',
      forecast({ ...never, breachP10: NOW + HOUR, probability: 0.3 }),
      '[page] r-1 reaches its memory limit perhaps from 09:28 UTC on, 30 % sure',
    ],
    [
      'a breach of another level',
      subjectOf({ goal: '90% of memory_limit' }),
      '[page] r-1 reaches 90% of memory_limit in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
    ],
    [
      'growth with an outlook',
      subjectOf({ kind: 'growth', severity: 'ticket', outlook: outlookOf({ ...never }) }),
      '[ticket] r-1 grows by 290 MiB per hour',
    ],
    [
      'growth with a reason alone',
      wordsOf(messageWith([plainNewsOf({ kind: 'growth', reason: 'heap_after_gc grows 3 MiB per hour.' })]))
        .subject,
      '[page] r-1: heap_after_gc grows 3 MiB per hour',
    ],
    [
      'GC pressure',
      wordsOf(messageWith([plainNewsOf({ kind: 'gc', reason: '14 % of the last 10 min went to GC pauses' })]))
        .subject,
      '[page] r-1: 14 % of the last 10 min went to GC pauses',
    ],
    [
      'readiness',
      wordsOf(
        messageWith([plainNewsOf({ kind: 'readiness', reason: 'fails its readiness check for 3 min' })]),
      ).subject,
      '[page] r-1 fails its readiness check for 3 min',
    ],
    [
      'silence',
      wordsOf(messageWith([plainNewsOf({ kind: 'absent', reason: 'sent nothing for 5 min' })])).subject,
      '[page] r-1 sent nothing for 5 min',
    ],
    [
      'a fleet',
      wordsOf(messageWith([plainNewsOf({ kind: 'fleet', node: '', reason: '5 of 8 nodes stay ready' })]))
        .subject,
      '[page] fleet of pool edge: 5 of 8 nodes stay ready',
    ],
  ];
  for (const [name, subject, expected] of cases) it(`of ${name}`, () => assert.equal(subject, expected));

  it('of many nodes', () => {
    const news = ['r-1', 'r-2', 'r-3'].map((node, i) =>
      newsOf({ id: node, node, outlook: outlookOf({ breachP50: NOW + (42 + i) * MINUTE }) }),
    );
    assert.equal(
      wordsOf(messageWith(news)).subject,
      '[page] 3 nodes of pool edge reach their memory limits, the first (r-1) in about 42 min (09:10 UTC, 09:02-09:31), 93 % sure',
    );
    const silent = news.map(({ id, node }) =>
      plainNewsOf({ id, node, kind: 'absent', reason: 'sent nothing for 5 min' }),
    );
    assert.equal(
      wordsOf(messageWith(silent)).subject,
      '[page] 3 nodes of pool edge are silent, the first is r-1',
    );
  });

  it('on one line of bounded length, whatever the names are', () => {
    const { subject } = wordsOf(messageOf({ node: `a\r\nSubject: b\u2028${'x'.repeat(500)}` }));
    assert.doesNotMatch(subject, /[\r\n\u2028]/);
    assert.ok(subject.length <= 180);
  });
});

/** Lines that were wrapped made whole again. */
const whole = (text: string) => text.replace(/(?<=\S)\n(?! *- |[A-Z][\w ]*: |\n) */g, ' ');

describe('the text', () => {
  it('has the summary of all nodes, or of the worst one by name', () => {
    const of = (...summaries: string[]) => {
      const news = summaries.map((summary, at) => newsOf({ id: `a-${at}`, node: `r-${at}`, summary }));
      return wordsOf(messageWith(news)).text;
    };
    assert.match(of('Drain it.', 'Drain it.'), /^Drain it\.$/m);
    assert.match(of('Drain r-0.', 'Drain r-1.'), /^r-0: Drain r-0\.$/m);
  });

  it('says when, how sure, why, how much, and what to do', () => {
    const text = whole(
      wordsOf(messageOf({ summary: 'The router is about to die.', portrait: portraitOf() })).text,
    );
    for (const part of [
      /^r-1 reaches its memory limit in about 42 min .*93 % sure\.\s+The router is about to die\./,
      /Reaches its memory limit: 09:10 UTC \(10:10 Europe\/Berlin\), in about 42 min\. Eight times in ten between 09:02 and 09:31 UTC \(10:02 and 10:31 Europe\/Berlin\)\./,
      /How sure: 93 % that it happens within 2 h\./,
      /Why: rss reaches memory_limit .*\n {2}- Memory that nothing frees .* a leak\.\n {2}- The live set rose in 34 of 36 buckets\./,
      /Growth: 290 MiB per hour \(between 270 MiB and 310 MiB\), measured over 3 h\./,
      /In use: 820 MiB of 1 GiB \(80 %\) of resident memory in use, 800 MiB of it live\./,
      /Since: 08:23 UTC .*fired after it had held for 5 min\./,
      /Node: r-1 \(pool edge, version 2026\.11\.2\)/,
      /What to do: Restart it before then/,
      /Runbook: https:\/\/runbooks\.example\/memory/,
      /Open in Headroom: https:\/\/headroom\.example\/\?node=r-1/,
    ]) {
      assert.match(text, part);
    }
    assert.doesNotMatch(text, /Delayed|undefined|null|NaN/);
  });

  it('leaves out what is not known', () => {
    const { text } = wordsOf(
      messageWith([plainNewsOf({ kind: 'absent', reason: 'sent nothing for 5 min', labels: {} })]),
    );
    assert.match(text, /Why: Sent nothing for 5 min\.\n/);
    assert.doesNotMatch(text, /How sure|Growth|In use|Runbook|undefined|null|NaN/);
  });

  it('of a late message says so and counts from when it is sent', () => {
    const late = wordsOf(messageOf(), NOW + 30 * MINUTE);
    const [subject, text] = [late.subject, whole(late.text)];
    assert.match(subject, /in about 12 min \(09:10 UTC/);
    assert.match(text, /^Delayed: this message is 30 min old/);
    assert.match(whole(wordsOf(messageOf(), NOW + HOUR).text), /09:10 UTC .*18 min ago: at any moment/);
  });

  it('of a resolved alert says why and how the prediction fared', () => {
    const now = outlookOf({
      now: 210 * MIB,
      probability: 0.002,
      breachP10: null,
      breachP50: null,
      breachP90: null,
    });
    const resolved = {
      state: 'resolved',
      at: NOW + 30 * MINUTE,
      predicted: outlookOf(),
      outlook: now,
    } as const;
    const text = whole(
      wordsOf(messageOf({ ...resolved, reason: 'the process restarted' }), NOW + 30 * MINUTE).text,
    );
    assert.match(text, /^r-1: MemoryBreachPredicted ended after 30 min: the process restarted\./);
    assert.match(text, /Why: The process restarted\./);
    assert.match(text, /expected at 09:10 UTC .*\(09:02-09:31\)\. The alert ended 12 min before that/);
    assert.match(text, /In use: 210 MiB of 1 GiB.*Chance of a breach within 2 h: under 1 %\./);
    const late = { ...resolved, at: NOW + HOUR };
    assert.match(whole(wordsOf(messageOf(late), NOW + HOUR).text), /The alert ended 18 min after that\./);
  });

  it('of many nodes has a table, the worst first, and a bounded length', () => {
    const news = Array.from({ length: 300 }, (_, i) =>
      newsOf({ id: `${i}`, node: `router-${i}`, outlook: outlookOf({ breachP50: NOW + (42 + i) * MINUTE }) }),
    );
    const { text } = wordsOf(messageWith(news));
    assert.match(text, /router-0 +09:10 UTC +09:02-09:31 +93 % +80 % of 1 GiB +leak, 290 MiB\/h\nrouter-1 /);
    assert.match(whole(text), /and 280 more: router-20, .*router-59 and 240 more/);
    assert.match(text, /The worst, router-0:/);
    assert.ok(text.length < 8_000);
  });

  it('bears times beyond all dates', () => {
    const { subject, text } = wordsOf(
      messageOf({ outlook: outlookOf({ breachP50: 1e18, breachP90: 1e19 }) }),
    );
    assert.match(subject, /in more than ten years/);
    assert.doesNotMatch(text, /Invalid|NaN/);
  });

  it('is the same for the same message and moment', () => {
    const message = messageOf({ portrait: portraitOf() });
    assert.deepEqual(wordsOf(message), wordsOf(message));
  });

  it('gives UTC alone where that is the local time', () => {
    const text = whole(writerOf({ timeZone: 'UTC' }).words(messageOf(), NOW).text);
    assert.match(
      text,
      /Reaches its memory limit: 09:10 UTC, in about 42 min\. Eight times in ten between 09:02 and 09:31 UTC\./,
    );
  });
});

describe('the page', () => {
  it('shows each picture by its cid, and the same ones to each recipient', async () => {
    let drawn = 0;
    const writer = writerOf({ renderPng: async () => Buffer.from(`png ${++drawn}`) });
    const news = ['r-1', 'r-2'].map((node) => newsOf({ id: node, node, portrait: portraitOf() }));
    const message = messageWith(news);
    const pages = await Promise.all([writer.page(message, NOW), writer.page(message, NOW)]);
    assert.equal(drawn, 2);
    assert.deepEqual(pages[0], pages[1]);
    for (const { cid } of pages[0].pictures) assert.ok(pages[0].html.includes(`src="cid:${cid}"`));
  });

  it('comes without a picture that cannot be drawn', async () => {
    const { log, text } = keptLog();
    const renderPng = async () => {
      throw new Error('no font');
    };
    const page = await writerOf({ renderPng, log }).page(messageOf({ portrait: portraitOf() }), NOW);
    assert.deepEqual(page.pictures, []);
    assert.doesNotMatch(page.html, /<img/);
    assert.match(page.html, /reaches its memory limit/);
    assert.match(text(), /no font/);
  });

  it('makes links of web addresses only', async () => {
    const page = await writerOf().page(messageOf({ runbook: 'JavaScript:alert(1)' }), NOW);
    assert.doesNotMatch(page.html, /href="javascript/i);
    assert.match(page.html, />Runbook<[\s\S]*>JavaScript:alert\(1\)</);
    const other = await writerOf().page(messageOf({ runbook: 'https://x.example/"><script>' }), NOW);
    assert.doesNotMatch(other.html, /<script>|href="https:\/\/x/);
    assert.match(other.html, /https:\/\/x\.example\/&quot;&gt;&lt;script&gt;/);
    const plain = await writerOf().page(messageOf({ runbook: 'https://x.example/?a=1&b=2' }), NOW);
    assert.match(plain.html, /href="https:\/\/x\.example\/\?a=1&amp;b=2"/);
  });
});
