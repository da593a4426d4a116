import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CANONICAL, COLUMN, SILENT_MS, type Source, Sources } from '../../src/telemetry/index.js';

const column = COLUMN.rss;
const process: Source = { kind: 'process rss', column, rank: 1 };
const workingSet: Source = { kind: 'working set', column, rank: 3 };
const MINUTE = 60_000;

function take(sources: Sources, source: Source, at: number): boolean {
  const origin = { metric: source.kind, protocol: 'test' };
  return sources.isElected(0, source) || sources.consider(0, source, origin, at, at);
}

test('the first source is used, and another of its signal is counted and not kept', () => {
  const sources = new Sources();
  assert.equal(take(sources, process, 1), true);
  assert.equal(take(sources, workingSet, 2), false);
  assert.equal(take(sources, process, 3), true);
  assert.equal(sources.unused, 1);
  const view = sources.view(0, column)!;
  assert.equal(view.used.kind, 'process rss');
  assert.deepEqual(
    view.others.map(({ kind, unused }) => [kind, unused]),
    [['working set', 1]],
  );
  assert.equal(sources.switchesOf(0), undefined);
});

test('a better source replaces a young one at once, an old one when it has shown that it stays', () => {
  const young = new Sources();
  take(young, workingSet, 0);
  assert.equal(take(young, process, 15_000), true);
  const old = new Sources();
  take(old, workingSet, 0);
  take(old, workingSet, 10 * MINUTE);
  const kept = [0, 1, 2].map((index) => take(old, process, 10 * MINUTE + index * 15_000));
  assert.deepEqual(kept, [false, false, true]);
  assert.deepEqual(old.switchesOf(0), [
    { column, at: 10 * MINUTE + 30_000, from: 'working set', to: 'process rss' },
  ]);
  assert.equal(take(old, workingSet, 11 * MINUTE), false);
});

test('a worse source takes over only from one that is silent', () => {
  const sources = new Sources();
  let at = 0;
  for (; at <= 10 * MINUTE; at += 15_000) {
    assert.equal(take(sources, process, at), true);
    assert.equal(take(sources, workingSet, at + 1), false);
  }
  const end = at;
  let tookOver = Number.NaN;
  for (; Number.isNaN(tookOver); at += 15_000) if (take(sources, workingSet, at)) tookOver = at;
  assert.ok(
    tookOver - end >= SILENT_MS - 15_000 && tookOver - end <= SILENT_MS + 30_000,
    `${tookOver - end}`,
  );
});

test('what was elected and where it changed survives a restart, and is not young', () => {
  const before = new Sources();
  take(before, workingSet, 1000);
  take(before, process, 2000);
  const [[node, record]] = before.takeChanges();
  assert.equal(before.hasChanges, false);
  const after = new Sources();
  after.knownBefore = 1;
  after.restore(node, JSON.parse(JSON.stringify(record)), 5000);
  assert.equal(take(after, { ...workingSet }, 6000), false);
  assert.equal(take(after, { ...process }, 6000), true);
  assert.deepEqual(after.switchesOf(0), before.switchesOf(0));
});

test('a node of an earlier run without a note was read by canonical names', () => {
  const sources = new Sources();
  sources.knownBefore = 1;
  assert.equal(take(sources, workingSet, 1), false);
  assert.equal(take(sources, CANONICAL[column], 2), true);
  assert.equal(sources.switchesOf(0), undefined);
});
