import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Registry as Metrics } from 'prom-client';
import { ManualClock } from '../../../src/clock.js';
import { keptLog } from '../../support/kept-log.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { MINUTE, registryOf, rowsOf, samplesOf, T0 } from '../samples.js';
import { influxStandIn } from './stand-in.js';
import { openTemporary } from './support.js';

/** Values of a signal in time order. VictoriaMetrics takes InfluxDB's write protocol: a real end and a real beginning. */
async function valuesOf(server: VictoriaMetrics, signal: string): Promise<number[]> {
  await server.flush();
  const lines = (await server.get(`/api/v1/export?match[]=headroom_${signal}`)).split('\n');
  return lines
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as { values: number[] }).values);
}

describe('influx store: a database that is away for an hour', () => {
  it('loses nothing, refuses nothing, and sends in order once it is back', {
    skip: noVictoriaMetrics,
  }, async (t) => {
    const server = await VictoriaMetrics.start(t);
    const clock = new ManualClock(T0);
    const metrics = new Metrics();
    const { store } = await openTemporary(t, server.url, { clock, metrics });
    const registry = registryOf(1);
    const push = async (minute: number): Promise<void> => {
      const time = T0 + minute * MINUTE;
      await store.history.append(rowsOf({ node: 0, time, rss: minute }), registry);
    };
    await push(0);
    await store.settled();
    await server.stop();
    for (let minute = 1; minute <= 60; minute++) {
      await push(minute);
      await store.settled();
      clock.advance(MINUTE);
    }
    await store.settled();
    assert.equal(store.state.state, 'waiting');
    assert.match(store.state.reason ?? '', /does not answer/);
    const text = await metrics.metrics();
    assert.match(text, /headroom_store_remote_queue_rows 60\n/);
    assert.match(text, /headroom_store_remote_queue_age_seconds 3600\n/);
    await server.start();
    clock.advance(MINUTE);
    await store.settled();
    assert.equal(store.state.state, 'up to date');
    const expected = Array.from({ length: 61 }, (_, minute) => minute);
    assert.deepEqual(await valuesOf(server, 'rss'), expected);
  });

  it('shows what waits in the queue, laid over what the database has', async (t) => {
    const server = await influxStandIn(t);
    const { store } = await openTemporary(t, server.url, { clock: new ManualClock(T0) });
    const registry = registryOf(1);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 1, ready: 1 }), registry);
    await store.settled();
    server.instead.set('/api/v2/write', { status: 503 });
    await store.history.append(
      rowsOf({ node: 0, time: T0, rss: 2 }, { node: 0, time: T0 + 1, rss: 3 }),
      registry,
    );
    assert.deepEqual(samplesOf(await store.history.read(0, T0, T0 + MINUTE)), [
      { node: 0, time: T0, labels: 0, rss: 2, ready: 1 },
      { node: 0, time: T0 + 1, labels: 0, rss: 3 },
    ]);
  });
});

describe('influx store: answers to a query', () => {
  it('gives up on an answer that stops in the middle, and says so', async (t) => {
    const server = await influxStandIn(t);
    const { store } = await openTemporary(t, server.url, { timeout: '300ms' });
    server.instead.set('/api/v2/query', { status: 200, body: '#datatype,string', isStalled: true });
    await assert.rejects(store.history.stats(), {
      code: 'store-unreachable',
      retryable: true,
      message: /does not answer: nothing came within 300 ms/,
    });
  });

  it('takes an error in the middle of an answer for one', async (t) => {
    const server = await influxStandIn(t);
    const { store } = await openTemporary(t, server.url);
    const body = [
      '#datatype,string,long,dateTime:RFC3339\r\n#group,false,false,false\r\n#default,oldest,,\r\n,result,table,_time',
      ',,0,2026-11-22T10:00:00Z\r\n\r\n#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference',
      ',"the query ran out of memory, sorry",897\r\n',
    ].join('\r\n');
    server.instead.set('/api/v2/query', { status: 200, body });
    await assert.rejects(store.history.stats(), {
      code: 'store-failed',
      message: /gave up on a query: the query ran out of memory, sorry/,
    });
  });
});

