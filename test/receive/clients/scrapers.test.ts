import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { packageRoot } from '../../../src/paths.js';
import { freePort } from '../../support/free-port.js';
import {
  exampleConfig,
  missing,
  type ScrapeConfig,
  startPrometheus,
  startTarget,
  startVmagent,
} from '../../support/scrapers.js';
import { prepareService, type ServiceProcess, startService } from '../../support/start-service.js';
import { until } from '../../support/until.js';

/** What examples/leak.mjs keeps, in bytes a second: 65 arrays of 1,000 doubles, four times. */
const LEAK_RATE = 4 * 65 * (1000 * 8 + 48);

const RULES = `
groups:
  - name: quick
    rules:
      - alert: HeapBreachSoon
        forecast: { of: heap, reaches: heap_limit, within: 1m, probability: 50% }
        severity: page
`;

interface Limit {
  readonly signal: string;
  readonly limit: number;
  readonly now: number;
  readonly probability: number;
  readonly breach_p50: number | null;
}

const noPrometheus = missing('prometheus', 'promtool');
const noVmagent = missing('vmagent');

async function heapOf({ api }: ServiceProcess, node: string): Promise<Limit | undefined> {
  const { status, text } = await api.ask(`/api/v1/nodes/${encodeURIComponent(node)}/forecast`);
  if (status !== 200) return undefined;
  return (JSON.parse(text) as { limits: Limit[] }).limits.find(({ signal }) => signal === 'heap');
}

/** The forecast of the leaking process is right: as soon as what is left, at the rate that is known. The other has none. */
async function assertForecast(service: ServiceProcess, leaking: string, steady: string): Promise<void> {
  let last: Limit | undefined;
  await until(
    async () => {
      last = await heapOf(service, leaking);
      if (!last || last.breach_p50 === null || last.probability < 0.5) return false;
      const left = ((last.limit - last.now) / LEAK_RATE) * 1000;
      return Math.abs(last.breach_p50 - Date.now() - left) < left / 3;
    },
    'a right forecast',
    60_000,
  ).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(last)}`));
  const other = await heapOf(service, steady);
  assert.ok(other && other.probability < 0.1 && other.breach_p50 === null, JSON.stringify(other));
}

function prometheusConfig(t: TestContext, url: string, ...targets: string[]): string {
  return exampleConfig(t, 'prometheus.yml', (config: ScrapeConfig) => {
    config.scrape_configs[0].static_configs[0].targets = targets;
    Object.assign(config.remote_write[0], { url: `${url}/api/v1/write` });
    config.remote_write[0].queue_config.batch_send_deadline = '200ms';
  });
}

describe('a leaking process beside a steady one', () => {
  it('scraped by Prometheus is forecast', { skip: noPrometheus }, async (t) => {
    const service = await startService(t, { rules: RULES });
    const steady = await startTarget(t, { leaks: false });
    const target = await startTarget(t, { leaks: true });
    await startPrometheus(t, prometheusConfig(t, service.api.url, target, steady));
    await assertForecast(service, target, steady);
    const { labels, latest } = await service.api.get<{
      labels: Record<string, string>;
      latest: Record<string, number>;
    }>(`/api/v1/nodes/${target}`);
    assert.deepEqual(labels, { job: 'routers', pool: 'edge', zone: 'b' });
    for (const signal of ['rss', 'heap_used', 'heap_limit', 'start_time'])
      assert.ok(latest[signal] > 0, signal);
    assert.ok(!service.log.includes('refused'), service.log);
  });

  it('scraped by vmagent is forecast', { skip: noVmagent }, async (t) => {
    const service = await startService(t, { rules: RULES });
    const steady = await startTarget(t, { leaks: false });
    const target = await startTarget(t, { leaks: true });
    const config = exampleConfig(t, 'vmagent.yml', ({ scrape_configs: [job] }: ScrapeConfig) => {
      job.static_configs[0].targets = [target, steady];
    });
    await startVmagent(t, config, service.api.url);
    await assertForecast(service, target, steady);
    assert.ok(!service.log.includes('refused'), service.log);
  });
});

describe('Prometheus', () => {
  it('loses nothing while the service is killed and comes again', { skip: noPrometheus }, async (t) => {
    const port = await freePort();
    const service = prepareService(t, { rules: RULES, config: { listen: { port } } });
    await service.start();
    const target = await startCounter(t);
    await startPrometheus(t, prometheusConfig(t, service.api.url, target.host));
    const count = async () =>
      (await service.api.samples(target.host, 'rss', 0, Date.now() + 60_000).catch(() => [])).length;
    await until(async () => (await count()) > 5, 'the first samples');
    await service.kill();
    const atKill = target.scrapes();
    await until(() => target.scrapes() > atKill + 5, 'scrapes while it is away');
    await service.start();
    const atStart = target.scrapes();
    await until(async () => (await count()) >= atStart + 5, 'all that was scraped, and more', 15_000);
    const values = (await service.api.samples(target.host, 'rss', 0, Date.now() + 60_000)).map(
      ([, rss]) => rss,
    );
    // Each scrape said its number.
    assert.deepEqual(
      values,
      values.map((_, i) => values[0] + i),
    );
  });

  it('makes one node of what cAdvisor, kube-state-metrics and the application say', {
    skip: noPrometheus,
  }, async (t) => {
    const service = await startService(t, { rules: RULES });
    const start = Math.round(Date.now() / 1000) - 3600;
    const targets = await startPages(t, {
      cadvisor: cadvisorPage(start),
      'kube-state-metrics': STATE_PAGE,
      pods: 'nodejs_heap_size_used_bytes 41000000\nnodejs_heap_size_limit_bytes 268435456\nprocess_resident_memory_bytes 7\n',
    });
    const config = exampleConfig(t, 'kubernetes-prometheus.yml', (all: ScrapeConfig) => {
      for (const job of all.scrape_configs) {
        delete job.kubernetes_sd_configs;
        delete job.tls_config;
        delete job.authorization;
        Object.assign(job, { scheme: 'http', metrics_path: `/${job.job_name}` });
        job.static_configs = [{ targets: [targets], labels: DISCOVERED[job.job_name] }];
      }
      const { queue_config } = all.remote_write[0];
      all.remote_write[0] = {
        ...all.remote_write[0],
        url: `${service.api.url}/api/v1/write`,
        authorization: undefined,
        queue_config: { ...queue_config, batch_send_deadline: '200ms' },
      };
    });
    await startPrometheus(t, config);
    const node = encodeURIComponent('shop/router-7d9f/app');
    const latest = async () =>
      service.api.get<{ latest: Record<string, number> }>(`/api/v1/nodes/${node}`).then(
        (found) => found.latest,
        () => ({}) as Record<string, number>,
      );
    const wanted = {
      rss: 412_000_000,
      memory_limit: 536_870_912,
      ready: 1,
      heap_used: 41_000_000,
      heap_limit: 268_435_456,
      start_time: start,
    };
    const has = (found: Record<string, number>) =>
      Object.entries(wanted).every(([signal, value]) => found[signal] === value);
    await until(async () => has(await latest()), 'all signals of the node', 15_000).catch(async () =>
      assert.deepEqual(await latest(), wanted),
    );
    const { nodes } = await service.api.get<{ nodes: { node: string }[] }>('/api/v1/nodes');
    assert.deepEqual(
      nodes.map((found) => found.node),
      ['shop/router-7d9f/app'],
    );
  });

  it('accepts the examples', { skip: noPrometheus }, (t) => {
    for (const name of ['prometheus.yml', 'kubernetes-prometheus.yml']) {
      const file = exampleConfig(t, name, (config: ScrapeConfig) => {
        for (const job of config.scrape_configs) {
          for (const { role } of job.kubernetes_sd_configs ?? []) assert.match(role, /^(node|service|pod)$/);
          // Debian builds its Prometheus without this discovery.
          delete job.kubernetes_sd_configs;
        }
      });
      const said = execFileSync('promtool', ['check', 'config', '--syntax-only', file], { encoding: 'utf8' });
      assert.match(said, /SUCCESS/);
    }
  });
});

describe('vmagent', () => {
  it('accepts the example', { skip: noVmagent }, () => {
    const file = join(packageRoot, 'examples/agents/vmagent.yml');
    execFileSync(
      'vmagent',
      ['-dryRun', `-promscrape.config=${file}`, '-remoteWrite.url=http://127.0.0.1:1/'],
      {
        stdio: 'ignore',
      },
    );
  });
});

/** What the discovery of Kubernetes says of each target. */
const DISCOVERED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cadvisor: { __meta_kubernetes_node_label_topology_kubernetes_io_zone: 'b' },
  'kube-state-metrics': { __meta_kubernetes_service_name: 'kube-state-metrics' },
  pods: {
    __meta_kubernetes_pod_annotation_prometheus_io_scrape: 'true',
    __meta_kubernetes_namespace: 'shop',
    __meta_kubernetes_pod_name: 'router-7d9f',
    __meta_kubernetes_pod_container_name: 'app',
    __meta_kubernetes_pod_label_app: 'router',
    __meta_kubernetes_pod_label_version: '2026.11.2',
  },
};

/** As the kubelet writes it: https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md */
function cadvisorPage(start: number): string {
  const id = 'id="/kubepods/pod1/c1",image="router:1",name="c1",namespace="shop",pod="router-7d9f"';
  return `# TYPE container_memory_working_set_bytes gauge
