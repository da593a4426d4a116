import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Problem } from '../../src/problem.js';
import { loadNames } from '../../src/receive/index.js';
import { parseNames } from '../../src/receive/names/index.js';
import { type Kept, lineReader, NOW } from './support.js';

const start = NOW / 1000 - 3600;

/** A line as the agent sends it, and what is kept of it; undefined: nothing, it is ignored. */
const LINES: readonly (readonly [name: string, line: string, kept: Kept | undefined])[] = [
  [
    'procstat',
    `procstat,host=h,pool=edge,process_name=node,pid=7,exe=node memory_rss=812i,created_at=${start}000000000i,memory_usage=3.5,memory_vms=9i`,
    { node: 'h', labels: { pool: 'edge' }, rss: 812, start_time: start },
  ],
  [
    'procstat with traps only',
    'procstat,host=h memory_vms=9i,memory_usage=3.5,rlimit_memory_rss_soft=2147483647i',
    undefined,
  ],
  [
    'procstat_lookup',
    'procstat_lookup,host=h,result=success running=2i,pid_count=2i',
    { node: 'h', labels: {}, ready: 1 },
  ],
  ['procstat_lookup of nothing', 'procstat_lookup,host=h running=0i', { node: 'h', labels: {}, ready: 0 }],
  [
    'a container of Kubernetes',
    'kubernetes_pod_container,host=telegraf-1,container_name=api,pod_name=api-7,namespace=prod,node_name=k1 memory_usage_bytes=99i,memory_rss_bytes=5i,memory_working_set_bytes=7i',
    { node: 'prod/api-7/api', labels: { namespace: 'prod' }, rss: 7 },
  ],
  [
    'a container of Kubernetes with a tag node',
    'kubernetes_pod_container,node=r-1,container_name=api,pod_name=api-7,namespace=prod memory_rss_bytes=5i',
    { node: 'r-1', labels: { namespace: 'prod' }, rss: 5 },
  ],
  [
    'the limit from kube_inventory',
    'kubernetes_pod_container,container_name=api,pod_name=api-7,namespace=prod resource_limits_memory_bytes=1073741824i,restarts_total=1i',
    { node: 'prod/api-7/api', labels: { namespace: 'prod' }, memory_limit: 1_073_741_824 },
  ],
  [
    'docker with rss',
    'docker_container_mem,container_name=web usage=9i,rss=5i,limit=100i,max_usage=50i',
    { node: 'web', labels: {}, rss: 5, memory_limit: 100 },
  ],
  [
    'docker without rss',
    'docker_container_mem,container_name=web limit=100i,usage=9i',
    { node: 'web', labels: {}, rss: 9, memory_limit: 100 },
  ],
  [
    'the start of a docker container',
    `docker_container_status,container_name=web uptime_ns=5i,started_at=${start}000000000i`,
    { node: 'web', labels: {}, start_time: start },
  ],
  [
    'the health of a docker container',
    'docker_container_health,container_name=web health_status="healthy"',
    { node: 'web', labels: {}, ready: 1 },
  ],
  [
    'bad health of a docker container',
    'docker_container_health,container_name=web health_status="starting"',
    { node: 'web', labels: {}, ready: 0 },
  ],
  [
    'the heap through jolokia',
    'java_memory,host=h,jolokia_agent_url=http://x HeapMemoryUsage.used=5,HeapMemoryUsage.max=10,HeapMemoryUsage.committed=8',
    { node: 'h', labels: {}, heap_used: 5, heap_limit: 10 },
  ],
  [
    'a heap without ceiling',
    'java_memory,host=h HeapMemoryUsage.used=5,HeapMemoryUsage.max=-1',
    { node: 'h', labels: {}, heap_used: 5 },
  ],
  ['uptime in ms', 'java_runtime,host=h Uptime=3600000', { node: 'h', labels: {}, start_time: start }],
  [
    'a pool of the JVM, the only one that is known',
    'java_memory_pool,host=h,name=Eden CollectionUsage.used=5',
    { node: 'h', labels: {}, heap_after_gc: 5 },
  ],
  [
    'a good HTTP answer',
    'http_response,host=h,server=http://x result_code=0i,http_response_code=204i',
    { node: 'h', labels: {}, ready: 1 },
  ],
  [
    'an HTTP answer of 503',
    'http_response,host=h,server=http://x http_response_code=503i,result_code=0i',
    { node: 'h', labels: {}, ready: 0 },
  ],
  [
    'no HTTP answer',
    'http_response,host=h,server=http://x,result=timeout result_code=4i,result_type="timeout"',
    { node: 'h', labels: {}, ready: 0 },
  ],
  [
    'nginx',
    'nginx,host=h,port=80,server=x requests=17i,accepts=3i',
    { node: 'h', labels: {}, requests_total: 17 },
  ],
  [
    'Prometheus v1, a gauge',
    'process_resident_memory_bytes,host=h,url=http://x,pool=edge gauge=5',
    { node: 'h', labels: { pool: 'edge' }, rss: 5 },
  ],
  [
    'Prometheus v1, a counter',
    'nginx_http_requests_total,host=h counter=5',
    { node: 'h', labels: {}, requests_total: 5 },
  ],
  [
    'Prometheus v1, a summary',
    'go_gc_duration_seconds,host=h 0.5=1,sum=2.5,count=7',
    { node: 'h', labels: {}, gc_pause_total: 2.5, gc_count: 7 },
  ],
  [
    'Prometheus v2',
    `prometheus,host=h,url=u process_resident_memory_bytes=5,go_memstats_heap_alloc_bytes=3,go_gc_gomemlimit_bytes=9223372036854775807,go_gc_duration_seconds_sum=1,go_gc_duration_seconds_count=2,process_start_time_seconds=${start},go_memstats_sys_bytes=9`,
    { node: 'h', labels: {}, rss: 5, heap_used: 3, gc_pause_total: 1, gc_count: 2, start_time: start },
  ],
  [
    'the heap of client_java',
    'prometheus,host=h,area=heap jvm_memory_used_bytes=5,jvm_memory_max_bytes=9',
    { node: 'h', labels: {}, heap_used: 5, heap_limit: 9 },
  ],
  ['memory that is not heap', 'prometheus,host=h,area=nonheap jvm_memory_used_bytes=5', undefined],
  [
    'one of Micrometer’s pools, the only one that is known',
    'prometheus,host=h,area=heap,id=Eden jvm_memory_used_bytes=5',
    { node: 'h', labels: {}, heap_used: 5 },
  ],
  [
    'live data before the first collection',
    'prometheus,host=h jvm_gc_live_data_size_bytes=0,process_resident_memory_bytes=4',
    { node: 'h', labels: {}, rss: 4 },
  ],
  [
    'cAdvisor',
    'container_memory_working_set_bytes,namespace=p,pod=a,container=c gauge=5',
    { node: 'p/a/c', labels: { namespace: 'p' }, rss: 5 },
  ],
  ['the sum of a pod in cAdvisor', 'container_memory_working_set_bytes,namespace=p,pod=a gauge=5', undefined],
  [
    'a sandbox in cAdvisor',
    'container_memory_working_set_bytes,namespace=p,pod=a,container=POD gauge=5',
    undefined,
  ],
  [
    'a limit of CPU',
    'kube_pod_container_resource_limits,namespace=p,pod=a,container=c,resource=cpu,unit=core gauge=5',
    undefined,
  ],
  [
    'a limit of memory',
    'kube_pod_container_resource_limits,namespace=p,pod=a,container=c,resource=memory,unit=byte gauge=5',
    { node: 'p/a/c', labels: { namespace: 'p' }, memory_limit: 5 },
  ],
  ['a limit that is none', 'container_spec_memory_limit_bytes,namespace=p,pod=a,container=c gauge=0', {}],
  ['committed heap', 'prometheus,host=h nodejs_heap_size_total_bytes=5,process_heap_bytes=6', undefined],
];

