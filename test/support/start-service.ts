import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Api } from './api.js';
import { tempFolder } from './temp-folder.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface Wishes {
  readonly rules: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly folder?: string;
}

/** A service as its users run it: a process of its own with a configuration file, which can die and come again. */
export class ServiceProcess {
  readonly folder: string;
  /** Everything that all its runs have said on standard error. */
  log = '';
  #child: ChildProcess | undefined;
  #api: Api | undefined;
  readonly #configFile: string;

  constructor(folder: string, wishes: Wishes) {
    this.folder = folder;
    const rules = join(folder, 'rules');
    mkdirSync(rules, { recursive: true });
    writeFileSync(join(rules, 'rules.yaml'), wishes.rules);
    this.#configFile = join(folder, 'headroom.yaml');
    const config = {
      listen: { port: 0 },
      store: { folder: this.dataFolder },
      rules: { folder: rules },
      ...wishes.config,
    };
    // JSON is YAML.
    writeFileSync(this.#configFile, JSON.stringify(config));
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** Of the present run; its port is another after each start. */
  get api(): Api {
    if (!this.#api) throw new Error('the service does not run');
    return this.#api;
  }

  get isRunning(): boolean {
    return this.#api !== undefined;
  }

  /** Resolves when it listens. Rejects with what it said when it ends instead, or takes longer than 60 s. */
  async start(): Promise<void> {
    const { child, output } = this.#spawn();
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the service does not listen after 60 s:\n${this.log.slice(-4000)}`)),
        60_000,
      );
      child.stdout?.on('data', () => {
        const found = /^headroom listens on (\S+)/m.exec(output());
        if (found) resolve(found[1]);
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`the service ended with ${code ?? signal}:\n${this.log.slice(-4000)}`)),
      );
      child.once('exit', () => clearTimeout(timer));
      child.stdout?.once('data', () => clearTimeout(timer));
    });
    this.#api = new Api(url);
  }

  /** For a start that is to fail: its exit code and what it said. */
  async run(): Promise<{ readonly code: number | null; readonly err: string }> {
    const before = this.log.length;
    const { child } = this.#spawn();
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, err: this.log.slice(before) };
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#api = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const closed = once(child, 'close') as Promise<[number | null]>;
    child.kill(signal);
    return (await closed)[0];
  }

  #spawn() {
    const child = spawn(process.execPath, [MAIN, 'serve', '--config', this.#configFile], {
      cwd: this.folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.log += chunk;
    });
    return { child, output: () => text };
  }
}

/** A service process that is started, and killed when the test ends. */
export async function startService(t: TestContext, wishes: Wishes): Promise<ServiceProcess> {
  const service = prepareService(t, wishes);
  await service.start();
  return service;
}

/** As `startService`, but not started yet. */
export function prepareService(t: TestContext, wishes: Wishes): ServiceProcess {
  const service = new ServiceProcess(wishes.folder ?? tempFolder(t), wishes);
  t.after(() => service.kill());
  return service;
}
