import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSeconds, residentMiB, startService } from './service-process.js';

const MIB = 2 ** 20;
/** History that every node has when it begins to be in danger: so many samples, so far apart. */
const SAMPLES = 60;
const STEP_MS = 60_000;
/** Nodes in one write. */
const BATCH = 250;
const DEADLINE_MS = 180_000;

interface Post {
  readonly at: number;
  readonly state: string;
  readonly bytes: number;
  readonly nodes: readonly string[];
  readonly pool: string;
}

/**
 * Every node of a fleet leaks and crosses the threshold in the same minute, then all are restarted: how long until each was
 * told to a webhook, in how many messages, and what memory it takes. Group waits are the default ones.
 */
export async function benchStorm({ nodes, pools }: { nodes: number; pools: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      posts.push({ at: performance.now(), bytes: body.length, ...readPost(body.toString('utf8')) });
      response.writeHead(204).end();
    });
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const config = writeConfiguration(folder, (server.address() as AddressInfo).port);
    const service = await startService(config);
    const now = Date.now();
    await send(service.url, nodes, (i) => leakOf(i, pools, now));
    process.stdout.write(`${nodes} nodes in ${pools} pools, ${SAMPLES} samples each\n`);
    const quiet = residentMiB(service.pid).now;
    const cpu = cpuSeconds(service.pid);
    const begun = performance.now();
    await send(service.url, nodes, (i) =>
      sampleOf(i, pools, Date.now(), 1000 * MIB, now - SAMPLES * STEP_MS),
    );
    const told = await allTold(posts, 'firing', nodes, begun);
    report('fire', told, posts, begun, nodes);
    const before = posts.length;
    const again = performance.now();
    const restarted = Date.now();
    await send(service.url, nodes, (i) => sampleOf(i, pools, restarted, 200 * MIB, restarted));
    const over = await allTold(posts, 'resolved', nodes, again);
    report('end', over, posts.slice(before), again, nodes);
    const { now: after, peak } = residentMiB(service.pid);
    const spent = (cpuSeconds(service.pid) - cpu).toFixed(1);
    process.stdout.write(
      `memory ${quiet} MiB before, ${after} MiB after, ${peak} MiB at most; ${spent} s of CPU\n`,
    );
    await service.stop();
  } finally {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The body names a hundred nodes in full; of the others it says how many there are. */
function readPost(body: string): Omit<Post, 'at' | 'bytes'> {
  const { data } = JSON.parse(body) as {
    data: {
      state: string;
      alerts: { node: string; labels: { pool?: string } }[];
      truncated_alerts: number;
    };
  };
  const named = data.alerts.map(({ node }) => node);
  const rest = Array.from({ length: data.truncated_alerts }, () => '');
  return { state: data.state, nodes: [...named, ...rest], pool: data.alerts[0].labels.pool ?? '' };
}

/** Resolves when the newest messages of all pools speak of all nodes; how many they speak of at the deadline otherwise. */
async function allTold(posts: readonly Post[], state: string, nodes: number, begun: number): Promise<number> {
  for (;;) {
    const newest = new Map<string, number>();
    for (const post of posts)
      if (post.state === state)
        newest.set(post.pool, Math.max(newest.get(post.pool) ?? 0, post.nodes.length));
    const count = [...newest.values()].reduce((sum, each) => sum + each, 0);
    if (count >= nodes || performance.now() - begun > DEADLINE_MS) return count;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function report(what: string, told: number, posts: readonly Post[], begun: number, nodes: number): void {
  const last = Math.max(...posts.map(({ at }) => at)) - begun;
  const most = Math.max(...posts.map(({ bytes }) => bytes));
  process.stdout.write(
    `${what}: ${told} of ${nodes} nodes told in ${posts.length} messages, the last after ${(last / 1000).toFixed(1)} s; at most ${Math.round(most / 1024)} KiB a message\n`,
  );
}

async function send(url: string, nodes: number, lines: (node: number) => string): Promise<void> {
  for (let from = 0; from < nodes; from += BATCH) {
    let body = '';
    for (let i = from; i < Math.min(nodes, from + BATCH); i++) body += lines(i);
    for (;;) {
      const answer = await fetch(`${url}/api/v2/write?precision=ms`, { method: 'POST', body });
      if (answer.status === 204) break;
      if (answer.status !== 503 && answer.status !== 429) {
        throw new Error(`refused: ${answer.status} ${await answer.text()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** An hour of a leak whose limit is not known yet: all is there for a forecast but its end. */
function leakOf(i: number, pools: number, now: number): string {
  const start = now - SAMPLES * STEP_MS;
  let text = '';
  for (let k = SAMPLES; k >= 1; k--) {
    text += `mem,node=r-${i},pool=pool-${i % pools} rss=${(1000 - k * 8) * MIB}i,start_time=${start / 1000} ${now - k * STEP_MS}\n`;
  }
  return text;
}

function sampleOf(i: number, pools: number, time: number, rss: number, start: number): string {
  return `mem,node=r-${i},pool=pool-${i % pools} rss=${Math.round(rss)}i,memory_limit=${1024 * MIB}i,start_time=${start / 1000} ${time}\n`;
}

function writeConfiguration(folder: string, port: number): string {
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  const rule = {
    alert: 'Breach',
    forecast: { of: 'rss', reaches: 'memory_limit', within: '30m', probability: 0.5 },
    for: '0s',
    severity: 'page',
  };
  writeFileSync(join(rules, 'bench.yaml'), JSON.stringify({ groups: [{ name: 'bench', rules: [rule] }] }));
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const hook = { type: 'webhook', url: `http://127.0.0.1:${port}/`, secret };
  const config = join(folder, 'headroom.yaml');
  const written = {
    listen: { port: 0 },
    store: { folder: join(folder, 'data') },
    rules: { folder: rules },
    log: { level: 'warn' },
    notify: { channels: { hook } },
  };
  writeFileSync(config, JSON.stringify(written));
  return config;
}
