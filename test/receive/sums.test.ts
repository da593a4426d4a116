import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../src/problem.js';
import { Batch, Doorkeeper } from '../../src/receive/intake.js';
import { loadNames } from '../../src/receive/names/index.js';
import { receiveLimits } from '../../src/receive/options.js';
import { SeriesDesk, type SignalSeries } from '../../src/receive/series/index.js';
import { Registry, Rows } from '../../src/telemetry/index.js';
import { bodyOf, headersOf } from '../support/remote-write.js';
import { buildReceiver, type Kept, keptOf, NOW } from './support.js';

const limits = receiveLimits.parse({});
const names = loadNames();

/** A desk with what it has kept so far, body by body. */
function openDesk(registry = new Registry({ nodes: 100, labelsPerNode: 32 })) {
  const desk = new SeriesDesk(new Doorkeeper(registry, limits), names);
  const open = (name: string, labels: Record<string, string>, unit?: string): SignalSeries => {
    const tags = new Map(Object.entries({ instance: 'a:1', ...labels }));
    return desk.open({ name, labels: tags, ...(unit === undefined ? {} : { unit }) })!;
  };
  const body = (samples: readonly (readonly [SignalSeries, number, number])[]) => {
    const batch = new Batch(new Rows(4), NOW, NOW - 1e9, NOW + 1e9);
    desk.begin();
    for (const [series, seconds, value] of samples) {
      const fault = desk.put(batch, series, NOW + seconds * 1000, value);
      assert.equal(fault?.describe(), undefined);
    }
    desk.end(batch);
    return keptOf(batch.rows, registry).map(
      ({ time, heap_used, heap_limit, requests_total, memory_limit, rss }) => [
        ((time as number) - NOW) / 1000,
        heap_used ?? heap_limit ?? requests_total ?? memory_limit ?? rss,
      ],
    );
  };
  return { desk, open, body, registry };
}

const pool = (id: string) => ['jvm_memory_used_bytes', { area: 'heap', id }] as const;
const uri = (path: string) => ['http_server_requests_seconds_count', { uri: path }] as const;

test('parts of one time in one body are one sum', () => {
  const { open, body } = openDesk();
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  assert.deepEqual(
    body([
      [eden, 0, 1],
      [old, 0, 10],
    ]),
    [[0, 11]],
  );
  assert.deepEqual(
    body([
      [eden, 15, 2],
      [old, 15, 10],
      [old, 30, 11],
      [eden, 30, 3],
    ]),
    [
      [15, 12],
      [30, 14],
    ],
  );
});

test('a sum waits for the part that comes by another request, in whatever order', () => {
  const { open, body } = openDesk();
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  body([
    [eden, 0, 1],
    [old, 0, 10],
  ]);
  assert.deepEqual(body([[eden, 15, 2]]), []);
  assert.deepEqual(body([[eden, 30, 3]]), []);
  assert.deepEqual(body([[old, 15, 10]]), [[15, 12]]);
  assert.deepEqual(body([[old, 30, 10]]), [[30, 13]]);
});

test('a part that does not come counts with its last value, and one that has ended not at all', () => {
  const { desk, open, body, registry } = openDesk();
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  body([
    [eden, 0, 1],
    [old, 0, 10],
  ]);
  assert.deepEqual(
    body([
      [eden, 15, 2],
      [eden, 90, 2],
    ]),
    [[15, 12]],
  );
  desk.stop(old);
  assert.deepEqual(body([[eden, 105, 3]]), [
    [90, 2],
    [105, 3],
  ]);
  assert.equal(registry.sources.switchesOf(0)?.length, 1, 'a boundary, not a fall');
});

test('what is sent again makes the same sum again: it may not have been kept', () => {
  const { open, body } = openDesk();
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  const sent = [
    [eden, 0, 1],
    [old, 0, 10],
  ] as const;
  assert.deepEqual(body(sent), [[0, 11]]);
  assert.deepEqual(body(sent), [[0, 11]]);
});

test('a part that joins late corrects the sum, behind a boundary', () => {
  const { open, body, registry } = openDesk();
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  assert.deepEqual(body([[eden, 0, 1]]), [[0, 1]]);
  assert.deepEqual(body([[old, 0, 10]]), [[0, 11]]);
  assert.deepEqual(
    registry.sources.switchesOf(0)?.map(({ at }) => at),
    [NOW],
  );
});

