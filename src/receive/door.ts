import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { type Registry, Rows } from '../telemetry/index.js';
import { describeRefusal } from './answers.js';
import { Batch, Doorkeeper } from './intake.js';
import type { Protocol, ReceiveMetrics } from './metrics.js';
import type { Names } from './names/index.js';
import type { ReceiveLimits } from './options.js';
import { InfluxLineParser } from './protocols/influx-line.js';
import type { Precision } from './protocols/influx-precision.js';
import { startRun } from './protocols/influx-run.js';
import { readJson, readNdjson } from './protocols/json.js';
import { OtlpJsonReader, OtlpProtobufReader, Streams } from './protocols/otlp/index.js';
import { RemoteWriteReader, type RemoteWriteVersion, type Written } from './protocols/remote-write/reader.js';
import { SeriesDesk, Sums } from './series/index.js';

/**
 * Takes the rows of one body. Resolves when they are durable. The rows are the receiver's again once the promise
 * has settled: copy what is kept beyond that.
 * @throws Problem store-busy, store-failed, shutting-down; nothing of the rows is kept then
 */
export type Accept = (rows: Rows) => Promise<void>;

export interface DoorOptions {
  readonly accept: Accept;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly limits: ReceiveLimits;
  readonly names: Names;
  /** How old a sample may be, in ms: what retention would drop at once is refused. */
  readonly retentionMs: number;
  readonly log: Logger;
  readonly metrics: ReceiveMetrics;
}

/** Lines read in one go; between two goes other requests have their turn. About 5 ms. */
const LINES_AT_A_TIME = 5000;
const POINTS_AT_A_TIME = 5000;

/**
 * Row sets of more rows are not kept for the next body, nor of more rows in all: about 12 MB. As many are in use as bodies
 * wait to be durable.
 */
const KEPT_ROWS = 16_384;
const KEPT_IN_ALL = 131_072;

/** One refusal a protocol and reason is logged in this time, with how many there were since. */
const LOG_EVERY_MS = 60_000;

/** Bodies in, rows handed on. Knows nothing of HTTP. */
export class Door {
  readonly #options: DoorOptions;
  readonly #doorkeeper: Doorkeeper;
  /** Of all protocols: the parts of one may come by several. */
  readonly #sums: Sums;
  readonly #lines: InfluxLineParser;
  readonly #remoteWrite: RemoteWriteReader;
  readonly #otlpProtobuf: OtlpProtobufReader;
  readonly #otlpJson: OtlpJsonReader;
  readonly #spare: Rows[] = [];
  #spareRows = 0;
  readonly #logged = new Map<string, { at: number; since: number }>();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#doorkeeper = new Doorkeeper(options.registry, options.limits);
    const sums = new Sums(options.registry);
    this.#sums = sums;
    this.#lines = new InfluxLineParser(this.#doorkeeper, options.names, sums);
    const desk = new SeriesDesk(this.#doorkeeper, options.names, sums);
    this.#remoteWrite = new RemoteWriteReader(desk);
    const streams = new Streams(desk);
    this.#otlpProtobuf = new OtlpProtobufReader(streams);
    this.#otlpJson = new OtlpJsonReader(streams);
  }

  /** Resolves when what was good in the body is durable. @throws what `accept` throws */
  takeLines(protocol: Protocol, body: Buffer, precision: Precision): Promise<Batch> {
    return this.#take(protocol, async (batch) => {
      const run = startRun(body, precision, batch);
      while (!this.#lines.advance(run, LINES_AT_A_TIME)) await nextTurn();
    });
  }

  /** @throws Problem bad-json, and what `accept` throws */
  takeJson(body: Buffer): Promise<Batch> {
    return this.#take('json', (batch) => readJson(body, batch, this.#doorkeeper));
  }

  /** @throws what `accept` throws */
  takeNdjson(body: Buffer): Promise<Batch> {
    return this.#take('json', (batch) => readNdjson(body, batch, this.#doorkeeper));
  }

  /** The body is read before this returns. @throws Problem bad-protobuf, and what `accept` throws */
  async takeRemoteWrite(
    body: Buffer,
    version: RemoteWriteVersion,
  ): Promise<{ readonly batch: Batch; readonly written: Written }> {
    let written!: Written;
    const batch = await this.#take('remote-write', (begun) => {
      written = this.#remoteWrite.read(body, version, begun);
    });
    return { batch, written };
  }

  /** @throws Problem bad-protobuf, and what `accept` throws */
  takeOtlpProtobuf(body: Buffer): Promise<Batch> {
    return this.#take('otlp', async (batch) => {
      const run = { body, batch, at: 0, resources: 0 };
      while (!this.#otlpProtobuf.advance(run, POINTS_AT_A_TIME)) await nextTurn();
    });
  }

  /** @throws Problem bad-json, and what `accept` throws */
  takeOtlpJson(body: Buffer): Promise<Batch> {
    return this.#take('otlp', (batch) => this.#otlpJson.read(body, batch));
  }

  async #take(protocol: Protocol, read: (batch: Batch) => void | Promise<void>): Promise<Batch> {
    const { accept, clock, limits, metrics, retentionMs } = this.#options;
    const rows = this.#takeRows();
    const now = clock.now();
    const batch = new Batch(rows, now, now - retentionMs, now + limits.futureMs, limits.reportedRefusals);
    try {
      await read(batch);
      if (rows.length > 0) await accept(rows);
    } catch (error) {
      this.#sums.abandon(batch);
      throw error;
    } finally {
      this.#giveBack(rows);
    }
    metrics.countBatch(protocol, batch);
    if (batch.refusals.total > 0) this.#logRefusal(protocol, batch);
    return batch;
  }

  #takeRows(): Rows {
    const rows = this.#spare.pop();
    if (!rows) return new Rows();
    this.#spareRows -= rows.capacity;
    rows.length = 0;
    return rows;
  }

  #giveBack(rows: Rows): void {
    if (rows.capacity > KEPT_ROWS || this.#spareRows + rows.capacity > KEPT_IN_ALL) return;
    this.#spareRows += rows.capacity;
    this.#spare.push(rows);
  }

  #logRefusal(protocol: Protocol, { refusals, now }: Batch): void {
    const first = refusals.details[0];
    const key = `${protocol} ${first.code}`;
    const logged = this.#logged.get(key);
    if (logged && now >= logged.at && now - logged.at < LOG_EVERY_MS) {
      logged.since += refusals.total;
      return;
    }
    const count = refusals.total + (logged?.since ?? 0);
    this.#logged.set(key, { at: now, since: 0 });
    this.#options.log.warn({ protocol, code: first.code, count }, `refused: ${describeRefusal(first)}`);
  }
}
