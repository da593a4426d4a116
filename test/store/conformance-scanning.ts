import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HOUR, MINUTE, registryOf, rowsOf, type Skips, type StoreFactory, scanned, T0 } from './samples.js';

export function scanning(open: StoreFactory, { rewriting }: Skips = {}): void {
  it('gives all rows in time order across nodes, ties by node', async (t) => {
    const { store } = await open(t);
    const rows = rowsOf(
      { node: 2, time: T0 + MINUTE, rss: 1 },
      { node: 1, time: T0 + MINUTE, rss: 2 },
      { node: 0, time: T0 + 2 * HOUR, rss: 3 },
      { node: 2, time: T0, rss: 4 },
    );
    await store.history.append(rows, registryOf(3));
    assert.deepEqual(
      (await scanned(store, T0, T0 + 3 * HOUR, 0)).map(({ rss }) => rss),
      [4, 2, 1, 3],
    );
    assert.deepEqual(
      (await scanned(store, T0, T0 + MINUTE, 0)).map(({ rss }) => rss),
      [4],
    );
  });

  it('merges rows of one node and time before it thins', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 7 }), registry);
    await store.history.append(rowsOf({ node: 0, time: T0, heap_used: 5 }), registry);
    await store.history.append(rowsOf({ node: 0, time: T0 + 1000, heap_used: 6 }), registry);
    assert.deepEqual(await scanned(store, T0, T0 + HOUR, MINUTE), [
      { node: 0, time: T0 + 1000, labels: 0, heap_used: 5, rss: 7 },
    ]);
  });

  it('thins what was written last of one node and time', { skip: rewriting ?? false }, async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    await store.history.append(rowsOf({ node: 0, time: T0, heap_used: 1, rss: 7 }), registry);
    await store.history.append(rowsOf({ node: 0, time: T0, heap_used: 5 }), registry);
    await store.history.append(rowsOf({ node: 0, time: T0 + 1000, heap_used: 6 }), registry);
    assert.deepEqual(await scanned(store, T0, T0 + HOUR, 0), [
      { node: 0, time: T0, labels: 0, heap_used: 5, rss: 7 },
      { node: 0, time: T0 + 1000, labels: 0, heap_used: 6 },
    ]);
    assert.deepEqual(await scanned(store, T0, T0 + HOUR, MINUTE), [
      { node: 0, time: T0 + 1000, labels: 0, heap_used: 5, rss: 7 },
    ]);
  });

  it('thins to the last value of each step, but to the lowest or highest of heap_used and rss', async (t) => {
    const { store } = await open(t);
    const rows = rowsOf(
      { node: 0, time: T0, rss: 5, heap_used: 30, ready: 1 },
      { node: 0, time: T0 + 20_000, rss: 9, heap_used: 10 },
      { node: 0, time: T0 + 40_000, rss: 7, heap_used: 20 },
      { node: 0, time: T0 + 60_000, rss: 1, heap_used: 30 },
      { node: 0, time: T0 + 80_000, rss: 4, heap_used: 40 },
      { node: 0, time: T0 + 100_000, rss: 2, heap_used: 20, ready: 0 },
    );
    await store.history.append(rows, registryOf(1));
    assert.equal((T0 / MINUTE) % 2, 0, 'T0 begins an even step');
    assert.deepEqual(await scanned(store, T0, T0 + HOUR, MINUTE), [
      { node: 0, time: T0 + 40_000, labels: 0, rss: 5, heap_used: 10, ready: 1 },
      { node: 0, time: T0 + 100_000, labels: 0, rss: 4, heap_used: 40, ready: 0 },
    ]);
  });

  it('takes rows by their time, not by the order in which they came', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    for (const second of [40, 0, 20]) {
      await store.history.append(rowsOf({ node: 0, time: T0 + second * 1000, heap_limit: second }), registry);
    }
    const [thinned] = await scanned(store, T0, T0 + HOUR, MINUTE);
    assert.equal(thinned?.heap_limit, 40);
  });

  it('splits a step where labels change and where a process restarts', async (t) => {
    const { store } = await open(t);
    const registry = registryOf(1);
    const { id: labels } = registry.internLabels({ version: '2' });
    const rows = rowsOf(
      { node: 0, time: T0, heap_limit: 1, start_time: 100 },
      { node: 0, time: T0 + 10_000, heap_limit: 2, start_time: 100 },
      { node: 0, time: T0 + 20_000, heap_limit: 3, start_time: 200 },
      { node: 0, time: T0 + 30_000, heap_limit: 4, start_time: 200, labels },
      { node: 0, time: T0 + 40_000, heap_limit: 5, start_time: 200, labels },
    );
    await store.history.append(rows, registry);
    assert.deepEqual(
      (await scanned(store, T0, T0 + HOUR, MINUTE)).map(({ heap_limit, labels }) => [heap_limit, labels]),
      [
        [2, 0],
        [3, 0],
        [5, labels],
      ],
    );
  });

  it('does not cut a step in two where a partition ends', async (t) => {
    const { store } = await open(t);
    const stepMs = 7 * MINUTE;
    const step = Math.floor((T0 + HOUR) / stepMs) * stepMs;
    assert.ok(step < T0 + HOUR, 'the step must straddle the hour');
    const rows = rowsOf(
      ...Array.from({ length: 14 }, (_, half) => ({ node: 0, time: step + (half * MINUTE) / 2, rss: half })),
    );
    await store.history.append(rows, registryOf(1));
    assert.deepEqual(
      (await scanned(store, T0 - HOUR, T0 + 3 * HOUR, stepMs)).map(({ rss }) => rss),
      [13],
    );
  });

  it('may be ended early', async (t) => {
    const { store } = await open(t);
    const rows = rowsOf(
      ...Array.from({ length: 10 }, (_, hour) => ({ node: 0, time: T0 + hour * HOUR, rss: hour })),
    );
    await store.history.append(rows, registryOf(1));
    for await (const chunk of store.history.scan(T0, T0 + 10 * HOUR, 0)) {
      assert.equal(chunk.get(0, 'rss'), 0);
      break;
    }
    assert.equal((await scanned(store, T0, T0 + 10 * HOUR, 0)).length, 10);
  });

  it('finds nothing where nothing is', async (t) => {
    const { store } = await open(t);
    assert.deepEqual(await scanned(store, T0, T0 + HOUR, 0), []);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 1 }), registryOf(1));
    assert.deepEqual(await scanned(store, T0 + 1, T0 + HOUR, MINUTE), []);
    assert.deepEqual(await scanned(store, T0 + HOUR, T0, MINUTE), []);
  });
}
