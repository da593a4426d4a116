import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from '../../src/telemetry/index.js';
import { ledger } from './conformance-ledger.js';
import { scanning } from './conformance-scanning.js';
import {
  HOUR,
  MINUTE,
  readAll,
  registryOf,
  rowsOf,
  type Skips,
  type StoreFactory,
  samplesOf,
  scanned,
  T0,
} from './samples.js';

/** What every backend of the store must do, told as behaviour. Partitions are expected to be one hour long. */
export function describeStore(name: string, open: StoreFactory, skips: Skips = {}): void {
  describe(`store: ${name}`, () => {
    describe('reading', () => reading(open, skips));
    describe('scanning', () => scanning(open));
    describe('the registry', () => keepingNames(open, skips));
    describe('retention', { skip: skips.partitions ?? false }, () => retention(open));
    describe('the ledger', { skip: skips.ledger ?? false }, () => ledger(open, skips));
    describe('the end', () => ending(open, skips));
  });
}

function reading(open: StoreFactory, skips: Skips): void {
  it('folds a node for a picture so that peaks, floors and processes stay, where it can', async (t) => {
    const { store } = await open(t);
    if (!store.history.outline) return t.skip('this backend folds nothing');
    const at = (minute: number) => T0 + minute * MINUTE;
    const rows = rowsOf(
      { node: 0, time: at(0), rss: 5, gc_count: 1, start_time: 1 },
      { node: 1, time: at(1), rss: 99 },
      { node: 0, time: at(1), rss: 9, gc_count: 2, start_time: 1 },
      { node: 0, time: at(2), rss: 3, gc_count: 4, start_time: 1, memory_limit: 70 },
      { node: 0, time: at(3), rss: 4, start_time: 2, labels: 1 },
      { node: 0, time: at(61), rss: 6, start_time: 2, labels: 1 },
    );
    await store.history.append(rows, registryOf(2));
    // The value that is written last wins.
    await store.history.append(rowsOf({ node: 0, time: at(1), rss: 8 }), registryOf(2));
    const { low, high } = await store.history.outline(0, at(0), at(90), 30 * MINUTE);
    const start = { node: 0, labels: 0, gc_count: 4, start_time: 1, memory_limit: 70 };
    const next = { node: 0, labels: 1, start_time: 2 };
    assert.deepEqual(samplesOf(low), [
      { ...start, time: at(0), rss: 3 },
      { ...next, time: at(3), rss: 4 },
      { ...next, time: at(61), rss: 6 },
    ]);
    assert.deepEqual(samplesOf(high), [
      { ...start, time: at(2), rss: 8 },
      { ...next, time: at(3), rss: 4 },
      { ...next, time: at(61), rss: 6 },
    ]);
    assert.equal((await store.history.outline(0, at(100), at(200), MINUTE)).low.length, 0);
    return undefined;
  });

  it('gives rows in time order from inclusive, to exclusive', async (t) => {
    const { store } = await open(t);
    const times = [3, 0, 2, 1].map((minute) => T0 + minute * MINUTE);
    await store.history.append(rowsOf(...times.map((time) => ({ node: 0, time, rss: time }))), registryOf(2));
    const found = samplesOf(await store.history.read(0, T0 + MINUTE, T0 + 3 * MINUTE));
    assert.deepEqual(
      found.map(({ time }) => time),
      [T0 + MINUTE, T0 + 2 * MINUTE],
    );
  });

  it('keeps nodes apart and knows nothing of a node that never wrote', async (t) => {
    const { store } = await open(t);
    const rows = rowsOf({ node: 0, time: T0, rss: 1 }, { node: 1, time: T0, rss: 2 });
    await store.history.append(rows, registryOf(3));
    assert.deepEqual(await readAll(store, 1), [{ node: 1, time: T0, labels: 0, rss: 2 }]);
    assert.deepEqual(await readAll(store, 2), []);
  });

  it('merges the columns of rows of one node and time, also across writes', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    await store.history.append(
      rowsOf({ node: 0, time: T0, rss: 1 }, { node: 0, time: T0, ready: 1 }),
      registry,
    );
    await store.history.append(rowsOf({ node: 0, time: T0, heap_used: 3 }), registry);
    assert.deepEqual(await readAll(store, 0), [
      { node: 0, time: T0, labels: 0, rss: 1, ready: 1, heap_used: 3 },
    ]);
  });

  it('lets the value written last win, within a write and across writes', {
    skip: skips.rewriting ?? false,
  }, async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    const later = T0 + MINUTE;
    await store.history.append(
      rowsOf({ node: 0, time: T0, rss: 9 }, { node: 0, time: later, rss: 1 }),
      registry,
    );
    await store.history.append(
      rowsOf({ node: 0, time: T0, rss: 5 }, { node: 0, time: T0, rss: 4 }),
      registry,
    );
    assert.deepEqual(await readAll(store, 0), [
      { node: 0, time: T0, labels: 0, rss: 4 },
      { node: 0, time: later, labels: 0, rss: 1 },
    ]);
  });

  it('takes rows that are hours late or early, and sorts them in', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    for (const hour of [0, 5, -7, 3, -1]) {
      await store.history.append(rowsOf({ node: 0, time: T0 + hour * HOUR, rss: hour }), registry);
    }
    assert.deepEqual(
      (await readAll(store, 0)).map(({ rss }) => rss),
      [-7, -1, 0, 3, 5],
    );
  });

  it('fills only the signals that were asked for', async (t) => {
    const { store } = await open(t);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 1, ready: 0, gc_count: 7 }), registryOf(1));
    const found = samplesOf(await store.history.read(0, T0, T0 + 1, ['gc_count']));
    assert.deepEqual(found, [{ node: 0, time: T0, labels: 0, gc_count: 7 }]);
  });

  it('gives every value back exactly', { skip: skips.exactness ?? false }, async (t) => {
    const { store } = await open(t);
    const values = [0, -1, 0.1, 2 ** 63, 1e-300, Number.MAX_SAFE_INTEGER, 1.7976931348623157e308];
    const rows = rowsOf(...values.map((rss, minute) => ({ node: 0, time: T0 + minute * MINUTE, rss })));
    await store.history.append(rows, registryOf(1));
    assert.deepEqual(
      (await readAll(store, 0)).map(({ rss }) => rss),
      values,
    );
  });

  it('copies what is appended before it returns', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    const rows = rowsOf({ node: 0, time: T0, rss: 1 });
    const durable = store.history.append(rows, registry);
    rows.set(0, 'rss', 2);
    await durable;
    assert.equal((await readAll(store, 0))[0]?.rss, 1);
  });

  it('keeps many writes at once', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(50);
    const writes = Array.from({ length: 50 }, (_, node) => {
      const rows = rowsOf(
        ...Array.from({ length: 100 }, (_, i) => ({ node, time: T0 + i * MINUTE, rss: i })),
      );
      return store.history.append(rows, registry);
    });
    await Promise.all(writes);
    const { rows, oldest, newest } = await store.history.stats();
    assert.deepEqual({ rows, oldest, newest }, { rows: 5000, oldest: T0, newest: T0 + 99 * MINUTE });
    assert.equal((await readAll(store, 49)).length, 100);
  });
}

