import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMatchers } from '../../src/dispatch/index.js';
import type { Message } from '../../src/notify/index.js';
import { buildService } from '../support/build-service.js';
import { NOT_READY_RULES, notReady } from '../support/not-ready.js';
import { openReceiver } from '../support/receiver.js';
import { RoundClock } from '../support/round-clock.js';

const NOW = Date.UTC(2026, 10, 22, 13, 29);
const MINUTE = 60_000;

describe('what people do about alerts', () => {
  it('holds messages back while it lasts, and messages carry the links to do it', async (t) => {
    const clock = new RoundClock(NOW);
    // Refuses everything, so that the messages stay in the ledger to be looked at.
    const receiver = await openReceiver((response) => response.writeHead(410).end());
    t.after(() => receiver.close());
    const hook = { type: 'webhook', url: receiver.url, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
    const { api, service } = await buildService(t, {
      clock,
      rules: NOT_READY_RULES,
      config: {
        notify: {
          externalUrl: 'https://ops.example.org/headroom/',
          channels: { hook },
          route: { repeat_interval: '10m' },
        },
      },
    });
    const { people, store, notify, alerts } = service.pipeline;
    const told = async (): Promise<readonly Message[]> => {
      await notify.outbox.settled();
      return [...(await store.ledger.load('outbox-messages')).values()] as Message[];
    };
    const nodesTold = async () =>
      (await told()).map((message) => message.alerts.map(({ node }) => node).join());

    const draft = { matchers: parseMatchers('pool=core'), createdBy: 'anna', comment: 'deploy' };
    const silence = await people.silences.create(draft, clock.now());
    await api.push([...notReady('r-1', NOW, { pool: 'edge' }), ...notReady('r-2', NOW, { pool: 'core' })]);
    await clock.pass(MINUTE, 5000);
    assert.deepEqual(await nodesTold(), ['r-1'], 'the core is silenced');

    const [{ links }] = await told();
    assert.match(links.acknowledge ?? '', /^https:\/\/ops\.example\.org\/headroom\/act\/[\w.-]+$/);
    const path = new URL(links.acknowledge ?? '').pathname.replace('/headroom', '');
    const page = (await api.ask(path)).text;
    assert.match(page, /<h1>Acknowledge 1 alert<\/h1>[\s\S]*r-1/);
    const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
    await api.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ form, by: 'anna', why: '' }).toString(),
    });
    assert.equal(people.acks.of(alerts.of('r-1')[0].id, clock.now())?.by, 'anna');
    await clock.pass(30 * MINUTE, MINUTE);
    const repeats = (await told()).filter(({ occasion }) => occasion === 'repeat');
    assert.deepEqual(repeats, [], 'who has taken it is left alone');

    await people.silences.expire(silence.id, 'anna', clock.now());
    await clock.pass(2 * MINUTE, 5000);
    assert.ok((await nodesTold()).includes('r-2'), 'told as soon as the silence is over');
  });
});
