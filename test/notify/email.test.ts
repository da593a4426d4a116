import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { openMailbox, smtpError } from '../support/mailbox.js';
import { HOUR, messageOf, messageWith, NOW, newsOf, portraitOf } from './support/news.js';
import { openService, type Service } from './support/service.js';

type Message = ReturnType<typeof messageOf>;

function mailChannel(port: number, more: Record<string, unknown> = {}) {
  return {
    type: 'email',
    host: '127.0.0.1',
    port,
    from: 'Headroom <headroom@example.org>',
    to: ['ops@example.org'],
    ...more,
  };
}

async function send({ notify, ledger }: Service, ...messages: Message[]): Promise<void> {
  const entries = notify.outbox.prepare(messages);
  await ledger.append(entries);
  notify.outbox.committed(entries);
  await notify.outbox.settled();
}

function idOf(raw: string): string | undefined {
  return /^Message-ID: (.+)$/im.exec(raw)?.[1]?.trim();
}

describe('a mail', () => {
  it('carries text, HTML and an inline picture, and headers that programs understand', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    await send(service, messageOf({ portrait: portraitOf() }));
    assert.deepEqual(service.notify.outbox.list(), []);
    const [{ to, mail, raw }] = mailbox.mails;
    assert.equal(to, 'ops@example.org');
    assert.equal(mail.subject, '[page: r-1 09:10 UTC, 93 %] MemoryBreachPredicted, pool edge (#4b0a)');
    assert.match(mail.text ?? '', /Reaches its memory limit: 09:10 UTC \(10:10 Europe\/Berlin\)/);
    assert.match(mail.html || '', /Reaches its memory limit/);
    assert.equal(mail.date?.getTime(), NOW);
    assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
    assert.match(raw, /^Importance: high/im);
    const [id] = [...service.notify.outbox.recent().keys()];
    assert.equal(mail.headers.get('x-headroom-delivery'), id);
    assert.match(mail.messageId ?? '', /^<thread\.[0-9a-f]{24}@example\.org>$/);
    const [picture] = mail.attachments;
    assert.equal(picture.contentType, 'image/png');
    assert.equal(picture.contentDisposition, 'inline');
    assert.equal(picture.content.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
    assert.equal(picture.content.readUInt32BE(16), 1200);
    assert.equal(picture.content.subarray(-8, -4).toString('latin1'), 'IEND');
    // The parser has put the picture in where the page asked for its cid.
    assert.match(mail.html || '', /<img src="data:image\/png;base64,/);
  });

  it('shows markup in names as text', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    const node = '<script>alert("1")</script>\r\nBcc: all@example.org';
    const evil = {
      node,
      labels: { pool: '<b>' },
      reason: '<img src=x onerror=1>',
      runbook: 'javascript:alert(1)',
    };
    await send(service, messageOf({ ...evil, portrait: portraitOf() }));
    const [{ mail, raw }] = mailbox.mails;
    const html = mail.html || '';
    assert.doesNotMatch(html, /<script|<b>|onerror=1>|<img src=x|href="javascript/i);
    assert.match(html, /&lt;script&gt;/);
    assert.match(mail.text ?? '', /<script>/);
    assert.equal(mail.bcc, undefined);
    assert.doesNotMatch(raw, /^Bcc:/im);
  });

  it('of a resolved alert stands in one thread with that of its firing', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    const both = messageWith([newsOf(), newsOf({ id: 'alert-2', node: 'r-2' })]);
    const resolved = messageOf({ state: 'resolved', at: NOW + HOUR, reason: 'the process restarted' });
    await send(service, both, resolved);
    const [firing, ended] = mailbox.mails.map(({ mail }) => mail);
    assert.match(ended.subject ?? '', /^\[over: r-1\] MemoryBreachPredicted, pool edge/);
    assert.notEqual(firing.messageId, ended.messageId);
    const thread = [ended.references ?? []].flat();
    assert.equal(thread.length, 2);
    assert.ok([firing.references ?? []].flat().includes(thread[0]));
    assert.equal(thread[1], firing.messageId);
    assert.equal(ended.inReplyTo, firing.messageId);
    assert.doesNotMatch(mailbox.mails[1].raw, /^Importance:/im);
  });

  it('goes to each recipient by itself', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const to = ['a@example.org', 'b@example.org', 'a@example.org'];
    const service = await openService({ ops: mailChannel(mailbox.port, { to }) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.deepEqual(mailbox.mails.map((mail) => mail.to).sort(), ['a@example.org', 'b@example.org']);
    assert.equal(new Set(mailbox.mails.map(({ raw }) => idOf(raw))).size, 2);
  });
});

describe('a mail server that', () => {
  it('is down gets its mails once it is up', async (t) => {
    const gone = await openMailbox();
    await gone.close();
    const service = await openService({ ops: mailChannel(gone.port) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    const [waiting] = service.notify.outbox.list();
    assert.equal(waiting.lastFailure?.code, 'channel-unavailable');
    assert.match(waiting.lastFailure?.message ?? '', /127\.0\.0\.1:\d+ cannot be used.*ECONNREFUSED/);
    const mailbox = await openMailbox({}, gone.port);
    t.after(() => mailbox.close());
    service.clock.advance(5_000);
    await service.notify.outbox.settled();
    assert.equal(mailbox.mails.length, 1);
    assert.deepEqual(service.notify.outbox.list(), []);
  });

  it('puts a mail off gets the same mail again, with the same id', async (t) => {
    const ids: (string | undefined)[] = [];
    const mailbox = await openMailbox({
      onData(stream: SMTPServerDataStream, _session: SMTPServerSession, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          ids.push(idOf(Buffer.concat(chunks).toString('utf8')));
          callback(ids.length === 1 ? smtpError(451, '4.3.0 try again later') : null);
        });
      },
    });
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.match(
      service.notify.outbox.list()[0].lastFailure?.message ?? '',
      /put off mail for ops@example.org: 451/,
    );
    service.clock.advance(5_000);
    await service.notify.outbox.settled();
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    assert.ok(ids[0]);
  });

  it('refuses one recipient for good and another for now still serves the third', async (t) => {
    let putOff = 0;
    const mailbox = await openMailbox({
      onRcptTo({ address }: SMTPServerAddress, _session: SMTPServerSession, callback) {
        if (address.startsWith('no')) return callback(smtpError(550, '5.1.1 no such user'));
        if (address.startsWith('later') && putOff++ === 0)
          return callback(smtpError(452, '4.2.2 mailbox full'));
        callback();
      },
    });
    t.after(() => mailbox.close());
    const to = ['no@example.org', 'later@example.org', 'yes@example.org'];
    const service = await openService({ ops: mailChannel(mailbox.port, { to }) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.deepEqual(
      mailbox.mails.map((mail) => mail.to),
      ['yes@example.org'],
    );
    assert.deepEqual(
      service.notify.outbox
        .list()
        .map(({ target, status, lastFailure }) => [target, status, lastFailure?.code]),
      [
        ['no@example.org', 'dead', 'channel-refused'],
        ['later@example.org', 'waiting', 'channel-unavailable'],
      ],
    );
    service.clock.advance(5_000);
    await service.notify.outbox.settled();
    assert.equal(mailbox.mails[1].to, 'later@example.org');
  });

  it('is slow is waited for', async (t) => {
    const mailbox = await openMailbox({
      onMailFrom(_address: SMTPServerAddress, _session: SMTPServerSession, callback) {
        setTimeout(callback, 400);
      },
    });
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.equal(mailbox.mails.length, 1);
  });

  it('never answers is left after the timeout', async (t) => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const service = await openService({ ops: mailChannel(port, { timeout: '300ms' }) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    const [{ status, lastFailure }] = service.notify.outbox.list();
    assert.equal(status, 'waiting');
    assert.match(lastFailure?.message ?? '', /took longer than 300ms/);
  });
});

describe('encryption', () => {
  it('is used when the server offers it and its certificate may be anyone’s', async (t) => {
    let isSecure = false;
    const mailbox = await openMailbox({
      disabledCommands: [],
      onMailFrom(_address: SMTPServerAddress, session: SMTPServerSession, callback) {
        isSecure = session.secure;
        callback();
      },
    });
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port, { trustAnyCertificate: true }) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.equal(mailbox.mails.length, 1);
    assert.equal(isSecure, true);
  });

  it('with a certificate that nobody vouches for is refused', async (t) => {
    const mailbox = await openMailbox({ disabledCommands: [] });
    t.after(() => mailbox.close());
    const service = await openService({ ops: mailChannel(mailbox.port) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.equal(mailbox.mails.length, 0);
    assert.match(service.notify.outbox.list()[0].lastFailure?.message ?? '', /certificate/);
  });

  it('is required before a password is sent', async (t) => {
    let wasAsked = false;
    const mailbox = await openMailbox({
      authOptional: false,
      onAuth(_auth, _session, callback) {
        wasAsked = true;
        callback(null, { user: 'headroom' });
      },
    });
    t.after(() => mailbox.close());
    const credentials = { user: 'headroom', password: 'correct horse' };
    const service = await openService({ ops: mailChannel(mailbox.port, credentials) });
    t.after(() => service.notify.close());
    await send(service, messageOf());
    assert.equal(wasAsked, false);
    assert.equal(service.notify.outbox.list()[0].status, 'waiting');
  });
});
