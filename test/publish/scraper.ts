import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

export type ScraperName = 'prometheus' | 'victoria-metrics';

type Series = readonly {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}[];

const DEADLINE_MS = 30_000;

/** A real Prometheus or VictoriaMetrics that scrapes one service every second. */
export class Scraper {
  readonly url: string;
  readonly said: () => string;

  constructor(url: string, said: () => string) {
    this.url = url;
    this.said = said;
  }

  /** The answer to an instant query. Rejects with the reason when it is refused. */
  async ask(query: string): Promise<Series> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${query}\nwas answered ${response.status}: ${text}`);
    return (JSON.parse(text) as { data: { result: Series } }).data.result;
  }

  /** Asks until there is an answer with something in it. */
  async askUntilThere(query: string): Promise<Series> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const found = await this.ask(query);
      if (found.length > 0) return found;
      if (performance.now() > deadline)
        throw new Error(`nothing answers ${query}\n${this.said().slice(-2000)}`);
      await setTimeout(200);
    }
  }
}

export async function startScraper(t: TestContext, name: ScraperName, target: string): Promise<Scraper> {
  const folder = tempFolder(t);
  const file = join(folder, 'scrape.yml');
  const port = await freePort();
  writeFileSync(
    file,
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: headroom, static_configs: [{ targets: ["${new URL(target).host}"] }] }]
`,
  );
  const options =
    name === 'prometheus'
      ? [
          `--config.file=${file}`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=127.0.0.1:${port}`,
        ]
      : [
          `-promscrape.config=${file}`,
          `-storageDataPath=${folder}/data`,
          `-httpListenAddr=127.0.0.1:${port}`,
          '-search.latencyOffset=0s',
          '-memory.allowedBytes=100MB',
        ];
  const child = spawn(name, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => stop(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/health`, `${url}/-/ready`, () => said);
  return new Scraper(url, () => said);
}

async function answers(health: string, ready: string, said: () => string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    for (const url of [health, ready]) {
      const response = await fetch(url).catch(() => undefined);
      if (response?.ok) return;
    }
    if (performance.now() > deadline) throw new Error(`it does not answer:\n${said().slice(-2000)}`);
    await setTimeout(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
