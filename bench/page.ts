import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { Registry as Metrics } from 'prom-client';
import { type Clock, systemClock } from '../src/clock.js';
import { openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';
import { fill, print } from './fleet.js';
import { quantile, startService } from './service-process.js';

const INTERVAL_MS = 15_000;
const BATCH_ROWS = 20_000;
const DAY_MS = 86_400_000;
/** So long after a write a partition counts as settled, as the service has it. */
const SETTLED_MS = 15 * 60_000;
/** Not one of the fleet's. */
const OLD_NODE = 'month';

interface PageBench {
  readonly nodes: number;
  readonly days: number;
  readonly runs: number;
}

/** The page as people wait for it, in a real Chromium on this machine: the fleet, its filter, and a month of one node. */
export async function benchPage({ nodes, days, runs }: PageBench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  let browser: Browser | undefined;
  try {
    const [fleet, month] = [join(folder, 'fleet'), join(folder, 'month')];
    await fill(fleet, nodes, 1);
    await fillMonth(month, days);
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    await withService(folder, fleet, nodes, (url) => measureFleet(browser as Browser, url, nodes, runs));
    await withService(folder, month, 1, (url) => measureChart(browser as Browser, url, days, runs));
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withService(
  folder: string,
  data: string,
  nodes: number,
  measure: (url: string) => Promise<void>,
): Promise<void> {
  const config = join(folder, 'headroom.yaml');
  const receive = { limits: { nodes: nodes + 1000 } };
  writeFileSync(
    config,
    JSON.stringify({ listen: { port: 0 }, store: { folder: data }, receive, log: { level: 'warn' } }),
  );
  const service = await startService(config);
  try {
    await measure(service.url);
  } finally {
    await service.stop();
  }
}

async function measureFleet(browser: Browser, url: string, nodes: number, runs: number): Promise<void> {
  const [paints, filters]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    const tab = await newTab(browser);
    await tab.goto(`${url}/`, { waitUntil: 'commit' });
    paints.push(await tab.evaluate<number>(untilPainted('.fleet .rows .row')));
    filters.push(await tab.evaluate<number>(FILTER));
    await tab.context().close();
  }
  tell(`${nodes} nodes: first useful paint`, paints);
  tell(`${nodes} nodes: filter`, filters);
}

async function measureChart(browser: Browser, url: string, days: number, runs: number): Promise<void> {
  const tab = await newTab(browser);
  await tab.goto(`${url}/nodes/${OLD_NODE}?span=1d`);
  await tab.evaluate(untilPainted('.charts[aria-busy="false"] .u-over'));
  const charts: number[] = [];
  for (let run = 0; run < runs; run++) {
    charts.push(await tab.evaluate<number>(chartAfter(`${days}d`)));
    await tab.evaluate(chartAfter('1d'));
  }
  await tab.context().close();
  tell(`a chart of ${days} days, from request to paint`, charts);
}

/** A context of its own, so that nothing is cached. */
async function newTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return context.newPage();
}

/** In the page: ms from the start of the navigation until something is there and has been painted. */
function untilPainted(selector: string): string {
  return `(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    while (!document.querySelector(${JSON.stringify(selector)})) await frame();
    await frame();
    return performance.now();
  })()`;
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

/** In the page: ms from typing to the paint of what matches. */
const FILTER = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const input = document.querySelector('#filter');
  const begin = performance.now();
  input.value = 'pool=pool-7';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  do await frame(); while (!/7$/.test(document.querySelector('.fleet .rows .node')?.textContent ?? ''));
  await frame();
  return performance.now() - begin;
})()`;

function tell(what: string, values: readonly number[]): void {
  const [median, most] = [quantile(values, 0.5), Math.max(...values)];
  print(what, `${median.toFixed(0)} ms (median of ${values.length}; at most ${most.toFixed(0)} ms)`);
}

/** One node's history, sorted as the service does once a partition has settled. */
async function fillMonth(folder: string, days: number): Promise<void> {
  let ahead = 0;
  const clock: Clock = { now: () => systemClock.now() + ahead, after: systemClock.after };
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder, partition: '1d' }),
    clock,
    log: pino({ level: 'warn' }),
    metrics: new Metrics(),
  });
  const registry = new Registry({ nodes: 10, labelsPerNode: 32 });
  const { id, labels } = registry.intern(OLD_NODE, { pool: 'edge', version: '1.0.0' });
  const end = systemClock.now() - 1000;
  let rows = new Rows(BATCH_ROWS);
  for (let time = end - days * DAY_MS; time < end; time += INTERVAL_MS) {
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
