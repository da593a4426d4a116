import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingOf } from '../../src/serve/missing.js';
import { SIGNALS } from '../../src/telemetry/index.js';

test('nothing is missing where everything is sent', () => {
  assert.deepEqual(missingOf(new Set(SIGNALS), []), []);
});

test('what is missing is told in the words of the runtime', () => {
  const present = new Set(SIGNALS.filter((signal) => signal !== 'heap_limit'));
  const [ofNode] = missingOf(present, ['nodejs_heap_size_used_bytes']);
  assert.equal(ofNode.signal, 'heap_limit');
  assert.match(ofNode.message, /heap_size_limit/);
  const [ofGo] = missingOf(present, ['go_memstats_heap_alloc_bytes']);
  assert.match(ofGo.message, /GOMEMLIMIT/);
  assert.deepEqual(missingOf(present, ['python_gc_collections_total']), []);
});

test('a container is told of its orchestrator, a process of its cgroup', () => {
  const present = new Set(SIGNALS.filter((signal) => signal !== 'memory_limit'));
  assert.match(missingOf(present, ['container_memory_rss'])[0].message, /kube_pod_container_resource_limits/);
  assert.match(missingOf(present, ['process_resident_memory_bytes'])[0].message, /headroom agent/);
});
