import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Browser } from 'playwright-core';
import { Registry as Metrics } from 'prom-client';
import { type Clock, systemClock } from '../src/clock.js';
import { openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';
import { startService } from './service-process.js';

const DAYS = 30;
const NODE = 'month';
const INTERVAL_MS = 15_000;
const BATCH_ROWS = 20_000;
const DAY_MS = 86_400_000;
/** So long after a write a partition counts as settled and is sorted. */
const SETTLED_MS = 15 * 60_000;

/**
 * The chart of a node with a month of samples every 15 s, on a service of its own in `folder`: from a press of the button until it is
 * painted, in ms; what the service reads and sends included.
 */
export async function measureMonth(browser: Browser, folder: string, runs: number): Promise<number[]> {
  const data = join(folder, 'month');
  await fillMonth(data);
  const config = join(folder, 'month.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      listen: { port: 0 },
      store: { folder: data, partition: '1d' },
      log: { level: 'warn' },
    }),
  );
  const service = await startService(config);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const tab = await context.newPage();
    await tab.goto(`${service.url}/nodes/${NODE}?span=1d`);
    await tab.locator('.charts[aria-busy="false"] .u-over').first().waitFor();
    const took: number[] = [];
    for (let run = 0; run < runs; run++) {
      took.push(await tab.evaluate<number>(chartAfter(`${DAYS}d`)));
      await tab.evaluate(chartAfter('1d'));
    }
    return took;
  } finally {
    await context.close();
    await service.stop();
  }
}

/** In the page: ms from a press of a button until the charts are of the new range and painted. */
function chartAfter(span: string): string {
  return `(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const button = [...document.querySelectorAll('.spans button')].find((each) => each.textContent === '${span}');
    const begin = performance.now();
    button.click();
    do await frame(); while (!document.querySelector('.charts[aria-busy="false"]') || button.ariaPressed !== 'true');
    await frame();
    return performance.now() - begin;
  })()`;
}

/** One node's history, sorted as the service does once a partition has settled. */
async function fillMonth(folder: string): Promise<void> {
  let ahead = 0;
  const clock: Clock = { now: () => systemClock.now() + ahead, after: systemClock.after };
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder, partition: '1d' }),
    clock,
    log: pino({ level: 'warn' }),
    metrics: new Metrics(),
  });
  const registry = new Registry({ nodes: 10, labelsPerNode: 32 });
  const { id, labels } = registry.intern(NODE, { pool: 'edge', version: '1.0.0' });
  const end = systemClock.now() - 1000;
  let rows = new Rows(BATCH_ROWS);
  for (let time = end - DAYS * DAY_MS; time < end; time += INTERVAL_MS) {
    addRow(rows, rows.add(id, labels, Math.round(time)), time - end, end);
    if (rows.length < BATCH_ROWS) continue;
    await store.history.append(rows, registry);
    rows = new Rows(BATCH_ROWS);
  }
  await store.history.append(rows, registry);
  ahead = SETTLED_MS;
  await store.maintain();
  await store.close();
}

/** A sawtooth on a level that climbs through each day and is set back by a restart. */
function addRow(rows: Rows, row: number, ago: number, end: number): void {
  const day = (((ago % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS;
  const turn = Math.abs(Math.floor(ago / INTERVAL_MS)) % 40;
  const live = 1.5e8 + 1e8 * day;
  rows.set(row, 'rss', live + turn * 2e6 + 8e7);
  rows.set(row, 'memory_limit', 2 ** 29);
  rows.set(row, 'heap_used', live + turn * 2e6);
  rows.set(row, 'heap_after_gc', live);
  rows.set(row, 'heap_limit', 4e8);
  rows.set(row, 'gc_pause_total', day * 1000);
  rows.set(row, 'gc_count', Math.floor(day * 2000));
  rows.set(row, 'ready', 1);
  rows.set(row, 'requests_total', Math.floor(day * 1e6));
  rows.set(row, 'start_time', Math.floor(ago / DAY_MS) * 86_400 + Math.floor(end / 1000));
}
