import type { Signal } from '../telemetry/index.js';

/** A signal that would make forecasts better, and how to get it. */
export interface Missing {
  readonly signal: Signal;
  readonly message: string;
}

/** What the runtime is known by: prefixes of the metrics that its agents send. */
const RUNTIMES: readonly (readonly [runtime: Runtime, marks: RegExp])[] = [
  ['node', /^(nodejs_|v8js)/],
  ['jvm', /^(jvm|java_|process\.runtime\.jvm)/],
  ['go', /^(go_|go\.|process\.runtime\.go)/],
  ['dotnet', /^dotnet/],
  ['python', /^(python_|cpython)/],
];
type Runtime = 'node' | 'jvm' | 'go' | 'dotnet' | 'python';

const HEAP_LIMIT: Readonly<Partial<Record<Runtime, string>>> = {
  node: 'no released agent of Node.js sends it: send `heap_limit` yourself (v8.getHeapStatistics().heap_size_limit), or run the process with `headroom agent`',
  jvm: 'send jvm_memory_max_bytes (Micrometer, client_java) or jvm.memory.limit (OpenTelemetry) with the heap pools, and set -Xmx',
  go: 'set GOMEMLIMIT; client_golang then sends go_gc_gomemlimit_bytes, OpenTelemetry go.memory.limit',
};
const LIVE_SET: Readonly<Partial<Record<Runtime, string>>> = {
  jvm: 'send jvm_gc_live_data_size_bytes (Micrometer), jvm_memory_pool_collection_used_bytes (client_java) or jvm.memory.used_after_last_gc (OpenTelemetry)',
  go: 'register the collector of client_golang with its GC metrics, which adds go_gc_heap_live_bytes',
};

/**
 * What is missing of a node for better forecasts, the most helpful first. Pure.
 * @param present the signals that the node has
 * @param metrics the metrics that they are read from, by which the runtime is known
 */
export function missingOf(present: ReadonlySet<Signal>, metrics: readonly string[]): Missing[] {
  const runtime = RUNTIMES.find(([, marks]) => metrics.some((metric) => marks.test(metric)))?.[0];
  const isContainer = metrics.some((metric) => /^(container|kube|k8s|docker)/.test(metric));
  const missing: Missing[] = [];
  const add = (signal: Signal, message: string) => void missing.push({ signal, message });
  const hasHeap = present.has('heap_used') || present.has('heap_after_gc');
  if (!present.has('rss'))
    add(
      'rss',
      `memory of the process unknown${hasHeap ? ', so that growth outside of the heap is not seen' : ''}: add process_resident_memory_bytes, process.memory.usage, or procstat of Telegraf`,
    );
  if (present.has('rss') && !present.has('memory_limit')) {
    add(
      'memory_limit',
      isContainer
        ? 'memory limit unknown: set a limit of the container, and add kube_pod_container_resource_limits (kube-state-metrics) or container_spec_memory_limit_bytes (cAdvisor)'
        : 'memory limit unknown: send `memory_limit` with the bytes at which the process is killed, or run it with `headroom agent`, which reads the cgroup',
    );
  }
  if (hasHeap && !present.has('heap_limit') && runtime !== 'dotnet' && runtime !== 'python')
    add('heap_limit', `heap limit unknown: ${(runtime && HEAP_LIMIT[runtime]) ?? 'send `heap_limit`'}`);
  if (present.has('heap_used') && !present.has('heap_after_gc') && runtime !== 'python')
    add(
      'heap_after_gc',
      `live set unknown, the lows of the heap stand in: ${(runtime && LIVE_SET[runtime]) ?? 'send `heap_after_gc` after each major collection'}`,
    );
  if (hasHeap && !present.has('gc_count') && !present.has('gc_pause_total'))
    add(
      'gc_count',
      'collections unknown, so that a heap that falls behind is not told from one that leaks: add nodejs_gc_duration_seconds, jvm_gc_pause_seconds, go_gc_duration_seconds or jvm.gc.duration',
    );
  if (!present.has('start_time'))
    add(
      'start_time',
      'start unknown, so that a restart is seen by falling counters only: add process_start_time_seconds, container_start_time_seconds or process.uptime',
    );
  if (!present.has('ready'))
    add(
      'ready',
      'readiness unknown: add kube_pod_container_status_ready, k8s.container.ready, or http_response of Telegraf',
    );
  if (!present.has('requests_total'))
    add(
      'requests_total',
      'traffic unknown, so that growth with load looks like a leak: add a counter of requests, such as http_server_requests_seconds_count or http.server.request.duration',
    );
  return missing;
}