for (const [name, line, kept] of LINES) {
  test(`names: ${name}`, () => {
    const result = lineReader().read(line);
    assert.deepEqual(result.refused, []);
    const isEmpty = kept === undefined || Object.keys(kept).length === 0;
    assert.deepEqual(result.kept, isEmpty ? [] : [{ time: NOW, ...kept }]);
    assert.equal(result.ignored, kept === undefined ? 1 : 0);
  });
}

test('a start that follows from an uptime stays the same until the process restarts', () => {
  const reader = lineReader();
  const starts = (uptime: number, at: number) =>
    reader.read(`java_runtime,host=h Uptime=${uptime} ${at}000000`).kept[0].start_time;
  assert.equal(starts(3_600_000, NOW), start);
  assert.equal(starts(3_610_900, NOW + 10_000), start);
  assert.equal(starts(3_618_000, NOW + 20_000), start);
  assert.equal(starts(2_000, NOW + 30_000), NOW / 1000 + 28);
});

function userFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'headroom-names-')), 'ours.yaml');
  writeFileSync(file, text);
  return file;
}

test('a user’s table adds to the shipped ones and replaces the one for its measurement', () => {
  const file = userFile(`
tables:
  - measurement: procstat
    node: ['{host}/{process_name}']
    onlyLabels: [pool]
    signals:
      rss: { field: memory_rss, unit: KiB }
  - measurement: ours
    where: { kind: [a, b], off: '' }
    signals:
      gc_pause_total: { field: gcMs, unit: ms }
      ready: { field: state, equals: up }
`);
  const reader = lineReader({}, loadNames([file]));
  const { kept, ignored } = reader.read(
    [
      'procstat,host=h,process_name=node,pool=edge,pid=1 memory_rss=2i,created_at=5i',
      'ours,host=h,kind=b gcMs=1500,state="up"',
      'ours,host=h,kind=c gcMs=1500',
      'ours,host=h,kind=a,off=1 gcMs=1500',
      'nginx,host=h requests=3i',
    ].join('\n'),
  );
  assert.deepEqual(kept, [
    { node: 'h/node', labels: { pool: 'edge' }, time: NOW, rss: 2048 },
    { node: 'h', labels: { kind: 'b' }, time: NOW, gc_pause_total: 1.5, ready: 1 },
    { node: 'h', labels: { kind: 'b' }, time: NOW, requests_total: 3 },
  ]);
  assert.equal(ignored, 2);
});