describe('influx store: answers to a write', () => {
  const row = rowsOf({ node: 0, time: T0, rss: 1 });

  it('waits as many seconds as Retry-After says', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 429, headers: { 'retry-after': '120' } });
    const clock = new ManualClock(T0);
    const { store } = await openTemporary(t, server.url, { clock });
    await store.history.append(row, registryOf(1));
    await store.settled();
    server.instead.clear();
    clock.advance(119_999);
    await store.settled();
    assert.equal(server.writes.length, 1);
    clock.advance(1);
    await store.settled();
    assert.equal(server.writes.length, 2);
    assert.equal(server.store.all.size, 1);
  });

  for (const status of [401, 403, 404]) {
    it(`${status} blocks the queue and is told as something to be mended`, async (t) => {
      const server = await influxStandIn(t);
      server.instead.set('/api/v2/write', { status, body: 'no' });
      const clock = new ManualClock(T0);
      const metrics = new Metrics();
      const { store } = await openTemporary(t, server.url, { clock, metrics });
      await store.history.append(row, registryOf(1));
      await store.settled();
      assert.equal(store.state.state, 'blocked');
      assert.match(await metrics.metrics(), /headroom_store_remote_blocked 1\n/);
      server.instead.clear();
      clock.advance(MINUTE);
      await store.settled();
      assert.equal(store.state.state, 'up to date');
      assert.equal(server.store.all.size, 1);
    });
  }

  for (const status of [400, 422]) {
    it(`${status} sets the batch aside with the reason, and lets the next one pass`, async (t) => {
      const server = await influxStandIn(t);
      server.instead.set('/api/v2/write', { status, body: 'field type conflict' });
      const metrics = new Metrics();
      const { store, folder } = await openTemporary(t, server.url, { clock: new ManualClock(T0), metrics });
      const registry = registryOf(1);
      await store.history.append(row, registry);
      await store.settled();
      server.instead.clear();
      await store.history.append(rowsOf({ node: 0, time: T0 + 1, rss: 2 }), registry);
      await store.settled();
      const aside = readFileSync(join(folder, 'set-aside', 'refused.lp'), 'utf8');
      assert.match(aside, new RegExp(`^# ${new Date(T0).toISOString()} .*${status}.*field type conflict\n`));
      assert.ok(aside.endsWith(`\nheadroom,node=node-0 rss=1 ${T0}\n`), aside);
      assert.deepEqual(
        [...server.store.all.values()].map(({ points }) => [...points.values()]),
        [[2]],
      );
      assert.match(await metrics.metrics(), /headroom_store_remote_dead_rows_total 1\n/);
    });
  }

  it('500 for a batch of which a part was dropped, as before 2.1, sets it aside, too', async (t) => {
    const server = await influxStandIn(t);
    const body =
      'unexpected error writing points to database: partial write: points beyond retention policy dropped=1';
    server.instead.set('/api/v2/write', { status: 500, body });
    const { store, folder } = await openTemporary(t, server.url, { clock: new ManualClock(T0) });
    await store.history.append(row, registryOf(1));
    await store.settled();
    assert.equal(store.state.state, 'up to date');
    assert.match(readFileSync(join(folder, 'set-aside', 'refused.lp'), 'utf8'), /beyond retention policy/);
  });

  it('400 for two lines of a thousand sets aside these two', async (t) => {
    const server = await influxStandIn(t);
    server.unreadable = (line) => / rss=(0|700) /.test(line);
    const metrics = new Metrics();
    const { store, folder } = await openTemporary(t, server.url, { clock: new ManualClock(T0), metrics });
    const rows = rowsOf(...Array.from({ length: 1000 }, (_, i) => ({ node: 0, time: T0 + i, rss: i })));
    await store.history.append(rows, registryOf(1));
    await store.settled();
    assert.equal([...server.store.all.values()][0]?.points.size, 998);
    const aside = readFileSync(join(folder, 'set-aside', 'refused.lp'), 'utf8');
    const lines = aside.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(
      lines,
      [0, 700].map((i) => `headroom,node=node-0 rss=${i} ${T0 + i}`),
    );
    assert.match(await metrics.metrics(), /headroom_store_remote_dead_rows_total 2\n/);
  });

  it('400 for every line ends the search soon, and loses none', async (t) => {
    const server = await influxStandIn(t);
    server.unreadable = () => true;
    const { store, folder } = await openTemporary(t, server.url, { clock: new ManualClock(T0) });
    const rows = rowsOf(...Array.from({ length: 1000 }, (_, i) => ({ node: 0, time: T0 + i, rss: i })));
    await store.history.append(rows, registryOf(1));
    await store.settled();
    assert.ok(server.writes.length < 100, `${server.writes.length} requests`);
    const aside = readFileSync(join(folder, 'set-aside', 'refused.lp'), 'utf8');
    assert.equal(aside.split('\n').filter((line) => line.startsWith('headroom')).length, 1000);
  });

  it('413 sends it in halves', async (t) => {
    const server = await influxStandIn(t);
    server.mostBytes = 200;
    const { store } = await openTemporary(t, server.url, { clock: new ManualClock(T0) });
    const rows = rowsOf(...Array.from({ length: 50 }, (_, i) => ({ node: 0, time: T0 + i, rss: i })));
    await store.history.append(rows, registryOf(1));
    await store.settled();
    assert.equal([...server.store.all.values()][0]?.points.size, 50);
  });

  it('never shows the token, in the log or in a problem', async (t) => {
    const { log, text } = keptLog();
    const server = await influxStandIn(t);
    const { store } = await openTemporary(t, server.url, {
      clock: new ManualClock(T0),
      token: 'hush-hush',
      log,
    });
    await store.history.append(row, registryOf(1));
    await store.settled();
    await assert.rejects(store.history.stats(), (error: Error) => {
      assert.match(error.message, /answers 401/);
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /hush-hush/);
      return true;
    });
    assert.match(text(), /refuses us/);
    assert.doesNotMatch(text(), /hush-hush/);
  });
});
