import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/paths.js';
import { freePort } from './free-port.js';
import { tempFolder } from './temp-folder.js';
import { until } from './until.js';

/** Why tests with a program are skipped; false when they run. */
export function missing(...programs: readonly string[]): string | false {
  const absent = programs.find((program) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  return absent === undefined ? false : `${absent} is not installed`;
}

// biome-ignore lint/suspicious/noExplicitAny: a configuration of Prometheus, which the test changes in places
export type ScrapeConfig = any;

/** A complete configuration of examples/agents, changed where a test must: addresses and times. */
export function exampleConfig(t: TestContext, name: string, change: (config: ScrapeConfig) => void): string {
  const config = parse(readFileSync(join(packageRoot, 'examples/agents', name), 'utf8'));
  config.global.scrape_interval = '200ms';
  change(config);
  const file = join(tempFolder(t), name);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** The real Prometheus with that configuration; it ends with the test. */
export async function startPrometheus(t: TestContext, configFile: string): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  await startProgram(t, `http://${address}/-/ready`, 'prometheus', [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(tempFolder(t), 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ]);
}

/** The real vmagent with that configuration; it ends with the test. */
export async function startVmagent(t: TestContext, configFile: string, url: string): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`;
  await startProgram(t, `http://${address}/health`, 'vmagent', [
    `-promscrape.config=${configFile}`,
    `-remoteWrite.url=${url}/api/v1/write`,
    `-remoteWrite.tmpDataPath=${join(tempFolder(t), 'data')}`,
    '-remoteWrite.flushInterval=200ms',
    `-httpListenAddr=${address}`,
  ]);
}

/**
 * examples/agents/prom-client.mjs in a process that leaks about 2 MB a second towards a heap of 99 MiB, and that collects
 * often, so that what it keeps shows within seconds; without `leaks` it keeps nothing. With a small new space V8's limit is
 * what it can really use. Resolves with host and port.
 */
export async function startTarget(t: TestContext, { leaks }: { readonly leaks: boolean }): Promise<string> {
  const options = ['--expose-gc', '--max-old-space-size=96', '--max-semi-space-size=1'];
  if (leaks) options.push('--import', './examples/leak.mjs');
  const collect = 'data:text/javascript,setInterval(gc,250)';
  const child = spawn(
    process.execPath,
    [...options, '--import', collect, 'examples/agents/prom-client.mjs'],
    { cwd: packageRoot, env: { PATH: process.env.PATH, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => end(child));
  const [said] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  return new URL(said.trim().replace('metrics on ', '')).host;
}

async function startProgram(
  t: TestContext,
  readyUrl: string,
  program: string,
  options: readonly string[],
): Promise<void> {
  const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    log += piece;
  });
  t.after(() => end(child));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${log}`);
    return fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    );
  }, `${program} is ready`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
