import { Registry, Rows } from '../src/telemetry/index.js';
import { forecastNeed, type Resource, Trend } from '../src/trend/index.js';

const INTERVAL_MS = 15_000;
const HORIZON_MS = 2 * 3_600_000;
const GIB = 2 ** 30;
const WAVE_HOURS = 1.5;
const RESOURCES: readonly Resource[] = ['rss', 'heap'];

interface Mix {
  readonly nodes: number;
  readonly leaking: number;
}

/**
 * What an outlook costs: every node asked for both limits with every sample, as the shipped rules do, over the fourth hour of its
 * life. `leaking` of a hundred nodes leak towards their limit within the horizon or so, which is the dear case: what matters is
 * worked out with every sample. The rest saw, drift slowly or go with a wave of traffic.
 */
export function benchOutlook({ nodes, leaking }: Mix): void {
  const registry = new Registry();
  const trend = new Trend([forecastNeed(HORIZON_MS)]);
  const rows = new Rows(nodes);
  const hour = 3_600_000 / INTERVAL_MS;
  const cost = { observe: 0, outlook: 0, asked: 0, probable: 0 };
  for (let step = 0; step < 4 * hour; step++) {
    const time = step * INTERVAL_MS;
    rows.length = 0;
    for (let i = 0; i < nodes; i++) fill(rows, registry, i, time, (i * 100) / nodes < leaking);
    const isMeasured = step >= 3 * hour;
    let begun = cpuMicros();
    trend.observe(rows, registry);
    if (isMeasured) cost.observe += cpuMicros() - begun;
    begun = cpuMicros();
    for (const { id } of registry.nodes) {
      for (const resource of RESOURCES) {
        const outlook = trend.outlook(id, resource, HORIZON_MS, time);
        if (isMeasured && (outlook?.probability ?? 0) >= 0.25) cost.probable++;
      }
    }
    if (!isMeasured) continue;
    cost.outlook += cpuMicros() - begun;
    cost.asked += nodes * RESOURCES.length;
  }
  const each = (cost.outlook / cost.asked).toFixed(1);
  const share = ((100 * cost.probable) / cost.asked).toFixed(1);
  print(
    `${nodes} nodes, ${leaking} % leaking`,
    `${each} us an outlook, node and limit (${share} % with a probability of 0.25 or more)`,
  );
  print('to take in a sample', `${((cost.observe * 2) / cost.asked).toFixed(1)} us a node`);
}

/** CPU time of this process, the collector's included: others on the machine do not count. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function fill(rows: Rows, registry: Registry, i: number, time: number, isLeaking: boolean): void {
  const node = registry.intern(`node-${i}`, { pool: `pool-${i % 20}`, version: `1.${i % 3}.0` });
  const row = rows.length;
  rows.add(node.id, node.labels, time);
  const hours = time / 3_600_000;
  const noise = (((i * 7919 + (time / INTERVAL_MS) * 104_729) % 1000) / 1000 - 0.5) * 4e6;
  const phase = (2 * Math.PI * (hours + (i % 7))) / WAVE_HOURS;
  const wave = 1 + 0.3 * Math.sin(phase);
  const live =
    1e8 +
    (isLeaking ? (6e7 + (i % 10) * 8e6) * hours : (i % 3) * 1e6 * hours) +
    (i % 3 === 0 ? 2e7 * wave : 0);
  const used = live + ((time / INTERVAL_MS + i) % 40) * 2e6 + noise;
  rows.set(row, 'rss', used + 8e7);
  rows.set(row, 'memory_limit', GIB / 2);
  rows.set(row, 'heap_used', used);
  rows.set(row, 'heap_after_gc', live - (live % 1e5));
  rows.set(row, 'heap_limit', GIB * 0.4);
  rows.set(row, 'gc_pause_total', time / 1e6);
  rows.set(row, 'gc_count', Math.floor(time / INTERVAL_MS / 40));
  // The sum of a rate that goes with the wave: a counter that falls would be a restart.
  rows.set(
    row,
    'requests_total',
    (3600 * hours - (0.3 * 3600 * WAVE_HOURS * Math.cos(phase)) / (2 * Math.PI)) * 100,
  );
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
