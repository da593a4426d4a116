import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { systemClock } from '../src/clock.js';
import { openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';

export const INTERVAL_MS = 15_000;
const BATCH_ROWS = 20_000;

interface Filled {
  readonly rows: number;
  readonly seconds: number;
  readonly bytesPerRow: number;
}

/** Writes hours of history of many nodes, one row each 15 s until now, through the store of a data folder. */
export async function fillHistory(folder: string, nodes: number, hours: number): Promise<Filled> {
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
  return { rows: total, seconds: (performance.now() - begun) / 1000, bytesPerRow: bytes / total };
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

/** A sample of a node as line protocol with times in ms. */
export function line(i: number, time: number): string {
  const { rss, used, live } = memoryOf(i, time);
  const { pool, version } = labelsOf(i);
  return (
    `mem,node=${nodeName(i)},pool=${pool},version=${version} rss=${rss},memory_limit=${2 ** 30}i,heap_used=${used},` +
    `heap_after_gc=${live},heap_limit=${2 ** 29}i,gc_pause_total=${time / 1e6},ready=1i,requests_total=${time / 10} ${time}\n`
  );
}
