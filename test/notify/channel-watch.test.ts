import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { AlertNews } from '../../src/alert/index.js';
import { ManualClock } from '../../src/clock.js';
import { notifyOptions, openNotify, startHeartbeat } from '../../src/notify/index.js';
import { openMemoryStore } from '../../src/store/index.js';
import { openReceiver } from '../support/receiver.js';
import { until } from '../support/until.js';
import { HOUR, MINUTE, messageOf, NOW } from './support/news.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const log = pino({ level: 'silent' });

describe('a channel', () => {
  it('that cannot be reached is an alert, at the start and daily, until it works again', async (t) => {
    const receiver = await openReceiver((response) => response.writeHead(204).end());
    const port = Number(new URL(receiver.url).port);
    await receiver.close();
    const clock = new ManualClock(NOW);
    const news: AlertNews[] = [];
    const metrics = new Registry();
    const notify = await openNotify(
      notifyOptions.parse({
        channels: { hook: { type: 'webhook', url: `http://127.0.0.1:${port}/`, secret: SECRET } },
      }),
      {
        ledger: openMemoryStore().ledger,
        clock,
        log,
        metrics,
        random: () => 0,
        onNews: (item) => news.push(item),
      },
    );
    t.after(() => notify.close());
    assert.equal(notify.watch.of('hook').state, 'unknown');
    clock.advance(2000);
    await until(() => news.length === 1, 'the alert of the channel');
    assert.match(
      news[0].reason,
      /^messages through channel hook do not arrive: 127\.0\.0\.1:\d+ .*ECONNREFUSED/,
    );
    assert.deepEqual(
      [news[0].rule, news[0].labels.channel, news[0].state],
      ['ChannelFailing', 'hook', 'firing'],
    );
    assert.match(await metrics.metrics(), /headroom_channel_up\{channel="hook"\} 0/);

    const again = await openReceiver((response) => response.writeHead(204).end(), port);
    t.after(() => again.close());
    await until(() => {
      clock.advance(MINUTE);
      return news.length === 2;
    }, 'its end');
    assert.deepEqual([news[1].id, news[1].state], [news[0].id, 'resolved']);
    assert.equal(notify.watch.of('hook').state, 'up');
  });

  it('is known by its deliveries, too', async (t) => {
    let status = 500;
    const receiver = await openReceiver((response) => response.writeHead(status).end());
    t.after(() => receiver.close());
    const clock = new ManualClock(NOW);
    const { ledger } = openMemoryStore();
    const news: AlertNews[] = [];
    const notify = await openNotify(
      notifyOptions.parse({ channels: { hook: { type: 'webhook', url: receiver.url, secret: SECRET } } }),
      { ledger, clock, log, metrics: new Registry(), random: () => 0, onNews: (item) => news.push(item) },
    );
    t.after(() => notify.close());
    const entries = notify.outbox.prepare([messageOf()]);
    await ledger.append(entries);
    notify.outbox.committed(entries);
    await notify.outbox.settled();
    assert.match(notify.watch.of('hook').problem?.message ?? '', /answered 500/);
    status = 204;
    clock.advance(HOUR);
    await notify.outbox.settled();
    assert.deepEqual(
      news.map(({ state }) => state),
      ['firing', 'resolved'],
    );
  });
});

describe('the heartbeat', () => {
  it('calls its address while the service is well, and not while it is not', async (t) => {
    const receiver = await openReceiver((response) => response.writeHead(200).end('ok'));
    t.after(() => receiver.close());
    const clock = new ManualClock(NOW);
    let why: string | undefined;
    const metrics = new Registry();
    const options = notifyOptions.parse({ heartbeat: { url: `${receiver.url}/ping/secret`, every: '1m' } });
    const { end: stop, last } = startHeartbeat(options.heartbeat!, {
      clock,
      log,
      metrics,
      unwell: () => why,
    });
    t.after(stop);
    const advanceUntil = (done: () => boolean, what: string) =>
      until(() => {
        clock.advance(MINUTE);
        return done();
      }, what);
    await until(() => receiver.requests.length === 1, 'the first call');
    assert.equal(receiver.requests[0].path, '/ping/secret');
    await advanceUntil(() => receiver.requests.length === 3, 'more calls');
    why = 'the disk is full';
    const count = async (outcome: string) =>
      Number(new RegExp(`outcome="${outcome}"\\} (\\d+)`).exec(await metrics.metrics())?.[1] ?? 0);
    let withheld = 0;
    while (withheld < 3) {
      clock.advance(MINUTE);
      await new Promise((resolve) => setImmediate(resolve));
      withheld = await count('withheld');
    }
    assert.deepEqual(
      { ...last(), at: 0 },
      { at: 0, outcome: 'withheld', reason: 'the disk is full' },
    );
    const before = receiver.requests.length;
    why = undefined;
    await advanceUntil(() => receiver.requests.length > before, 'calls again');
  });
});
