import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ParsedMail } from 'mailparser';
import type { Framing, Message } from '../../src/dispatch/index.js';
import { openMailbox } from '../support/mailbox.js';
import { HOUR, MINUTE, messageWith, NOW, newsOf, outlookOf } from './support/news.js';
import { openService } from './support/service.js';
import { baseSubject, type MailHead, threadsOf } from './support/threading.js';

/** An incident of a pool: its first mail, one that got worse, one of other nodes, the end. */
function incident(thread: string, alerts: readonly string[]): Message[] {
  const [first, ...others] = alerts;
  const at = (minutes: number) => NOW + minutes * MINUTE;
  const framing = (more: Partial<Framing>) => ({ thread, isFirst: false, ...more });
  const news = (id: string, minutes: number) => newsOf({ id, node: `node-${id}`, at: at(minutes) });
  const told = { at: NOW, probability: 0.5, breachP10: null, breachP50: NOW + HOUR, breachP90: null };
  return [
    messageWith([news(first, 0)], framing({ isFirst: true })),
    messageWith(
      [{ ...news(first, 5), before: told, outlook: outlookOf({ breachP50: NOW + 20 * MINUTE }) }],
      framing({ occasion: 'worse' }),
    ),
    messageWith(
      others.map((id) => news(id, 9)),
      framing({ occasion: 'changed' }),
    ),
    messageWith(
      alerts.map((id) => ({ ...news(id, 30), firedAt: NOW, state: 'resolved' as const })),
      framing({ occasion: 'over' }),
    ),
  ];
}

/** Sends messages through a real SMTP server, and reads what arrived. */
async function mailsOf(
  messages: readonly Message[],
  to = ['ops@example.org'],
): Promise<{ to: string; mail: ParsedMail }[]> {
  const mailbox = await openMailbox();
  const from = 'Headroom <headroom@example.org>';
  const service = await openService({
    ops: { type: 'email', host: '127.0.0.1', port: mailbox.port, startTls: 'never', from, to },
  });
  for (const message of messages) {
    const entries = service.notify.outbox.prepare([{ ...message, channels: ['ops'] }]);
    await service.ledger.append(entries);
    service.notify.outbox.committed(entries);
    await service.notify.outbox.settled();
  }
  await service.notify.close();
  await mailbox.close();
  return [...mailbox.mails];
}

function headOf({ mail }: { mail: ParsedMail }): MailHead {
  return {
    id: mail.messageId ?? '',
    references: [mail.references ?? []].flat(),
    subject: mail.subject ?? '',
  };
}

const sizesOf = (threads: readonly MailHead[][]) => threads.map(({ length }) => length);

describe('mails of one incident', () => {
  it('stand in one thread, each incident in its own, by references alone and with subjects', async () => {
    const [one, two] = [incident('one', ['1', '2', '3']), incident('two', ['4', '5', '6'])];
    // Both of one group, so that only the incident tells them apart; one mail after the other.
    const heads = (await mailsOf(one.flatMap((message, i) => [message, two[i]]))).map(headOf);
    assert.equal(heads.length, 8);
    for (const bySubject of [false, true]) {
      const threads = threadsOf(heads, { bySubject });
      assert.deepEqual(sizesOf(threads), [4, 4]);
      for (const thread of threads) {
        assert.equal(new Set(thread.map(({ subject }) => baseSubject(subject))).size, 1);
        assert.equal(new Set(thread.map(({ subject }) => subject)).size, 4, 'each says its own news');
      }
    }
  });

  it('stand in one thread also when the first was lost, or they come in another order', async () => {
    const heads = (await mailsOf(incident('one', ['1', '2', '3']))).map(headOf);
    assert.deepEqual(sizesOf(threadsOf(heads.slice(1), { bySubject: false })), [3]);
    assert.deepEqual(sizesOf(threadsOf([...heads].reverse(), { bySubject: false })), [4]);
  });

  it('refer to the first mail that the same recipient got, which exists (Gmail, Exchange)', async () => {
    const mails = await mailsOf(incident('one', ['1', '2', '3']), ['a@example.org', 'b@example.org']);
    for (const to of ['a@example.org', 'b@example.org']) {
      const [first, ...others] = mails.filter((mail) => mail.to === to).map(({ mail }) => mail);
      assert.equal(first.inReplyTo, undefined);
      for (const { inReplyTo, references } of others) {
        assert.equal(inReplyTo, first.messageId);
        assert.equal([references ?? []].flat().at(-1), first.messageId);
      }
    }
    assert.equal(new Set(mails.map(({ mail }) => mail.messageId)).size, 8);
  });

  it('have one conversation for Outlook: the same topic, and the same 22 bytes of Thread-Index', async () => {
    const mails = (
      await mailsOf([...incident('one', ['1', '2', '3']), ...incident('two', ['4', '5', '6'])])
    ).map(({ mail }) => mail);
    const indexes = mails.map((mail) => Buffer.from(String(mail.headers.get('thread-index')), 'base64'));
    const header = (index: Buffer) => index.subarray(0, 22).toString('hex');
    assert.deepEqual(
      indexes.map(({ length }) => length),
      [22, 27, 27, 27, 22, 27, 27, 27],
    );
    assert.equal(new Set(indexes.map(header)).size, 2);
    assert.ok(indexes.every((index) => index[0] === 1));
    // [MS-OXOMSG] 2.2.1.3: the moment of the header, and of a reply the time since then in units of 2^23 x 100 ns.
    const started = (indexes[1].readUIntBE(1, 5) * 2 ** 24) / 10_000 - 11_644_473_600_000;
    const since = ((indexes[1].readUInt32BE(22) & 0x7fffffff) * 2 ** 23) / 10_000;
    assert.equal(indexes[1].readUInt32BE(22) >>> 31, 1);
    assert.ok(Math.abs(started - Date.UTC(2026, 0, 1)) < 2000, new Date(started).toISOString());
    assert.ok(Math.abs(started + since - (NOW + 5 * MINUTE)) < 3000, new Date(started + since).toISOString());
    const topics = mails.map((mail) => String(mail.headers.get('thread-topic')));
    assert.equal(new Set(topics).size, 2);
    mails.forEach((mail, i) => {
      assert.equal(baseSubject(mail.subject ?? ''), topics[i].toLowerCase());
    });
  });

  it('are urgent only while somebody must act', async () => {
    const mails = await mailsOf(incident('one', ['1', '2', '3']));
    assert.deepEqual(
      mails.map(({ mail }) => mail.headers.get('priority') ?? 'normal'),
      ['high', 'high', 'high', 'normal'],
    );
  });
});

describe('the base of a subject', () => {
  const cases: [string, string][] = [
    ['Re: [page: r-1 09:10 UTC] Topic (#1)', 'topic (#1)'],
    ['[list] Re: [over] Topic', 'topic'],
    ['Fwd: Topic (fwd)', 'topic'],
    ['[Fwd: Topic]', 'topic'],
    ['[only a blob]', '[only a blob]'],
  ];
  for (const [subject, base] of cases)
    it(`of ${subject} is ${base}`, () => assert.equal(baseSubject(subject), base));
});
