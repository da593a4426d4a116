import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { fillHistory, line } from './fleet-history.js';
import { measureMonth } from './page-month.js';
import { cpuSeconds, quantile, startService, writeConfig } from './service-process.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const BATCH_LINES = 1000;
/** How often the service is asked for something small while it answers something large. */
const PROBE_MS = 5;
const SETTLED_MS = 5000;
const DEADLINE_MS = 60_000;

interface Wanted {
  readonly nodes: number;
  readonly hours: number;
  readonly runs: number;
}

/**
 * The page on a service with many nodes, each time in a browser that has seen nothing: from the request to the paint of the first
 * rows, from a key in the filter to the paint of what it leaves, and bytes of JavaScript until then as they are sent.
 */
export async function benchPage({ nodes, hours, runs }: Wanted): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const data = join(folder, 'data');
  const config = writeConfig(folder, data, nodes + 1000);
  await fillHistory(data, nodes, hours);
  const service = await startService(config);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    for (const what of ['GET /fleet, the first', 'GET /fleet after a round']) {
      await feed(service.url, nodes);
      // The rounds of evaluation are over by then.
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      await measureAnswer(service.url, service.pid, what);
    }
    const visits: Visit[] = [];
    for (let run = 0; run < runs; run++) visits.push(await visit(browser, service.url, nodes));
    print('first rows painted', spread(visits.map(({ paintMs }) => paintMs)));
    print('filter painted', spread(visits.map(({ filterMs }) => filterMs)));
    print('chart of 30 days painted', spread(await measureMonth(browser, folder, runs)));
    print('JavaScript until then, gzip', `${(visits[0].scriptBytes / 1000).toFixed(1)} kB`);
  } finally {
    await browser.close();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sample of each node. */
async function feed(url: string, nodes: number): Promise<void> {
  const time = Date.now();
  for (let first = 0; first < nodes; first += BATCH_LINES) {
    let text = '';
    for (let i = first; i < Math.min(nodes, first + BATCH_LINES); i++) text += line(i, time);
    const answer = await fetch(`${url}/api/v2/write?precision=ms`, { method: 'POST', body: text });
    if (answer.status !== 204) throw new Error(`refused: ${answer.status} ${await answer.text()}`);
  }
}

/** How long the answer takes, and how long at most another request waits meanwhile. */
async function measureAnswer(url: string, pid: number, what: string): Promise<void> {
  const waits: number[] = [];
  let isOver = false;
  const probe = async () => {
    while (!isOver) {
      const begin = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      waits.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    }
  };
  const probing = probe();
  const cpuBefore = cpuSeconds(pid);
  const begin = performance.now();
  const bytes = (await (await fetch(`${url}/api/v1/fleet`)).text()).length;
  const tookMs = performance.now() - begin;
  isOver = true;
  await probing;
  print(
    what,
    `${tookMs.toFixed(0)} ms (${(cpuSeconds(pid) - cpuBefore).toFixed(2)} s of CPU), ${(bytes / 1e6).toFixed(1)} MB of JSON; others wait ${Math.max(...waits).toFixed(0)} ms at most`,
  );
}

interface Visit {
  readonly paintMs: number;
  readonly filterMs: number;
  readonly scriptBytes: number;
}

/** In the page: the time since its request at which the first rows had been painted; rows may come in any frame. */
const WATCH = `window.painted = new Promise((resolve) => {
  const look = () => {
    if (document.querySelector('.fleet .rows .node')) requestAnimationFrame(() => resolve(performance.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});`;

/** In the page: from the input of a name to the frame after the one in which its row stands first. */
const filterFor = (name: string) => `new Promise((resolve) => {
  const begin = performance.now();
  const look = () => {
    const first = document.querySelector('.fleet .rows .node')?.textContent;
    if (first === ${JSON.stringify(name)}) requestAnimationFrame(() => resolve(performance.now() - begin));
    else requestAnimationFrame(look);
  };
  const input = document.querySelector('#filter');
  input.value = ${JSON.stringify(name)};
  input.dispatchEvent(new Event('input', { bubbles: true }));
  requestAnimationFrame(look);
})`;

async function visit(browser: Browser, url: string, nodes: number): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(DEADLINE_MS);
  try {
    const tab = await context.newPage();
    const scripts = countScripts(tab);
    await tab.addInitScript(WATCH);
    await tab.goto(url);
    const paintMs = await tab.evaluate<number>('window.painted');
    const scriptBytes = await scripts();
    const filterMs = await tab.evaluate<number>(filterFor(`node-${nodes - 1}`));
    return { paintMs, filterMs, scriptBytes };
  } finally {
    await context.close();
  }
}

/** Bytes of the scripts that it asks for, as they are sent with gzip. */
function countScripts(tab: Tab): () => Promise<number> {
  const scripts: string[] = [];
  tab.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.url());
  });
  return async () => {
    let bytes = 0;
    for (const url of scripts) {
      const { headers } = await fetch(url, { headers: { 'accept-encoding': 'gzip' } });
      bytes += Number(headers.get('content-length'));
    }
    return bytes;
  };
}

function spread(values: readonly number[]): string {
  return `median ${quantile(values, 0.5).toFixed(0)} ms, worst of ${values.length} ${Math.max(...values).toFixed(0)} ms`;
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