const FAULTS: readonly (readonly [name: string, text: string, place: string, message: RegExp])[] = [
  [
    'an unknown key',
    'tables:\n  - measurement: m\n    signls: {}\n',
    '3:5 tables[0].signls',
    /Unrecognized key: "signls"/,
  ],
  [
    'an unknown signal',
    'tables:\n  - measurement: m\n    signals:\n      rsss: { field: x }\n',
    '4:7 tables[0].signals.rsss',
    /rsss/,
  ],
  [
    'an unknown unit',
    'tables:\n  - measurement: m\n    signals:\n      rss: { field: x, unit: pounds }\n',
    '4:30 tables[0].signals.rss.unit',
    /ns/,
  ],
  [
    'a missing field',
    'tables:\n  - measurement: m\n    signals:\n      rss: { unit: B }\n',
    '4:12 tables[0].signals.rss.field',
    /string/,
  ],
  ['broken YAML', 'tables:\n  - measurement: [\n', '3:1', /flow/i],
];

for (const [name, text, place, message] of FAULTS) {
  test(`a table with ${name} is refused with its place`, () => {
    assert.throws(
      () => parseNames(text, 'ours.yaml'),
      (error: unknown) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'bad-config');
        const { file, line, column, path } = error.place;
        assert.equal(file, 'ours.yaml');
        assert.equal([`${line}:${column}`, path].filter(Boolean).join(' '), place);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('a table file that is not there is refused with its name', () => {
  assert.throws(() => loadNames(['/nonexistent/ours.yaml']), { code: 'bad-config', message: /cannot read/ });
});
