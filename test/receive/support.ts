import type { TestContext } from 'node:test';
import fastify from 'fastify';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { ManualClock } from '../../src/clock.js';
import { describeRefusal } from '../../src/receive/answers.js';
import {
  type Accept,
  authenticator,
  loadNames,
  type Names,
  type ReceiveLimits,
  receiveLimits,
  receivePlugin,
  type Tokens,
} from '../../src/receive/index.js';
import { Batch, Doorkeeper } from '../../src/receive/intake.js';
import { InfluxLineParser } from '../../src/receive/protocols/influx-line.js';
import { precisionOf } from '../../src/receive/protocols/influx-precision.js';
import { startRun } from '../../src/receive/protocols/influx-run.js';
import { Registry, Rows, SIGNALS } from '../../src/telemetry/index.js';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const DAY_MS = 86_400_000;

/** One row as people would write it: absent signals are left out. */
export type Kept = Readonly<Record<string, unknown>>;

export function keptOf(rows: Rows, registry: Registry): Kept[] {
  return Array.from({ length: rows.length }, (_, row) => ({
    node: registry.nodes[rows.node[row]].name,
    labels: { ...registry.labelSets[rows.labels[row]].labels },
    time: rows.time[row],
    ...Object.fromEntries(
      SIGNALS.map((signal) => [signal, rows.get(row, signal)] as const).filter(
        ([, value]) => !Number.isNaN(value),
      ),
    ),
  }));
}

export interface LineReader {
  readonly registry: Registry;
  read(text: string | Buffer, precision?: string): LineResult;
}

export interface LineResult {
  readonly kept: Kept[];
  /** `line:column what was found`, as the answer shows it. */
  readonly refused: string[];
  readonly accepted: number;
  readonly ignored: number;
  readonly samples: number;
  readonly refusedCount: number;
}

/** A parser that lives on from body to body, as in the service. */
export function lineReader(limits: Partial<ReceiveLimits> = {}, names: Names = loadNames()): LineReader {
  const all = { ...receiveLimits.parse({}), ...limits };
  const registry = new Registry({ nodes: all.nodes, labelsPerNode: all.labelsPerNode });
  const parser = new InfluxLineParser(new Doorkeeper(registry, all), names);
  return {
    registry,
    read(text, precision = 'ns') {
      const batch = new Batch(new Rows(4), NOW, NOW - 30 * DAY_MS, NOW + 600_000, all.reportedRefusals);
      const run = startRun(Buffer.from(text), precisionOf('v1', precision), batch);
      while (!parser.advance(run, 3));
      return {
        kept: keptOf(batch.rows, registry),
        refused: batch.refusals.details.map(describeRefusal),
        accepted: batch.accepted,
        ignored: batch.ignored,
        samples: batch.samples,
        refusedCount: batch.refusals.total,
      };
    },
  };
}

export interface ReceiverOptions {
  readonly accept?: Accept;
  readonly limits?: Partial<ReceiveLimits>;
  readonly tokens?: Partial<Tokens>;
  /** Files of names beside the shipped ones. */
  readonly names?: readonly string[];
}

export interface Receiver {
  readonly url: string;
  readonly kept: Kept[];
  readonly registry: Registry;
  readonly metrics: MetricsRegistry;
  readonly clock: ManualClock;
  /** What was logged, as text. */
  readonly logged: string[];
  post(path: string, body?: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly json: any;
}

/** The plugin in a fastify of its own on a free port; closes itself with the test. */
export async function buildReceiver(t: TestContext, options: ReceiverOptions = {}): Promise<Receiver> {
  const limits = { ...receiveLimits.parse({}), ...options.limits };
  const registry = new Registry({ nodes: limits.nodes, labelsPerNode: limits.labelsPerNode });
  const clock = new ManualClock(NOW);
  const kept: Kept[] = [];
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const metrics = new MetricsRegistry();
  const app = fastify({ loggerInstance: log });
  await app.register(receivePlugin, {
    accept: options.accept ?? (async (rows) => void kept.push(...keptOf(rows, registry))),
    registry,
    clock,
    limits,
    authenticator: authenticator({ agents: [], people: [], ...options.tokens }),
    names: loadNames(options.names),
    retentionMs: 30 * DAY_MS,
    log,
    metrics,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => app.close());
  return {
    url,
    kept,
    registry,
    metrics,
    clock,
    logged,
    async post(path, body = '', headers = {}) {
      const answer = await fetch(url + path, { method: 'POST', body, headers });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const text = bytes.toString('utf8');
      const isJson = answer.headers.get('content-type')?.startsWith('application/json');
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        bytes,
        json: isJson ? JSON.parse(text) : undefined,
      };
    },
  };
}