function keepingNames(open: StoreFactory, skips: Skips): void {
  it('comes back with every node and the labels it has now', async (t) => {
    const { store } = await open(t);
    const registry = new Registry();
    const first = registry.intern('r-1', { pool: 'edge', version: '1' });
    await store.history.append(rowsOf({ node: first.id, labels: first.labels, time: T0, rss: 1 }), registry);
    registry.intern('r-1', { version: '2' });
    const second = registry.intern('r-"2"\n', { 'odd key': 'ö, "quoted"' });
    await store.history.append(
      rowsOf(
        { node: first.id, labels: first.labels, time: T0 + 1, rss: 1 },
        { node: second.id, labels: second.labels, time: T0 + 1, rss: 1 },
      ),
      registry,
    );
    const restored = new Registry();
    await store.history.loadRegistry(restored);
    assert.deepEqual(restored.nodes, registry.nodes);
    assert.deepEqual(restored.labelSets, registry.labelSets);
    assert.deepEqual(restored.labelsOf(restored.nodes[0]), { pool: 'edge', version: '2' });
  });

  it('goes on with the same numbers after a restart', {
    skip: skips.reopening ?? false,
  }, async (t) => {
    const { store, again } = await open(t);
    const registry = new Registry();
    const { id, labels } = registry.intern('r-1', { pool: 'edge' });
    await store.history.append(rowsOf({ node: id, labels, time: T0, rss: 1 }), registry);
    const reopened = await again();
    const restored = new Registry();
    await reopened.history.loadRegistry(restored);
    assert.equal(restored.intern('r-1', { pool: 'edge' }).id, id);
    const other = restored.intern('r-2', { pool: 'core' });
    await reopened.history.append(
      rowsOf({ node: other.id, labels: other.labels, time: T0, rss: 2 }),
      restored,
    );
    const third = new Registry();
    await (await again()).history.loadRegistry(third);
    assert.deepEqual(
      third.nodes.map((node) => [node.name, third.labelsOf(node)]),
      [
        ['r-1', { pool: 'edge' }],
        ['r-2', { pool: 'core' }],
      ],
    );
  });
}

