import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'smol-toml';
import { packageRoot } from '../../src/paths.js';
import { buildService } from '../support/build-service.js';
import { hasCurl } from '../support/has-curl.js';
import { attribute, encodeOtlp, gauge, PROTOBUF_TYPE, request } from '../support/otlp.js';
import { bodyOf, headersOf } from '../support/remote-write.js';
import { RoundClock } from '../support/round-clock.js';
import { blocksOf } from './pages.js';
import { exampleService, runShell } from './service.js';

const NOW = Date.UTC(2026, 10, 22, 13, 0);
const MIB = 2 ** 20;
const STEP = 15_000;

describe('the guides of agents', () => {
  it('have a configuration of Telegraf that is TOML, with the output that the guide speaks of', () => {
    const config = parse(readFileSync(join(packageRoot, 'examples/agents/telegraf.conf'), 'utf8')) as {
      outputs: { influxdb_v2: { urls: string[]; content_encoding: string }[] };
      inputs: Record<string, object[]>;
      agent: { metric_buffer_limit: number };
    };
    const [output] = config.outputs.influxdb_v2;
    assert.equal(output.content_encoding, 'gzip');
    assert.ok(config.agent.metric_buffer_limit >= 10_000);
    const guide = readFileSync(join(packageRoot, 'docs/agents/telegraf.md'), 'utf8');
    for (const input of Object.keys(config.inputs)) assert.ok(guide.includes(`\`${input}\``), input);
  });

  it('have lines of every input that end in the right signals, and one in a forecast', async (t) => {
    const clock = new RoundClock(NOW);
    const { api, service } = await buildService(t, {
      clock,
      config: { rules: { folder: join(packageRoot, 'rules') } },
    });
    const start = NOW / 1000 - 3 * 3600;
    const write = async (lines: readonly string[]) => {
      const answer = await fetch(`${service.url}/api/v2/write?org=any&bucket=any`, {
        method: 'POST',
        body: lines.join('\n'),
      });
      assert.equal(answer.status, 204, await answer.text());
    };
    const leak: string[] = [];
    for (let at = NOW - 3 * 3_600_000; at <= NOW; at += STEP) {
      const rss = Math.round(300 * MIB + ((at - NOW + 3 * 3_600_000) / 3_600_000) * 150 * MIB);
      leak.push(
        `docker_container_mem,container_name=web,container_image=nginx,engine_host=h rss=${rss}i,usage=${rss + MIB}i,limit=${1024 * MIB}i,max_usage=${rss}i ${at}000000`,
      );
    }
    await write(leak);
    const ns = `${NOW}000000`;
    await write([
      `procstat,host=web-1,pool=edge,process_name=node memory_rss=5i,created_at=${start}000000000i,memory_vms=9i ${ns}`,
      `kubernetes_pod_container,container_name=api,namespace=prod,node_name=k1,pod_name=api-7 memory_rss_bytes=5i,memory_usage_bytes=9i,memory_working_set_bytes=7i ${ns}`,
      `java_memory,host=jvm,jolokia_agent_url=http://x HeapMemoryUsage.used=5,HeapMemoryUsage.max=9,HeapMemoryUsage.committed=8 ${ns}`,
      `java_memory_pool,host=jvm,name=G1\\ Old\\ Gen CollectionUsage.used=3 ${ns}`,
      `java_memory_pool,host=jvm,name=G1\\ Eden\\ Space CollectionUsage.used=1 ${ns}`,
      `java_memory_pool,host=jvm,name=Metaspace CollectionUsage.used=100 ${ns}`,
      `java_garbage_collector,host=jvm,name=G1\\ Young CollectionTime=1500,CollectionCount=10 ${ns}`,
      `java_garbage_collector,host=jvm,name=G1\\ Old CollectionTime=500,CollectionCount=1 ${ns}`,
      `prometheus,host=app,url=http://x,kind=major nodejs_gc_duration_seconds_sum=2,nodejs_gc_duration_seconds_count=3 ${ns}`,
      `prometheus,host=app,url=http://x,kind=minor nodejs_gc_duration_seconds_sum=1,nodejs_gc_duration_seconds_count=30 ${ns}`,
      `http_response,host=web-1,server=http://x result_code=0i,http_response_code=200i ${ns}`,
    ]);
    const latest = async (node: string) =>
      (await api.get<{ latest: object }>(`/api/v1/nodes/${encodeURIComponent(node)}`)).latest;
    assert.deepEqual(await latest('web-1'), { rss: 5, ready: 1, start_time: start });
    assert.deepEqual(await latest('prod/api-7/api'), { rss: 7 });
    assert.deepEqual(await latest('jvm'), {
      heap_used: 5,
      heap_after_gc: 4,
      heap_limit: 9,
      gc_pause_total: 2,
      gc_count: 11,
    });
    assert.deepEqual(await latest('app'), { gc_pause_total: 3, gc_count: 33 });
    type Forecast = { limits: { signal: string; per_hour: number; breach_p50: number }[] };
    const [rss] = (await api.get<Forecast>('/api/v1/nodes/web/forecast')).limits;
    assert.equal(rss.signal, 'rss');
    assert.ok(Math.abs(rss.per_hour / MIB - 150) < 15, `${rss.per_hour / MIB} MiB an hour`);
    const due = NOW + ((1024 - 750) / 150) * 3_600_000;
    assert.ok(Math.abs(rss.breach_p50 - due) < 30 * 60_000, `${(rss.breach_p50 - due) / 60_000} min off`);
    type Sources = { sources: Record<string, { kind: string; others: { kind: string; unused: number }[] }> };
    const { sources } = await api.get<Sources>('/api/v1/nodes/web');
    assert.equal(sources.rss.kind, 'anon rss');
    assert.deepEqual(
      sources.rss.others.map(({ kind, unused }) => [kind, unused]),
      [['container usage', leak.length]],
    );
  });

  it('have an example with curl that runs as it is', { skip: !hasCurl() }, async (t) => {
    const { service } = await exampleService(t);
    const blocks = blocksOf('docs/agents/curl.md');
    const at = blocks.findIndex(({ marks }) => marks.includes('run'));
    const printed = await runShell(blocks[at].text, service.url);
    assert.equal(printed.trim(), blocks[at + 1].text.trim());
  });

  it('are all in the list of guides', () => {
    const folder = join(packageRoot, 'docs/agents');
    const list = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const page of readdirSync(folder).filter((name) => name !== 'README.md'))
      assert.ok(list.includes(`](${page})`), page);
  });

  it('show with curl what has arrived from the agent that they speak of', { skip: !hasCurl() }, async (t) => {
    const clock = new RoundClock(NOW);
    const { service } = await buildService(t, {
      clock,
      config: { rules: { folder: join(packageRoot, 'rules') } },
    });
    const send = async (path: string, body: Uint8Array, headers: Record<string, string>) => {
      const answer = await fetch(service.url + path, { method: 'POST', body, headers });
      assert.ok(answer.ok, await answer.text());
    };
    const scraped = { __name__: 'process_resident_memory_bytes', job: 'routers', node: '127.0.0.1:9464' };
    const container = { container: 'app', namespace: 'shop', pod: 'router-7d9f' };
    const written = [scraped, { __name__: 'container_memory_working_set_bytes', ...container }].map(
      (labels) => ({ labels: Object.entries(labels), samples: [[NOW, 5e8]] as const }),
    );
    await send('/api/v1/write', new Uint8Array(bodyOf(1, written)), headersOf(1));
    for (const page of ['opentelemetry-node.md', 'opentelemetry-java.md']) {
      const guide = readFileSync(join(packageRoot, 'docs/agents', page), 'utf8');
      const said = `service.name=${guide.match(/OTEL_SERVICE_NAME=(\S+) /)?.[1]},${guide.match(/OTEL_RESOURCE_ATTRIBUTES=(\S+)/)?.[1]}`;
      const attributes = said.split(',').map((pair) => {
        const [key, value] = pair.split('=');
        return attribute(key, value);
      });
      const metrics = [gauge('process.memory.usage', { time: NOW, more: { asInt: 500_000_000 } })];
      const message = request({ resource: { attributes }, scopeMetrics: [{ metrics }] });
      await send('/v1/metrics', new Uint8Array(encodeOtlp(message)), PROTOBUF_TYPE);
    }
    const nodes = {
      'prom-client.md': '127.0.0.1:9464',
      'kubernetes.md': 'shop/router-7d9f/app',
      'prometheus.md': 'remote-write',
      'opentelemetry-collector.md': 'otlp',
      'opentelemetry-node.md': 'router/router-1',
      'opentelemetry-java.md': 'orders/orders-1',
    };
    for (const [page, expected] of Object.entries(nodes)) {
      const guide = readFileSync(join(packageRoot, 'docs/agents', page), 'utf8');
      const commands = guide.match(/^ *curl .*8420.*$/gm) ?? [];
      assert.ok(commands.length > 0, page);
      const printed = await runShell(commands.join('\n').replaceAll('curl ', 'curl -f '), service.url);
      assert.ok(printed.includes(expected), `${page}: ${printed}`);
    }
  });
});
