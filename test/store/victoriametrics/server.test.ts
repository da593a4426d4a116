import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../src/clock.js';
import type { VictoriaOptions } from '../../../src/store/backends/victoriametrics/options.js';
import { VictoriaServer } from '../../../src/store/backends/victoriametrics/server.js';
import { RemoteFault } from '../../../src/store/remote/fault.js';
import { writeLines } from '../../../src/store/remote/line-writer.js';
import { RowTable } from '../../../src/store/remote/row-table.js';
import { type Labels, Registry, SIGNALS } from '../../../src/telemetry/index.js';
import { freePort } from '../../support/free-port.js';
import { startTenantProxy } from '../../support/tenant-proxy.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { HOUR, MINUTE, rowsOf, type Sample, samplesOf, T0 } from '../samples.js';

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };

describe('VictoriaMetrics, as it is', { skip: noVictoriaMetrics }, () => {
  let victoria: VictoriaMetrics;
  const ends: (() => unknown)[] = [];
  before(async () => {
    victoria = await VictoriaMetrics.start({ after: (task) => void ends.push(task as () => unknown) });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  /** A server whose series no other test sees. */
  function serverOf(measurement: string, more: Partial<VictoriaOptions> = {}): VictoriaServer {
    const options = { url: victoria.url, measurement, timeout: 10_000, retention: 24 * HOUR, ...more };
    return new VictoriaServer(options, systemClock);
  }

  /** Writes rows of one node after the other, each with its labels, and has them shown. */
  async function write(
    measurement: string,
    registry: Registry,
    ...samples: (Omit<Sample, 'node'> & { name?: string; with?: Labels })[]
  ): Promise<void> {
    const rows = rowsOf(
      ...samples.map(({ name = 'r-1', with: labels = {}, ...sample }) => ({
        ...sample,
        node: registry.intern(name, labels).id,
        labels: registry.internLabels(labels).id,
      })),
    );
    await serverOf(measurement).write(writeLines(rows, registry, measurement).text);
    await victoria.flush();
  }

  async function readAll(server: VictoriaServer, registry: Registry, stretch = EVER): Promise<Sample[]> {
    const table = new RowTable(registry);
    await server.read(stretch, table);
    return samplesOf(table.rows());
  }

  it('gives whole numbers up to 2^53, states and times in ms exactly', async () => {
    const registry = new Registry();
    const starts = [1_795_349_340, 1_795_349_340.123, 1_795_349_341.999];
    const samples = [0, 1, 812_000_000, 2 ** 34 + 1, Number.MAX_SAFE_INTEGER, 2 ** 53].map((rss, i) => ({
      time: T0 + i,
      rss,
      requests_total: rss,
      ready: i % 2,
      start_time: starts[i % 3],
    }));
    await write('exact', registry, ...samples);
    assert.deepEqual(
      await readAll(serverOf('exact'), registry),
      samples.map((sample) => ({ node: 0, labels: 0, ...sample })),
    );
  });

  it('gives seconds with fractions to a billionth', async () => {
    const registry = new Registry();
    const pauses = Array.from({ length: 500 }, (_, i) => i * Math.PI);
    await write('pauses', registry, ...pauses.map((value, i) => ({ time: T0 + i, gc_pause_total: value })));
    const found = await readAll(serverOf('pauses'), registry);
    assert.equal(found.length, pauses.length);
    for (const [i, { gc_pause_total = Number.NaN }] of found.entries())
      assert.ok(
        Math.abs(gc_pause_total - pauses[i]) <= 1e-9 * pauses[i],
        `${gc_pause_total} of ${pauses[i]}`,
      );
  });

  it('gives names and labels back that neither it nor line protocol can hold', async () => {
    const registry = new Registry({ nodes: 10, labelsPerNode: 100 });
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`label-${i}`, `value "${i}", = \\`]),
    );
    const odd = {
      '': 'nameless',
      empty: '',
      'odd key': 'ö, "quoted"\n\\',
      node: 'x',
      __name__: 'y',
      db: 'z',
    };
    const name = 'r-"2"\n\\ , = ö|.*%';
    await write('odd', registry, { time: T0, rss: 1, with: many }, { time: T0, rss: 2, name, with: odd });
    const found = new Map<string, Labels>();
    await serverOf('odd').names((node, labels) => found.set(node, labels));
    assert.deepEqual(
      found,
      new Map<string, Labels>([
        ['r-1', many],
        [name, odd],
      ]),
    );
    const table = new RowTable(registry);
    await serverOf('odd').read({ ...EVER, nodes: [name] }, table);
    assert.deepEqual(
      samplesOf(table.rows()).map(({ rss }) => rss),
      [2],
    );
    assert.match(await victoria.get('/metrics'), /^vm_metrics_with_dropped_labels_total 0$/m);
  });

  it('reads from inclusive, to exclusive, to the ms, and only the nodes and columns that are wanted', async () => {
    const registry = new Registry();
    const names = ['a', 'a.c', 'abc'];
    for (const name of names)
      await write('bounds', registry, ...[0, 1, 2].map((ms) => ({ name, time: T0 + ms, rss: ms, ready: 1 })));
    const table = new RowTable(registry);
    const stretch = { from: T0 + 1, to: T0 + 2, nodes: ['a.c', 'a'], columns: [SIGNALS.indexOf('rss')] };
    await serverOf('bounds').read(stretch, table);
    assert.deepEqual(samplesOf(table.rows()), [
      { node: 0, time: T0 + 1, labels: 0, rss: 1 },
      { node: 1, time: T0 + 1, labels: 0, rss: 1 },
    ]);
  });

  it('reads only its own measurement, and signals only', async () => {
    const registry = new Registry();
    await write('mine', registry, { time: T0, rss: 1 });
    await serverOf('mine').write(
      `mine,node=r-1 queue_rows=7 ${T0}\nother,node=r-1 rss=8 ${T0}\nmine rss=9 ${T0}\n`,
    );
    await victoria.flush();
    assert.deepEqual(await readAll(serverOf('mine'), registry), [{ node: 0, time: T0, labels: 0, rss: 1 }]);
  });

  it('takes the largest of several values for one ms, whichever came last', async () => {
    const registry = new Registry();
    for (const rss of [3, 9, 4]) await write('twice', registry, { time: T0, rss });
    assert.deepEqual(await readAll(serverOf('twice'), registry), [{ node: 0, time: T0, labels: 0, rss: 9 }]);
  });

  it('knows the newest labels of a node, whenever it was last seen', async () => {
    const registry = new Registry();
    const now = systemClock.now();
    const ages = {
      lately: MINUTE,
      today: 5 * HOUR,
      week: 100 * HOUR,
      years: 20_000 * HOUR,
      ahead: -47 * HOUR,
    };
    for (const [name, age] of Object.entries(ages)) {
      const time = now - age;
      await write('seen', registry, { name, time, rss: 1, with: { version: '2' } });
      await write('seen', registry, { name, time: time - MINUTE, ready: 1, with: { version: '1' } });
    }
    const newest = new Map<string, number>();
    const versions = new Map<string, unknown>();
    await serverOf('seen').names((node, { version }, at) => {
      if (at < (newest.get(node) ?? 0)) return;
      newest.set(node, at);
      versions.set(node, version);
    });
    assert.deepEqual(
      newest,
      new Map(
        Object.entries(ages)
          .map(([name, age]) => [name, now - age])
          .sort() as [string, number][],
      ),
    );
    assert.deepEqual(
      [...versions.values()],
      Object.keys(ages).map(() => '2'),
    );
  });

  it('knows when history begins and ends, and how many rows there are', async () => {
    const registry = new Registry();
    const server = serverOf('extent');
    assert.equal(await server.extent(0, Number.MAX_SAFE_INTEGER), undefined);
    assert.equal(await server.countRows(), 0);
    const times = [-10_000 * HOUR, -30 * HOUR, -29 * HOUR, 0, 1].map((offset) => T0 + offset);
    for (const name of ['a', 'b'])
      await write('extent', registry, ...times.map((time) => ({ name, time, rss: 1, ready: 1 })));
    const bounds = { oldest: T0 - 10_000 * HOUR, newest: T0 + 1 };
    assert.deepEqual(await server.extent(0, Number.MAX_SAFE_INTEGER), bounds);
    assert.deepEqual(await server.extent(T0 - 30 * HOUR + 1, T0 + 1), { oldest: T0 - 29 * HOUR, newest: T0 });
    assert.equal(await server.countRows(), 2 * times.length);
  });

  it('is read and written under the paths of a tenant', async (t) => {
    const proxy = await startTenantProxy(t, victoria.url, '12:3');
    const registry = new Registry();
    const server = serverOf('tenant', { url: `${proxy.url}/`, tenant: '12:3', token: 'open sesame' });
    registry.intern('r-1', {});
    await server.write(writeLines(rowsOf({ node: 0, time: T0, rss: 1 }), registry, 'tenant').text);
    await victoria.flush();
    assert.equal((await readAll(server, registry)).length, 1);
    assert.deepEqual(
      [...new Set(proxy.seen.map(({ path }) => path))],
      ['/insert/12:3/influx/api/v2/write?precision=ms', '/select/12:3/prometheus/api/v1/export'],
    );
    assert.ok(proxy.seen.every(({ authorization }) => authorization === 'Bearer open sesame'));
  });

  it('says where it cannot be reached and that this may pass', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const server = serverOf('gone', { url });
    const told = {
      code: 'store-failed',
      retryable: true,
      message: /^http:\/\/127\.0\.0\.1:\d+ cannot be reached: /,
    };
    await assert.rejects(readAll(server, new Registry()), told);
    await assert.rejects(
      server.names(() => undefined),
      told,
    );
    await assert.rejects(
      server.write('gone,node=a rss=1 1\n'),
      (error) => error instanceof RemoteFault && error.kind === 'unavailable',
    );
  });

  it('takes a wrong path for an operator’s mistake, so that no row is thrown away', async () => {
    const server = serverOf('path', { tenant: '0' });
    await assert.rejects(
      server.write('path,node=a rss=1 1\n'),
      (error) =>
        error instanceof RemoteFault && error.kind === 'blocked' && / answered 400: /.test(error.message),
    );
    await assert.rejects(readAll(server, new Registry()), { code: 'store-failed', retryable: false });
  });

  it('keeps its password to itself', async (t) => {
    const locked = await VictoriaMetrics.start(t, [
      '-httpAuth.username=u',
      '-httpAuth.password=open-sesame',
    ]).catch((error: unknown) => error);
    assert.ok(locked instanceof VictoriaMetrics, `${locked}`);
    const right = serverOf('lock', { url: locked.url, user: 'u', password: 'open-sesame' });
    await right.write(`lock,node=a rss=1 ${T0}\n`);
    const wrong = serverOf('lock', { url: locked.url, user: 'u', password: 'open-barley' });
    await assert.rejects(wrong.write(`lock,node=a rss=1 ${T0}\n`), (error) => {
      assert.ok(error instanceof RemoteFault);
      assert.equal(error.kind, 'blocked');
      assert.doesNotMatch(`${error} ${error.stack} ${JSON.stringify(error)}`, /barley/);
      return true;
    });
    await assert.rejects(readAll(wrong, new Registry()), {
      code: 'store-failed',
      message: / answered 401: /,
    });
  });
});
