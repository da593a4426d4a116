import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FleetMetrics, metricsOptions } from '../src/publish/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';
import { forecastNeed, type Resource, Trend } from '../src/trend/index.js';

const INTERVAL_MS = 60_000;
const HOURS = 2;
const HORIZON_MS = 2 * 3_600_000;
const RESOURCES: readonly Resource[] = ['rss', 'heap'];

/** What a scrape of the forecasts of many nodes costs: CPU, size, and for how long it holds up the service at most. */
export async function benchScrape({ nodes, leaking }: { nodes: number; leaking: number }): Promise<void> {
  const registry = new Registry();
  const trend = new Trend([forecastNeed(HORIZON_MS)]);
  const rows = new Rows(nodes);
  let now = 0;
  for (now = INTERVAL_MS; now <= HOURS * 3_600_000; now += INTERVAL_MS) {
    rows.length = 0;
    for (let i = 0; i < nodes; i++) {
      const node = registry.intern(`node-${i}.example.org`, { pool: `pool-${i % 20}` });
      const row = rows.add(node.id, node.labels, now);
      const isLeaking = (i * 100) / nodes < leaking;
      const level = 2e8 + (isLeaking ? (now / 3_600_000) * 1e8 : 0) + ((i * 7919 + now) % 97) * 1e4;
      rows.set(row, 'rss', level + 8e7);
      rows.set(row, 'memory_limit', 6e8);
      rows.set(row, 'heap_used', level);
      rows.set(row, 'heap_limit', 5e8);
      rows.set(row, 'gc_pause_total', now / 1e5);
      rows.set(row, 'ready', 1);
    }
    trend.observe(rows, registry);
  }
  now -= INTERVAL_MS;
  for (const { id } of registry.nodes) {
    for (const resource of RESOURCES) trend.outlook(id, resource, HORIZON_MS, now);
  }
  const fleet = new FleetMetrics({ registry, trend: () => trend }, metricsOptions.parse({}));
  const sizes: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let run = 0; run < 12; run++) {
    // The first ones are slower: nothing is compiled yet.
    if (run === 2) delay.enable();
    const begun = process.cpuUsage();
    const pieces: string[] = [];
    for await (const piece of fleet.write(now)) pieces.push(piece);
    const { user, system } = process.cpuUsage(begun);
    sizes[run] = (user + system) / 1000;
    if (run < 11) continue;
    delay.disable();
    const text = pieces.join('');
    const packed = await promisify(gzip)(text, { level: 1 });
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    const cpu = [...sizes.slice(2)].sort((a, b) => a - b)[5];
    process.stdout.write(`${nodes} nodes with two limits, ${leaking} % leaking: ${series} series\n`);
    process.stdout.write(
      `${(text.length / 2 ** 20).toFixed(1)} MiB, ${(packed.length / 2 ** 20).toFixed(1)} MiB compressed\n`,
    );
    process.stdout.write(
      `${cpu.toFixed(0)} ms of CPU a scrape; others wait ${ms(delay.percentile(50))} ms (median), ${ms(delay.percentile(99))} ms (p99), ${ms(delay.max)} ms at most\n`,
    );
  }
}

function ms(nanoseconds: number): string {
  return (nanoseconds / 1e6).toFixed(1);
}
