import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openMailbox } from '../support/mailbox.js';
import { openReceiver } from '../support/receiver.js';
import { runHeadroom } from '../support/run-headroom.js';
import { startService } from '../support/start-service.js';

const RULES = 'groups: [{ name: g, rules: [{ alert: A, absent: { after: 5m } }] }]';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

async function serviceWith(t: TestContext, channels: object) {
  const service = await startService(t, { rules: RULES, config: { notify: { channels } } });
  return (...args: string[]) => runHeadroom(service.folder, 'notify', ...args, '--service', service.api.url);
}

describe('headroom notify', () => {
  it('sends a marked example on the way of every message, and says that it arrived', async (t) => {
    const mailbox = await openMailbox();
    t.after(() => mailbox.close());
    const to = ['a@example.org', 'b@example.org'];
    const mail = { type: 'email', host: '127.0.0.1', port: mailbox.port, from: 'h@example.org', to };
    const run = await serviceWith(t, { mail });
    const { code, out } = await run('test', 'mail');
    assert.equal(out, 'delivered to a@example.org of mail\ndelivered to b@example.org of mail\n');
    assert.equal(code, 0);
    assert.equal(mailbox.mails.length, 2);
    const [{ mail: first }] = mailbox.mails;
    assert.match(first.subject ?? '', /example|test/i);
    assert.match(first.text ?? '', /no node is in danger/);
    const channels = await run('channels');
    assert.match(channels.out, /^mail +email +up/m);
    assert.equal(channels.code, 0);
  });

  it('says what keeps a message away, and exits with 1', async (t) => {
    const receiver = await openReceiver((response) => response.writeHead(401).end('who are you'));
    t.after(() => receiver.close());
    const hook = { type: 'webhook', url: receiver.url, secret: SECRET };
    const gone = await openReceiver((response) => response.end());
    await gone.close();
    const slow = { type: 'webhook', url: gone.url, secret: SECRET };
    const run = await serviceWith(t, { hook, slow });
    const refused = await run('test', 'hook');
    assert.match(refused.out, /^refused by hook: 127\.0\.0\.1:\d+ answered 401: who are you\n$/);
    assert.equal(refused.code, 1);
    const late = await run('test', 'slow', '--wait', '1s', '--format', 'json');
    assert.equal(late.code, 1);
    const [{ state, problem }] = JSON.parse(late.out);
    assert.deepEqual([state, /ECONNREFUSED/.test(problem)], ['not yet', true]);
    const channels = await run('channels');
    assert.match(channels.out, /^slow +webhook +failing/m);
    assert.equal(channels.code, 1);
  });

  it('names the channels that there are', async (t) => {
    const run = await serviceWith(t, { screen: { type: 'console' } });
    const { code, err } = await run('test', 'phone');
    assert.equal(code, 1);
    assert.match(err, /there is no channel "phone"\n {2}Name one of screen\./);
  });
});
