import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/support/free-port.js';
import { OTLP_NAMES, OTLP_POINTS, otlpBody } from './bodies/otlp.js';
import { REMOTE_WRITE_HEADERS, REMOTE_WRITE_SAMPLES, remoteWriteBody } from './bodies/remote-write.js';
import { cpuSeconds, quantile, residentMiB, startService } from './service-process.js';

const LINES = 1000;
const FIELDS = 8;
/** Bodies that each connection sends at least. */
const LEAST_BODIES = 20;

/** What is sent: one body a lane and tick. */
interface BenchCase {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Samples of one body. */
  readonly samples: number;
  readonly body: (lane: number, time: number) => string | Buffer;
}

const LINE_PROTOCOL: BenchCase = {
  name: 'line-protocol',
  path: '/api/v2/write?precision=ms',
  type: 'text/plain',
  samples: LINES * FIELDS,
  body,
};

const OTLP: BenchCase = {
  name: 'otlp',
  path: '/v1/metrics',
  type: 'application/x-protobuf',
  samples: OTLP_POINTS,
  body: otlpBody,
};

const REMOTE_WRITE: BenchCase = {
  name: 'remote-write',
  path: '/api/v1/write',
  type: 'application/x-protobuf',
  headers: REMOTE_WRITE_HEADERS,
  samples: REMOTE_WRITE_SAMPLES,
  body: remoteWriteBody,
};

const CASES = [LINE_PROTOCOL, OTLP, REMOTE_WRITE];

interface Load {
  readonly seconds: number;
  readonly connections: number;
}

interface Wishes extends Load {
  /** One kind of body, and nobody beside. */
  readonly only?: string;
  /** Folder for a profile of the service's CPU. */
  readonly profile?: string;
}

interface Measured {
  readonly samples: number;
  readonly cpu: number;
  readonly wall: number;
  readonly latencies: readonly number[];
  readonly refused: number;
}

