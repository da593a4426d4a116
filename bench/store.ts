import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { systemClock } from '../src/clock.js';
import { type EmbeddedStore, openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry } from '../src/telemetry/index.js';
import { makeBodies } from './bodies/rows.js';

/**
 * The embedded store alone: what a durable sample costs, how long a commit takes, how fast a warm start reads.
 * Usage: node dist/bench/store.js [NODES] [HOURS]; the data are made by the store's own append.
 */

const WRITERS = 4;
const SAMPLES_PER_ROW = 10;

interface Line {
  readonly what: string;
  readonly wall: string;
  readonly cpu: string;
  readonly note: string;
}

/** Writes `hours` of history of `nodes` nodes as four closed-loop writers do, then reads it back. */
export async function benchStore(nodes = 10_000, hours = 6): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const lines: Line[] = [];
  const end = Math.floor(systemClock.now() / 3_600_000) * 3_600_000 + 1_800_000;
  try {
    let store = await open(folder);
    const registry = new Registry({ nodes: nodes + 1, labelsPerNode: 8 });
    for (let node = 0; node < nodes; node++) registry.intern(`node-${node}`, { pool: `p${node % 7}` });
    const from = end - hours * 3_600_000;
    lines.push(await measureWriting(store, registry, nodes, from, end));
    const sorted = await measure(async () => {
      // The history is of the past, but was written just now: it counts as settled five minutes from now.
      const { sorted } = await settled(store);
      return `${sorted} partitions, ${sizeOf(folder)}`;
    });
    lines.push({ what: 're-sort', ...sorted });
    await store.close();
    const opening = await measure(async () => {
      store = await open(folder);
      await store.history.loadRegistry(new Registry({ nodes: nodes + 1, labelsPerNode: 8 }));
      return '';
    });
    lines.push({ what: 'open', ...opening });
    for (const stepMs of [480_000, 60_000]) {
      const scan = await measure(async () => {
        let rows = 0;
        for await (const chunk of store.history.scan(from, end, stepMs)) rows += chunk.length;
        return `${rows} rows`;
      });
      lines.push({ what: `scan ${hours} h, step ${stepMs / 1000} s`, ...scan });
    }
    const read = await measure(
      async () => `${(await store.history.read(nodes >> 1, from, end)).length} rows`,
    );
    lines.push({ what: `read one node, ${hours} h`, ...read });
    await store.close();
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(folder: string): Promise<EmbeddedStore> {
  const clock = { ...systemClock, now: () => systemClock.now() + clockAhead };
  return openEmbeddedStore({
    options: storeOptions.parse({ folder }),
    log: pino({ level: 'warn' }, pino.destination(2)),
    metrics: new MetricsRegistry(),
    clock,
  });
}

let clockAhead = 0;

async function settled(store: EmbeddedStore): Promise<{ sorted: number }> {
  clockAhead = 600_000;
  return store.maintain();
}

async function measureWriting(
  store: EmbeddedStore,
  registry: Registry,
  nodes: number,
  from: number,
  end: number,
): Promise<Line> {
  const latencies: number[] = [];
  const bodies = makeBodies(nodes, from, end);
  let rows = 0;
  const { wall, cpu, cpuSeconds, seconds } = await measure(async () => {
    const writers = Array.from({ length: WRITERS }, async () => {
      for (const body of bodies) {
        rows += body.length;
        const start = performance.now();
        await store.history.append(body, registry);
        latencies.push(performance.now() - start);
      }
    });
    await Promise.all(writers);
    return '';
  });
  latencies.sort((a, b) => a - b);
  const quantile = (p: number): string =>
    `${(latencies[Math.floor(latencies.length * p)] ?? 0).toFixed(0)} ms`;
  const samples = rows * SAMPLES_PER_ROW;
  const note = [
    `${(samples / seconds / 1e6).toFixed(2)} M samples/s`,
    `${(samples / cpuSeconds / 1e6).toFixed(2)} M per CPU-second, making them included`,
    `latency p50 ${quantile(0.5)}, p99 ${quantile(0.99)}, max ${quantile(0.9999)}`,
  ];
  return { what: `write ${rows} rows`, wall, cpu, note: note.join('; ') };
}

interface Measured {
  readonly wall: string;
  readonly cpu: string;
  readonly note: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measure(task: () => Promise<string>): Promise<Measured> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const note = await task();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const rss = `RSS ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`;
  return {
    wall: `${seconds.toFixed(2)} s`,
    cpu: `${cpuSeconds.toFixed(2)} s`,
    note: note ? `${note}; ${rss}` : rss,
    seconds,
    cpuSeconds,
  };
}

function sizeOf(folder: string): string {
  return `${Math.round(statSync(join(folder, 'headroom.duckdb')).size / 2 ** 20)} MiB on disk`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [nodes, hours] = process.argv.slice(2).map(Number);
  const lines = await benchStore(nodes, hours);
  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`);
  for (const { what, wall, cpu, note } of lines) {
    console.log(`${what.padEnd(24)} wall ${wall.padStart(9)}  cpu ${cpu.padStart(9)}  ${note}`);
  }
}
