import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.js';
import { tempFolder } from './temp-folder.js';
import { until } from './until.js';

/** How Debian and the project itself name the program. */
const PROGRAM = ['victoria-metrics', 'victoria-metrics-prod'].find(
  (program) => spawnSync(program, ['-version']).error === undefined,
);

/** Why tests with it are skipped; false when they run. */
export const noVictoriaMetrics = PROGRAM === undefined ? 'VictoriaMetrics is not installed' : false;

/** A real VictoriaMetrics, single node, on a free port and in a folder of its own. */
export class VictoriaMetrics {
  readonly url: string;
  readonly #arguments: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, flags: readonly string[]) {
    this.url = `http://127.0.0.1:${port}`;
    this.#arguments = [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'data')}`,
      '-memory.allowedBytes=64MB',
      ...flags,
    ];
  }

  /** Ends with the test. It keeps everything unless other flags are given. */
  static async start(
    t: Pick<TestContext, 'after'>,
    flags: readonly string[] = ['-retentionPeriod=100y'],
  ): Promise<VictoriaMetrics> {
    const server = new VictoriaMetrics(await freePort(), tempFolder(t as TestContext), flags);
    t.after(() => server.stop());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    if (PROGRAM === undefined) throw new Error('there is no VictoriaMetrics');
    const child = spawn(PROGRAM, this.#arguments, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    let log = '';
    child.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-10_000);
    });
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`VictoriaMetrics ended: ${log}`);
      return fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, 'VictoriaMetrics is ready');
  }

  /** As an operator would: what it holds in memory is written first. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** Makes visible what was written so far. */
  async flush(): Promise<void> {
    await fetch(`${this.url}/internal/force_flush`);
  }

  async get(path: string): Promise<string> {
    return (await fetch(this.url + path)).text();
  }
}