container_memory_working_set_bytes{container="",id="/kubepods/pod1",image="",name="",namespace="shop",pod="router-7d9f"} 4.13e+08
container_memory_working_set_bytes{container="POD",${id}} 400000
container_memory_working_set_bytes{container="app",${id}} 4.12e+08
container_memory_usage_bytes{container="app",${id}} 5e+08
container_spec_memory_limit_bytes{container="app",${id}} 5.36870912e+08
container_start_time_seconds{container="app",${id}} ${start}
`;
}

/** As in the pages of https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics */
const STATE_PAGE = `# TYPE kube_pod_container_resource_limits gauge
kube_pod_container_resource_limits{namespace="shop",pod="router-7d9f",uid="u1",container="app",node="machine-3",resource="memory",unit="byte"} 5.36870912e+08
kube_pod_container_resource_limits{namespace="shop",pod="router-7d9f",uid="u1",container="app",node="machine-3",resource="cpu",unit="core"} 2
kube_pod_container_status_ready{namespace="shop",pod="router-7d9f",uid="u1",container="app"} 1
kube_pod_status_ready{namespace="shop",pod="router-7d9f",uid="u1",condition="true"} 1
`;

/** Pages at /NAME; resolves with host and port. */
async function startPages(t: TestContext, pages: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(pages[request.url?.slice(1) ?? ''] ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A target whose memory is the number of the scrape. */
async function startCounter(t: TestContext): Promise<{ readonly host: string; scrapes(): number }> {
  let scrapes = 0;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(`process_resident_memory_bytes ${++scrapes}\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, scrapes: () => scrapes };
}
