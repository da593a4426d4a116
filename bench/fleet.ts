import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillHistory, INTERVAL_MS, line } from './fleet-history.js';
import { cpuSeconds, residentMiB, startService, writeConfig } from './service-process.js';

const ROUNDS = 13;

interface Fleet {
  readonly nodes: number;
  readonly hours: number;
}

/** The service at scale: history is written through the store, then the service is started on it and fed on. */
export async function benchFleet({ nodes, hours }: Fleet): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  try {
    const data = join(folder, 'data');
    const config = writeConfig(folder, data, nodes + 1000);
    const { rows, seconds, bytesPerRow } = await fillHistory(data, nodes, hours);
    print(
      'history written',
      `${(rows / 1e6).toFixed(1)} M rows in ${seconds.toFixed(0)} s, ${bytesPerRow.toFixed(1)} B a row`,
    );
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

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
