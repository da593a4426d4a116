import { type FluxTableMetaData, InfluxDB, setLogger } from '@influxdata/influxdb-client';
import type { Clock } from '../../../clock.js';
import { Problem } from '../../../problem.js';
import { COLUMN, isSignal, type Labels } from '../../../telemetry/index.js';
import {
  EXTREME_COLUMNS,
  NODE_TAG,
  namesOfTags,
  type RemoteServer,
  type SampleSink,
  type StepSelector,
  type Stretch,
  ThinnedSteps,
  type TornStep,
  unarmour,
} from '../../remote/index.js';
import { queryProblem, writeFault } from './answers.js';
import { countQuery, extentQuery, namesQuery, rawQuery, thinnedQuery } from './flux.js';
import type { InfluxOptions } from './options.js';

/** Columns of an answer that are no tags. */
const NO_TAGS = new Set(['result', 'table', '_start', '_stop', '_time', '_value', '_field', '_measurement']);

/** No batch is so large: it must not be sent before it is flushed. */
const NO_BOUND = Number.MAX_SAFE_INTEGER;

type Names = { readonly node: string; readonly labels: Labels };

/** An InfluxDB 2 behind the contract, through its client; the client's own buffering and retrying is turned off. */
export class InfluxServer implements RemoteServer {
  readonly name: string;
  /** A write is answered once it can be queried. */
  readonly visibleAfterMs = 0;
  readonly takesText = true;
  readonly replacesPoints = true;
  readonly #options: InfluxOptions;
  readonly #clock: Clock;
  readonly #client: InfluxDB;

  constructor(options: InfluxOptions, clock: Clock) {
    const { url, token, timeout } = options;
    this.name = `InfluxDB at ${new URL(url).origin}`;
    this.#options = options;
    this.#clock = clock;
    // What goes wrong is told by us; the client would print it, too.
    setLogger({ error: () => undefined, warn: () => undefined });
    this.#client = new InfluxDB({ url, token, timeout });
  }

  async write(lines: string): Promise<void> {
    const records = lines.split('\n').filter((line) => line !== '');
    const { org, bucket } = this.#options;
    // One for each batch: its buffer is an array of the length that is given here.
    const api = this.#client.getWriteApi(org, bucket, 'ms', {
      batchSize: records.length + 1,
      maxBatchBytes: NO_BOUND,
      flushInterval: 0,
      maxRetries: 0,
    });
    api.writeRecords(records);
    try {
      await api.flush();
    } catch (error) {
      throw writeFault(error, this.name, this.#clock.now());
    }
  }

  async read(stretch: Stretch, sink: SampleSink): Promise<void> {
    await this.#samples(rawQuery(this.#options, stretch), (_, { node, labels }) => sink.series(node, labels));
  }

  async readThinned(stretch: Stretch, stepMs: number, sink: SampleSink): Promise<readonly TornStep[]> {
    const steps = new ThinnedSteps(stepMs);
    const query = thinnedQuery(this.#options, stretch, stepMs, EXTREME_COLUMNS);
    await this.#samples(query, (result, { node, labels }) =>
      steps.series(result as StepSelector, node, labels),
    );
    return steps.give(sink);
  }

  async names(found: (node: string, labels: Labels, newest: number) => void): Promise<void> {
    await this.#rows(namesQuery(this.#options), (values, table) => {
      const names = namesOf(values, table);
      if (names) found(names.node, names.labels, Date.parse(table.get(values, '_time')));
    });
  }

  async extent(from: number, to: number): Promise<{ oldest: number; newest: number } | undefined> {
    let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    await this.#rows(extentQuery(this.#options, { from, to }), (values, table) => {
      const time = Date.parse(table.get(values, '_time'));
      if (table.get(values, 'result') === 'oldest') oldest = Math.min(oldest, time);
      else newest = Math.max(newest, time);
    });
    return oldest <= newest ? { oldest, newest } : undefined;
  }

  /** For each node as many rows as its most frequent signal has samples: others came with it, as agents have it. */
  async countRows(): Promise<number> {
    const counts = new Map<string, Map<string, number>>();
    await this.#rows(countQuery(this.#options), (values, table) => {
      const node = unarmour(String(table.get(values, NODE_TAG) ?? ''));
      const field = String(table.get(values, '_field'));
      const fields = counts.get(node) ?? new Map<string, number>();
      fields.set(field, (fields.get(field) ?? 0) + Number(table.get(values, '_value')));
      counts.set(node, fields);
    });
    return [...counts.values()].reduce((sum, fields) => sum + Math.max(...fields.values()), 0);
  }

  /** Gives the samples of an answer to what `open` returns for each of its tables. */
  async #samples(
    query: string,
    open: (result: string, names: Names) => (time: number, column: number, value: number) => void,
  ): Promise<void> {
    let current:
      | { table: FluxTableMetaData; id: string; result: string; add: ReturnType<typeof open> }
      | undefined;
    await this.#rows(query, (values, table) => {
      const field = table.get(values, '_field') as string;
      if (!isSignal(field)) return;
      const [id, result] = [String(table.get(values, 'table')), String(table.get(values, 'result'))];
      if (current?.table !== table || current.id !== id || current.result !== result) {
        const names = namesOf(values, table);
        current = { table, id, result, add: names ? open(result, names) : () => undefined };
      }
      const value = Number(table.get(values, '_value') ?? Number.NaN);
      // A time is kept to the ms; one of another writer may be finer.
      if (!Number.isNaN(value))
        current.add(Math.floor(Date.parse(table.get(values, '_time'))), COLUMN[field], value);
    });
  }

  /** @throws Problem store-unreachable, store-failed */
  async #rows(query: string, take: (values: string[], table: FluxTableMetaData) => void): Promise<void> {
    const { url, token, org, timeout } = this.#options;
    const abort = new AbortController();
    // The client waits for ever once an answer has begun; what may be aborted must have a client of its own.
    const timer = setTimeout(() => abort.abort(), timeout);
    const client = new InfluxDB({ url, token, timeout, transportOptions: { signal: abort.signal } });
    try {
      for await (const { values, tableMeta } of client.getQueryApi({ org, gzip: true }).iterateRows(query)) {
        timer.refresh();
        // An error in the middle of an answer comes as a table of its own, which the client takes for data.
        if (tableMeta.columns.some(({ label }) => label === 'error') && isErrorTable(tableMeta)) {
          throw new Problem(
            'store-failed',
            `${this.name} gave up on a query: ${tableMeta.get(values, 'error')}`,
          );
        }
        take(values, tableMeta);
      }
    } catch (error) {
      const late = abort.signal.aborted ? new Error(`nothing came within ${timeout} ms`) : error;
      throw queryProblem(late, this.name);
    } finally {
      clearTimeout(timer);
    }
  }
}

function isErrorTable({ columns }: FluxTableMetaData): boolean {
  return columns.every(({ label }) => ['error', 'reference', 'result', 'table', ''].includes(label));
}

function namesOf(values: string[], table: FluxTableMetaData): Names | undefined {
  return namesOfTags(
    table.columns
      .filter(({ label }) => !NO_TAGS.has(label))
      .map((column) => [column.label, String(column.get(values) ?? '')] as const),
  );
}
