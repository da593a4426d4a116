import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { systemClock } from '../src/clock.js';
import { openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';
import { cpuSeconds, residentMiB, startService } from './service-process.js';

const INTERVAL_MS = 15_000;
const BATCH_ROWS = 20_000;
const ROUNDS = 13;

interface Fleet {
  readonly nodes: number;
  readonly hours: number;
}

/** The service at scale: history is written through the store, then the service is started on it and fed on. */
export async function benchFleet({ nodes, hours }: Fleet): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  try {
    const config = join(folder, 'headroom.yaml');
    const data = join(folder, 'data');
    const limits = { nodes: nodes + 1000 };
    writeFileSync(
      config,
      JSON.stringify({
        listen: { port: 0 },
        store: { folder: data },
        receive: { limits },
        log: { level: 'warn' },
      }),
    );
    await fill(data, nodes, hours);
    const begun = performance.now();
    const service = await startService(config);
    print('ready again after a restart', `${((performance.now() - begun) / 1000).toFixed(1)} s`);
    print('CPU of the start', `${cpuSeconds(service.pid).toFixed(1)} s`);
    print(
      'resident after the start',
      `${residentMiB(service.pid).now} MiB (peak ${residentMiB(service.pid).peak})`,
    );
    await feed(service.url, service.pid, nodes);
    print('of that, V8', await heapOf(service.url));
    print(
      'resident while fed',
      `${residentMiB(service.pid).now} MiB (peak ${residentMiB(service.pid).peak})`,
    );
    await service.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(folder: string, nodes: number, hours: number): Promise<void> {
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder }),
    clock: systemClock,
    log: pino({ level: 'warn' }),
    metrics: new Metrics(),
  });
  const registry = new Registry({ nodes: nodes + 1000, labelsPerNode: 32 });
  const ids = Array.from({ length: nodes }, (_, i) => registry.intern(nodeName(i), labelsOf(i)));
  const end = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS;
  let rows = new Rows(BATCH_ROWS);
  let total = 0;
  const begun = performance.now();
  for (let time = end - hours * 3_600_000; time < end; time += INTERVAL_MS) {
    for (let i = 0; i < nodes; i++) {
      fillRow(rows, rows.add(ids[i].id, ids[i].labels, time), i, time);
    }
    if (rows.length < BATCH_ROWS) continue;
    total += rows.length;
    await store.history.append(rows, registry);
    rows = new Rows(BATCH_ROWS);
  }
  await store.history.append(rows, registry);
  total += rows.length;
  const { bytes } = await store.history.stats();
  await store.close();
  print(
    'history written',
    `${(total / 1e6).toFixed(1)} M rows in ${((performance.now() - begun) / 1000).toFixed(0)} s, ${(bytes / total).toFixed(1)} B a row`,
  );
}

/**
 * Rounds of all nodes as agents send them, in batches of 1,000 lines, 15 s of telemetry apart but sent sooner one after
 * the other: what receiving, storing and evaluating every node with every rule cost.
 */
async function feed(url: string, pid: number, nodes: number): Promise<void> {
  const idle = await cpuOver(pid, 5000);
  const cost: number[] = [];
  const start = Date.now();
  for (let round = 0; round < ROUNDS; round++) {
    const before = cpuSeconds(pid);
    const time = start + round * INTERVAL_MS;
    for (let first = 0; first < nodes; first += 1000) {
      let text = '';
      for (let i = first; i < Math.min(nodes, first + 1000); i++) text += line(i, time);
      const answer = await fetch(`${url}/api/v2/write?precision=ms`, { method: 'POST', body: text });
      if (answer.status !== 204) throw new Error(`refused: ${answer.status} ${await answer.text()}`);
    }
    await cpuOver(pid, 2000);
    cost.push(cpuSeconds(pid) - before - (idle * 2) / 5);
  }
  const [first, ...later] = cost;
  const mean = later.reduce((sum, seconds) => sum + seconds, 0) / later.length;
  print('CPU of the first round', `${first.toFixed(2)} s (nothing kept yet, code still cold)`);
  print('CPU of a round', `${mean.toFixed(2)} s on average, ${Math.max(...later).toFixed(2)} s at most`);
}

async function heapOf(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 2 ** 20);
  const [used, total, external] = [
    mib('nodejs_heap_size_used_bytes'),
    mib('nodejs_heap_size_total_bytes'),
    mib('nodejs_external_memory_bytes'),
  ];
  return `${used} MiB used of ${total} MiB heap, ${external} MiB buffers`;
}

async function cpuOver(pid: number, ms: number): Promise<number> {
  const before = cpuSeconds(pid);
  await new Promise((resolve) => setTimeout(resolve, ms));
  return cpuSeconds(pid) - before;
}

const nodeName = (i: number): string => `node-${i}`;
const labelsOf = (i: number) => ({ pool: `pool-${i % 20}`, version: `1.${i % 3}.0` });

/** A third leaks slowly, a third saws, a third is flat; noise from a hash so that runs are alike. */
function memoryOf(i: number, time: number): { rss: number; used: number; live: number } {
  const hours = (time % (12 * 3_600_000)) / 3_600_000;
  const noise = ((i * 7919 + Math.floor(time / INTERVAL_MS) * 104_729) % 1000) / 1000;
  const live = 1.5e8 + (i % 3 === 0 ? 4e6 * hours : 0);
  const used = live + (i % 3 === 1 ? ((time / INTERVAL_MS + i) % 40) * 2e6 : 1e7) + noise * 4e6;
  return { rss: used + 8e7, used, live };
}

function fillRow(rows: Rows, row: number, i: number, time: number): void {
  const { rss, used, live } = memoryOf(i, time);
  rows.set(row, 'rss', rss);
  rows.set(row, 'memory_limit', 2 ** 30);
  rows.set(row, 'heap_used', used);
  rows.set(row, 'heap_after_gc', live);
  rows.set(row, 'heap_limit', 2 ** 29);
  rows.set(row, 'gc_pause_total', time / 1e6);
  rows.set(row, 'ready', 1);
  rows.set(row, 'requests_total', time / 10);
}

function line(i: number, time: number): string {
  const { rss, used, live } = memoryOf(i, time);
  const { pool, version } = labelsOf(i);
  return (
    `mem,node=${nodeName(i)},pool=${pool},version=${version} rss=${rss},memory_limit=${2 ** 30}i,heap_used=${used},` +
    `heap_after_gc=${live},heap_limit=${2 ** 29}i,gc_pause_total=${time / 1e6},ready=1i,requests_total=${time / 10} ${time}\n`
  );
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