function retention(open: StoreFactory): void {
  it('drops whole partitions that end before the bound, and nothing else', async (t) => {
    const { store } = await open(t);
    const rows = rowsOf(
      ...[0, 0.5, 1, 1.5, 2].map((hour) => ({ node: 0, time: T0 + hour * HOUR, rss: hour })),
    );
    await store.history.append(rows, registryOf(1));
    assert.equal(await store.history.retain(T0 + 1.6 * HOUR), 1);
    assert.deepEqual(
      (await readAll(store, 0)).map(({ rss }) => rss),
      [1, 1.5, 2],
    );
    assert.equal(await store.history.retain(T0 + 1.6 * HOUR), 0);
    assert.equal((await store.history.stats()).oldest, T0 + HOUR);
  });

  it('takes rows again where it dropped some', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 1 }), registry);
    await store.history.retain(T0 + HOUR);
    await store.history.append(rowsOf({ node: 0, time: T0 + 1, rss: 2 }), registry);
    assert.deepEqual(
      (await readAll(store, 0)).map(({ rss }) => rss),
      [2],
    );
  });
}

function ending(open: StoreFactory, skips: Skips): void {
  it('keeps everything that was appended before a close', { skip: skips.reopening ?? false }, async (t) => {
    const { store, again } = await open(t);
    const registry = registryOf(1);
    const writes = Array.from({ length: 20 }, (_, minute) =>
      store.history.append(rowsOf({ node: 0, time: T0 + minute * MINUTE, rss: minute }), registry),
    );
    const reopened = await again();
    await Promise.all(writes);
    assert.deepEqual(
      (await readAll(reopened, 0)).map(({ rss }) => rss),
      Array.from({ length: 20 }, (_, minute) => minute),
    );
    assert.deepEqual(reopened.repairs, []);
  });

  it('refuses calls after a close, and closes twice without harm', async (t) => {
    const { store } = await open(t);
    await store.close();
    await store.close();
    const refused = { code: 'shutting-down' };
    await assert.rejects(store.history.append(rowsOf({ node: 0, time: T0, rss: 1 }), registryOf(1)), refused);
    await assert.rejects(readAll(store, 0), refused);
    await assert.rejects(scanned(store, T0, T0 + 1, 0), refused);
    await assert.rejects(store.history.retain(T0), refused);
    await assert.rejects(store.history.stats(), refused);
    await assert.rejects(store.ledger.append([]), refused);
    await assert.rejects(store.ledger.load('alerts'), refused);
  });
}
