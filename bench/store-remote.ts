import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import { systemClock } from '../src/clock.js';
import { compileRules, needsOf } from '../src/evaluate/index.js';
import { packageRoot } from '../src/paths.js';
import { warmUp } from '../src/pipeline/warm-start.js';
import { openStore, type Store, type StoreOptions, storeOptions } from '../src/store/index.js';
import type { RemoteStore } from '../src/store/remote/index.js';
import { Registry } from '../src/telemetry/index.js';
import { Trend } from '../src/trend/index.js';
import { makeBodies } from './bodies/rows.js';

export interface RemoteBench {
  readonly kind: StoreOptions['kind'];
  readonly url?: string;
  readonly nodes: number;
  readonly hours: number;
}

const WRITERS = 4;

/**
 * A store in a database that runs already: how fast rows are taken durably, how fast the database gets them, and how long a
 * new start needs until its models have seen them. The rows stay in the database, under a measurement of this run.
 */
export async function benchStoreRemote({ kind, url, nodes, hours }: RemoteBench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const { INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: bucket } = process.env;
  const measurement = `bench_${process.pid}_${Math.floor(systemClock.now() / 1000)}`;
  const place = Object.entries({ url, token, org, bucket }).filter(([, value]) => value !== undefined);
  const options = storeOptions.parse({ kind, folder, measurement, ...Object.fromEntries(place) });
  try {
    const end = Math.floor(systemClock.now() / 15_000) * 15_000;
    await measureIntake(options, nodes, end - hours * 3_600_000, end);
    await measureStart(options, nodes, end);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIntake(options: StoreOptions, nodes: number, from: number, end: number): Promise<void> {
  const store = await open(options);
  const registry = new Registry({ nodes: nodes + 1, labelsPerNode: 8 });
  for (let node = 0; node < nodes; node++) registry.intern(`node-${node}`, { pool: `p${node % 7}` });
  const latencies: number[] = [];
  let rows = 0;
  const watch = stopwatch();
  const bodies = makeBodies(nodes, from, end);
  const write = async (): Promise<void> => {
    for (const body of bodies) {
      rows += body.length;
      const begun = performance.now();
      await store.history.append(body, registry);
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const taken = watch();
  latencies.sort((a, b) => a - b);
  const at = (share: number): string => `${latencies[Math.floor(latencies.length * share)].toFixed(0)} ms`;
  print(
    `taken durably, ${(rows / 1e6).toFixed(2)} M rows`,
    `${said(taken)}, ${Math.round(rows / taken.seconds)} rows/s; p50 ${at(0.5)}, p99 ${at(0.99)}`,
  );
  if (isRemote(store)) {
    while (store.state.state === 'sending') await store.settled();
    if (store.state.state !== 'up to date')
      throw new Error(`the database takes nothing: ${store.state.reason}`);
    const sent = watch();
    print('all in the database', `${said(sent)} from the start, ${Math.round(rows / sent.seconds)} rows/s`);
  }
  await store.close();
}

async function measureStart(options: StoreOptions, nodes: number, now: number): Promise<void> {
  const watch = stopwatch();
  const store = await open(options);
  const registry = new Registry({ nodes: nodes + 1, labelsPerNode: 8 });
  await store.history.loadRegistry(registry);
  print('names read after a restart', `${said(watch())}, ${registry.nodes.length} nodes`);
  const file = 'rules/memory.yaml';
  const text = readFileSync(join(packageRoot, file), 'utf8');
  const trend = new Trend(compileRules([{ file, text }]).rules.flatMap(needsOf));
  const warm = stopwatch();
  const rows = await warmUp(trend, store.history, registry, now);
  print('warm start, the shipped rules', `${said(warm())}, ${rows} rows fed`);
  await store.close();
}

function open(options: StoreOptions): Promise<Store> {
  const log = pino({ level: 'warn' }, pino.destination(2));
  return openStore({ options, log, metrics: new Metrics(), clock: systemClock });
}

function isRemote(store: Store): store is RemoteStore {
  return 'settled' in store;
}

interface Spent {
  readonly seconds: number;
  readonly cpu: number;
}

/** Wall and CPU time of this process since it was made. */
function stopwatch(): () => Spent {
  const before = process.cpuUsage();
  const begun = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 };
  };
}

function said({ seconds, cpu }: Spent): string {
  const rss = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return `${seconds.toFixed(1)} s (CPU ${cpu.toFixed(1)} s, RSS ${rss} MiB)`;
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
