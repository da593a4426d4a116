import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { tempFolder } from './temp-folder.js';
import { until } from './until.js';

/** How Debian and the project itself name the programs. */
const SERVERS = ['prometheus-alertmanager', 'alertmanager'];

/** The real Alertmanager of this machine; undefined where there is none, or no amtool. */
export function findAlertmanager(): string | undefined {
  const isThere = (program: string): boolean => {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  };
  return isThere('amtool') ? SERVERS.find(isThere) : undefined;
}

/** Why tests with it are skipped; false when they run. */
export const noAlertmanager =
  findAlertmanager() === undefined ? 'Alertmanager or amtool is not installed' : false;

export interface GettableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

export interface Alertmanager {
  readonly url: string;
  /** What it holds for active. */
  alerts(): Promise<GettableAlert[]>;
  /** What its own command line says. */
  amtool(...args: string[]): Promise<string>;
}

/** A real Alertmanager on a free port that tells `webhook`; it ends with the test. */
export async function startAlertmanager(t: TestContext, webhook: string): Promise<Alertmanager> {
  const program = findAlertmanager();
  if (!program) throw new Error('there is no Alertmanager');
  const folder = tempFolder(t);
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, configOf(webhook));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = spawn(program, [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.external-url=${url}`,
    '--cluster.listen-address=',
  ]);
  let log = '';
  process.stderr.on('data', (chunk) => {
    log += chunk;
  });
  t.after(() => end(process));
  await until(async () => {
    if (process.exitCode !== null) throw new Error(`Alertmanager ended: ${log}`);
    return fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }, 'Alertmanager is ready');
  return {
    url,
    async alerts() {
      const response = await fetch(`${url}/api/v2/alerts?active=true`);
      return (await response.json()) as GettableAlert[];
    },
    async amtool(...args) {
      const { stdout } = await promisify(execFile)('amtool', [`--alertmanager.url=${url}`, ...args]);
      return stdout;
    },
  };
}

/** It tells at once, so that a test need not wait. */
function configOf(webhook: string): string {
  const receiver = { name: 'ops', webhook_configs: [{ url: webhook, send_resolved: true }] };
  const group_by = ['alertname', 'pool', 'severity'];
  const waits = { group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  // JSON is YAML.
  return JSON.stringify({ route: { receiver: 'ops', group_by, ...waits }, receivers: [receiver] });
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill();
  await once(process, 'exit');
}
