import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { runHeadroom } from '../support/run-headroom.js';

const run = (...given: string[]) => runHeadroom(packageRoot, 'names', ...given);

test('explains what a metric becomes, and by its exit code whether it becomes anything', async () => {
  const good = await run('explain', 'jvm_memory_used_bytes{area="heap",id="old",instance="a:1"}', '--json');
  assert.equal(good.code, 0);
  const { becomes, node } = JSON.parse(good.out);
  assert.deepEqual([node, becomes[0].signal, becomes[0].sumOver], ['a:1', 'heap_used', ['id']]);
  const condition = await run('explain', 'jvm_memory_used_bytes{area="nonheap"}');
  assert.equal(condition.code, 1);
  assert.match(condition.out, /label area: found "nonheap", expected "heap"/);
  const trap = await run('explain', 'container_memory_usage_bytes');
  assert.match(trap.out, /a trap: includes the page cache/);
  const slip = await run('explain', 'procstat.memory_rs');
  assert.match(slip.out, /near +procstat.memory_rss/);
});

test('refuses what is no metric, and a file that is wrong', async () => {
  const odd = await run('explain', 'a{b=c}');
  assert.equal(odd.code, 1);
  assert.match(odd.err, /expected a metric such as/);
  assert.equal((await run('check', 'names/otlp.yaml', 'names/sources.yaml')).code, 0);
  const wrong = await run('check', 'rules/nothing.yaml');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /cannot read/);
});
