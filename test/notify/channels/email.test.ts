import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { simpleParser } from 'mailparser';
import { openMailbox, smtpError } from '../../support/mailbox.js';
import { openReceiver } from '../../support/receiver.js';
import { conforms } from './conformance.js';
import { OCCASION_MESSAGES } from './messages.js';
import { openRawServer } from './raw-server.js';
import { openSubject, problemOf, sendAll } from './subject.js';

const PASSWORD = 'correct horse battery';

const options = (port: number) => ({
  type: 'email',
  host: '127.0.0.1',
  port,
  startTls: 'never',
  from: 'Headroom <headroom@example.org>',
  to: ['a@example.org', 'b@example.org'],
});

conforms({
  type: 'email',
  async accepting(t) {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    return { options: options(mailbox.port), taken: () => mailbox.mails.map(({ raw }) => raw) };
  },
  validate(raw) {
    const [head] = raw.split('\r\n\r\n', 1);
    assert.equal([...head.matchAll(/^Subject: /gim)].length, 1);
    assert.doesNotMatch(head, /^Bcc:/im);
    // RFC 5322 section 2.1.1.
    assert.ok(raw.split('\r\n').every((line) => Buffer.byteLength(line) <= 998));
  },
  // What large mail providers take.
  mostBytes: 25_000_000,
});

describe('channel email over SMTP', () => {
  const failing = async (t: TestContext, more: object) => {
    const channel = await openSubject(t, { ...options(9), timeout: '5s', ...more });
    return problemOf(sendAll(channel, OCCASION_MESSAGES.new));
  };

  for (const [code, expected] of [
    [421, 'channel-unavailable'],
    [450, 'channel-unavailable'],
    [452, 'channel-unavailable'],
    [550, 'channel-refused'],
    [552, 'channel-refused'],
    [554, 'channel-refused'],
  ] as const) {
    it(`is ${expected === 'channel-refused' ? 'not ' : ''}tried again after ${code}`, async (t) => {
      const mailbox = await openMailbox({
        onRcptTo: (_address, _session, callback) => callback(smtpError(code, 'no')),
      });
      t.after(() => mailbox.close());
      assert.equal((await failing(t, { port: mailbox.port })).code, expected);
    });
  }

  it('shows no secret when the server repeats all that it was told', async (t) => {
    const mailbox = await openMailbox({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) =>
        callback(smtpError(535, `${username} ${password} ${Buffer.from(password ?? '').toString('base64')}`)),
    });
    t.after(() => mailbox.close());
    const more = { port: mailbox.port, user: 'headroom', password: PASSWORD };
    const { message, stack, cure } = await failing(t, more);
    for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('base64')]) {
      assert.ok(![message, stack, cure].join('\n').includes(secret));
    }
  });

  it('is tried again when nobody listens, the name is unknown, or TLS meets a server without it', async (t) => {
    const mailbox = await openMailbox();
    const receiver = await openReceiver((response) => response.end());
    t.after(() => receiver.close());
    await mailbox.close();
    const plain = Number(new URL(receiver.url).port);
    for (const more of [{ port: mailbox.port }, { host: 'nowhere.invalid' }, { port: plain, secure: true }]) {
      assert.equal((await failing(t, more)).code, 'channel-unavailable', JSON.stringify(more));
    }
  });

  it('is tried again when the certificate is nobody’s', async (t) => {
    const mailbox = await openMailbox({ secure: true });
    t.after(() => mailbox.close());
    const problem = await failing(t, { port: mailbox.port, secure: true });
    assert.equal(problem.code, 'channel-unavailable');
    assert.match(problem.message, /certificate/i);
  });

  it('leaves a server that never greets, or speaks something else', async (t) => {
    const silent = Number(new URL(await openRawServer(t, '')).port);
    const started = await failing(t, { port: silent, timeout: '300ms' });
    assert.match(started.message, /took longer than 300ms/);
    const other = await openReceiver((response) => response.end());
    t.after(() => other.close());
    const problem = await failing(t, { port: Number(new URL(other.url).port), timeout: '300ms' });
    assert.equal(problem.code, 'channel-unavailable');
  });

  it('has a mail that a mail program reads, on every occasion', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const channel = await openSubject(t, options(mailbox.port));
    for (const message of Object.values(OCCASION_MESSAGES)) await sendAll(channel, message);
    for (const { raw } of mailbox.mails) {
      const mail = await simpleParser(raw);
      assert.ok(mail.subject && mail.text && mail.html);
    }
  });
});