/** Durable writes of line protocol: samples per CPU-second of the receiving process, and how long a write waits. */
export async function benchReceive({ only, profile, ...load }: Wishes): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  try {
    const config = join(folder, 'headroom.yaml');
    const names = join(folder, 'names.yaml');
    writeFileSync(names, OTLP_NAMES);
    writeFileSync(
      config,
      JSON.stringify({
        listen: { port: 0 },
        receive: { names: [names] },
        store: { folder: join(folder, 'data') },
        log: { level: 'warn' },
      }),
    );
    const service = await startService(
      config,
      profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
    );
    let ours: Measured | undefined;
    for (const each of CASES.filter(({ name }) => only === undefined || name === only)) {
      // As many samples under way as with line protocol, whatever the size of a body.
      const connections = Math.round((load.connections * LINE_PROTOCOL.samples) / each.samples);
      await drive(service.url, service.pid, { seconds: 3, connections }, each);
      const measured = await drive(service.url, service.pid, { ...load, connections }, each);
      ours ??= measured;
      report(`headroom ${each.name}`, measured, residentMiB(service.pid).peak);
    }
    await service.stop();
    if (only !== undefined || !ours) return;
    await drivePrometheus(folder, load);
    const theirs = await driveVictoria(folder, load);
    if (theirs) {
      const ratio = ours.samples / ours.cpu / (theirs.samples / theirs.cpu);
      process.stdout.write(`\nheadroom / victoria-metrics, samples per CPU-second: ${ratio.toFixed(2)}\n`);
    } else process.stdout.write('\nvictoria-metrics is not installed; no comparison\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function drivePrometheus(folder: string, load: Load): Promise<void> {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' });
  } catch {
    return;
  }
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, '{}');
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      `--web.listen-address=${listen}`,
      '--web.enable-remote-write-receiver',
    ],
    { stdio: 'ignore' },
  );
  try {
    for (let tries = 0; tries < 300 && !(await isUp(`http://${listen}/-/ready`)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await drive(`http://${listen}`, child.pid!, { ...load, seconds: 3 }, REMOTE_WRITE);
    const measured = await drive(`http://${listen}`, child.pid!, load, REMOTE_WRITE);
    report('prometheus r-w', measured, residentMiB(child.pid!).peak);
  } finally {
    await end(child);
  }
}

async function driveVictoria(folder: string, load: Load): Promise<Measured | null> {
  try {
    execFileSync('victoria-metrics', ['-version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'victoria-metrics',
    [`-storageDataPath=${join(folder, 'vm')}`, `-httpListenAddr=${listen}`, '-retentionPeriod=12'],
    { stdio: 'ignore' },
  );
  try {
    for (let tries = 0; tries < 300 && !(await isUp(`http://${listen}/health`)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const url = `http://${listen}`;
    await drive(url, child.pid!, { ...load, seconds: 3 }, LINE_PROTOCOL);
    const measured = await drive(url, child.pid!, load, LINE_PROTOCOL);
    report('victoria-metrics', measured, residentMiB(child.pid!).peak);
    await drive(url, child.pid!, { ...load, seconds: 3 }, REMOTE_WRITE);
    const written = await drive(url, child.pid!, load, REMOTE_WRITE);
    report('victoria-metrics r-w', written, residentMiB(child.pid!).peak);
    return measured;
  } finally {
    await end(child);
  }
}

/** What it holds in memory it writes first: its folder is in use until it has ended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function report(name: string, { samples, cpu, wall, latencies, refused }: Measured, peakMiB: number): void {
  const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;
  process.stdout.write(
    `${name.padEnd(22)} ${millions(samples / cpu)} samples/CPU-s  ${millions(samples / wall)} samples/s  ` +
      `p50 ${quantile(latencies, 0.5).toFixed(0)} ms  p99 ${quantile(latencies, 0.99).toFixed(0)} ms  ` +
      `refused ${refused}  peak ${peakMiB} MiB\n`,
  );
}

/**
 * Each connection sends the next body as soon as the last one was answered, for so many seconds, and at least so many
 * bodies: on a busy machine seconds say little.
 */
async function drive(
  url: string,
  pid: number,
  { seconds, connections }: Load,
  sent: BenchCase,
  least = LEAST_BODIES,
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let samples = 0;
  let refused = 0;
  const cpuBefore = cpuSeconds(pid);
  const begun = performance.now();
  // Each body is of now, and of a time of its own.
  let tick = 0;
  const worker = async (lane: number) => {
    for (let count = 0; count < least || performance.now() - begun < seconds * 1000; count++) {
      tick = Math.max(tick + 1, Date.now());
      const bytes = sent.body(lane, tick);
      const before = performance.now();
      const status = await post(
        url + sent.path,
        agent,
        { 'content-type': sent.type, ...sent.headers },
        bytes,
      );
      latencies.push(performance.now() - before);
      if (status < 300) samples += sent.samples;
      else refused++;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, lane) => worker(lane)));
  const wall = (performance.now() - begun) / 1000;
  agent.destroy();
  return { samples, cpu: cpuSeconds(pid) - cpuBefore, wall, latencies, refused };
}

/** 1,000 nodes a lane, each with its own climb and sawtooth. */
function body(lane: number, time: number): string {
  let text = '';
  for (let i = 0; i < LINES; i++) {
    const used = 2e8 + ((time * 1000 + i * 7919) % 1e8);
    text +=
      `mem,node=n-${lane}-${i},pool=edge,version=1.4.2,zone=b rss=${used + 6e7}i,memory_limit=1073741824i,` +
      `heap_used=${used}i,heap_limit=536870912i,gc_pause_total=${(time % 1e6) / 1e3},gc_count=${time % 1e6}i,` +
      `ready=1i,requests_total=${time % 1e7}i ${time}\n`;
  }
  return text;
}

function post(
  url: string,
  agent: Agent,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