test('after a restart of the service a sum waits until its parts are known', () => {
  const first = openDesk();
  first.body([[first.open(...pool('eden')), 0, 1]]);
  const registry = new Registry({ nodes: 100, labelsPerNode: 32 });
  registry.restore(first.registry.labelSets, first.registry.nodes);
  registry.sources.restore(0, first.registry.sources.takeChanges()[0][1], NOW);
  const { open, body } = openDesk(registry);
  const [eden, old] = [open(...pool('eden')), open(...pool('old'))];
  assert.deepEqual(body([[eden, 15, 1]]), []);
  assert.deepEqual(body([[old, 15, 10]]), []);
  assert.deepEqual(
    body([
      [eden, 30, 2],
      [old, 30, 10],
    ]),
    [
      [15, 11],
      [30, 12],
    ],
  );
  assert.equal(registry.sources.switchesOf(0), undefined);
});

test('counters stay monotonic when parts come and go, and fall once when the process restarts', () => {
  const { desk, open, body } = openDesk();
  const [a, b, c] = [open(...uri('/a')), open(...uri('/b')), open(...uri('/c'))];
  assert.deepEqual(
    body([
      [a, 0, 5],
      [b, 0, 7],
    ]),
    [[0, 12]],
  );
  assert.deepEqual(
    body([
      [a, 15, 6],
      [b, 15, 7],
      [c, 15, 1],
    ]),
    [[15, 14]],
  );
  desk.stop(b);
  assert.deepEqual(
    body([
      [a, 30, 7],
      [c, 30, 1],
    ]),
    [[30, 15]],
  );
  assert.deepEqual(body([[a, 45, 1]]), []);
  assert.deepEqual(
    body([
      [c, 45, 0],
      [a, 60, 2],
      [c, 60, 3],
    ]),
    [
      [45, 1],
      [60, 5],
    ],
  );
});

test('working set and what is available make a limit, as soon as both are there', () => {
  const { open, body } = openDesk();
  const set = open('container.memory.working_set', { 'host.name': 'h', 'process.pid': '1' });
  const available = open('container.memory.available', { 'host.name': 'h', 'process.pid': '1' });
  const [row] = body([
    [set, 0, 30],
    [available, 0, 70],
  ]);
  assert.deepEqual(row, [0, 100]);
});

test('pools without a limit are no part of one', () => {
  const { open, body } = openDesk();
  const max = (id: string) => open('jvm_memory_max_bytes', { area: 'heap', id });
  const sent = [
    [max('eden'), 0, -1],
    [max('old'), 0, 100],
  ] as const;
  assert.deepEqual(body(sent), [[0, 100]]);
});

test('sums of a body that the store refused are kept when it comes again', async (t) => {
  const kept: Kept[] = [];
  const failures: Problem[] = [];
  const receiver = await buildReceiver(t, {
    accept: async (rows) => {
      const failure = failures.pop();
      if (failure) throw failure;
      kept.push(...keptOf(rows, receiver.registry));
    },
  });
  const send = async (from: number, to: number) => {
    const times = Array.from({ length: to - from }, (_, i) => from + i);
    const series = ['eden', 'old'].map((id) => ({
      labels: Object.entries({ __name__: 'jvm_memory_used_bytes', area: 'heap', id, instance: 'a:1' }),
      samples: times.map((step) => [NOW + step * 1000, 100 + step] as const),
    }));
    return receiver.post('/api/v1/write', new Uint8Array(bodyOf(1, series)), headersOf(1));
  };
  assert.equal((await send(0, 2)).status, 204);
  failures.push(new Problem('store-busy', 'the queue is full', { retryAfterMs: 1000 }));
  assert.equal((await send(2, 12)).status, 503);
  assert.equal((await send(2, 12)).status, 204);
  assert.deepEqual(
    kept.map(({ time, heap_used }) => [((time as number) - NOW) / 1000, heap_used]),
    Array.from({ length: 12 }, (_, step) => [step, 2 * (100 + step)]),
  );
});
