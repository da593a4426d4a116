import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch, Doorkeeper } from '../../src/receive/intake.js';
import { loadNames } from '../../src/receive/names/index.js';
import { receiveLimits } from '../../src/receive/options.js';
import { SeriesDesk } from '../../src/receive/series/index.js';
import { Registry, Rows } from '../../src/telemetry/index.js';
import { type Kept, keptOf, NOW } from './support.js';

type Sent = readonly [name: string, labels: Record<string, string>, value: number, unit?: string];

/** What a desk keeps of one body of a fresh service. */
function keep(...sent: readonly Sent[]): Kept[] {
  const registry = new Registry({ nodes: 100, labelsPerNode: 32 });
  const desk = new SeriesDesk(new Doorkeeper(registry, receiveLimits.parse({})), loadNames());
  const batch = new Batch(new Rows(4), NOW, NOW - 1e9, NOW + 1e9);
  desk.begin();
  for (const [name, labels, value, unit] of sent) {
    const tags = new Map(Object.entries(labels));
    const series = desk.open({ name, labels: tags, ...(unit === undefined ? {} : { unit }) });
    if (series) assert.equal(desk.put(batch, series, NOW, value)?.describe(), undefined);
  }
  desk.end(batch);
  return keptOf(batch.rows, registry).map(({ time, ...row }) => row);
}

const container = { namespace: 'prod', pod: 'api-7', container: 'api' };

test('the app, cAdvisor and kube-state-metrics meet in one node, whose rss is that of the process', () => {
  const [row, ...others] = keep(
    ['container_memory_working_set_bytes', { ...container, node: 'k1', job: 'kubelet' }, 7],
    [
      'kube_pod_container_resource_limits',
      { ...container, node: 'k1', resource: 'memory', unit: 'byte' },
      100,
    ],
    ['process_resident_memory_bytes', { ...container, job: 'api', instance: 'x:1' }, 5],
    ['kube_pod_status_ready', { namespace: 'prod', pod: 'api-7', condition: 'true', uid: 'u' }, 1],
    ['kube_pod_status_ready', { namespace: 'prod', pod: 'api-7', condition: 'false', uid: 'u' }, 0],
  );
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...row, labels: undefined },
    { node: 'prod/api-7/api', labels: undefined, rss: 5, memory_limit: 100, ready: 1 },
  );
});

test('rows of the pod as a whole and of its sandbox are left out', () => {
  const { namespace, pod } = container;
  assert.deepEqual(
    keep(
      ['container_memory_rss', { namespace, pod }, 5],
      ['container_memory_rss', { namespace, pod, container: 'POD' }, 5],
    ),
    [],
  );
});

test('a process of Prometheus is its instance, one of OTLP its service or its host and pid', () => {
  const [byInstance] = keep(['process_resident_memory_bytes', { instance: 'a:1', job: 'api', le: '1' }, 5]);
  assert.deepEqual(byInstance, { node: 'a:1', labels: { job: 'api' }, rss: 5 });
  const resource = {
    'service.name': 'api',
    'service.instance.id': 'r-1',
    'service.version': '2',
    'os.type': 'linux',
  };
  const [byService] = keep(['process.memory.usage', resource, 5, 'By']);
  assert.deepEqual(byService, { node: 'api/r-1', labels: { version: '2', service: 'api' }, rss: 5 });
  const [byHost] = keep(['process.memory.usage', { 'host.name': 'h', 'process.pid': '7' }, 5]);
  assert.equal(byHost.node, 'h/7');
});

test('units are read from the unit field', () => {
  const labels = { 'service.name': 'a', action: 'x' };
  assert.equal(keep(['process.runtime.jvm.gc.duration_sum', labels, 1500, 'ms'])[0].gc_pause_total, 1.5);
  assert.equal(keep(['process.runtime.jvm.gc.duration_sum', labels, 1500, 's'])[0].gc_pause_total, 1500);
  assert.equal(keep(['process.memory.usage', labels, 2, 'KiBy'])[0].rss, 2048);
});

test('what looks like a limit and is none is not taken for one', () => {
  const heap = { area: 'heap', id: 'G1 Eden', instance: 'a' };
  for (const sent of [
    ['container_spec_memory_limit_bytes', container, 0],
    ['go_gc_gomemlimit_bytes', { instance: 'a' }, 2 ** 63],
    ['jvm_memory_max_bytes', heap, -1],
    ['nodejs_heap_size_total_bytes', { instance: 'a' }, 5],
    ['v8js.memory.heap.limit', { 'service.name': 'a', 'v8js.heap.space.name': 'old_space' }, 5],
    ['jvm_gc_live_data_size_bytes', { instance: 'a' }, 0],
  ] satisfies Sent[])
    assert.deepEqual(keep(sent), [], sent[0]);
});

test('a prefix changes nothing, unless what follows it is a trap', () => {
  assert.equal(keep(['myapp_process_resident_memory_bytes', { instance: 'a' }, 5])[0].rss, 5);
  assert.deepEqual(keep(['myapp_nodejs_heap_size_total_bytes', { instance: 'a' }, 5]), []);
});

test('a share of the limit becomes bytes once the limit is known', () => {
  const labels = { instance: 'a', area: 'heap' };
  const [row] = keep(
    ['jvm_memory_bytes_max', labels, 200],
    ['jvm_memory_usage_after_gc', { ...labels, pool: 'long-lived' }, 0.25],
  );
  assert.equal(row.heap_after_gc, 50);
});
