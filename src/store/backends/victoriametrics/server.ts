import type { Clock } from '../../../clock.js';
import { COLUMN, type Labels, SIGNALS, type Signal } from '../../../telemetry/index.js';
import type { SampleSink } from '../../remote/line-reader.js';
import { namesOfTags } from '../../remote/line-writer.js';
import {
  EARLIEST_MS,
  LATEST_MS,
  type RemoteServer,
  type Stretch,
  type TornStep,
} from '../../remote/server.js';
import { VictoriaClient } from './client.js';
import { VictoriaExtent } from './extent.js';
import { readNames } from './names.js';
import type { VictoriaOptions } from './options.js';
import { inGroups, seconds, selector } from './query.js';
import { readThinned } from './thinned.js';

/** A line of the export API. What is no number (NaN, a stale marker) is null there. */
interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly unknown[];
  readonly timestamps: readonly number[];
}

/**
 * VictoriaMetrics as the database behind the queue. Samples are read through the export API, which neither caches nor
 * interpolates nor holds the newest samples back (-search.latencyOffset); thinned ones through the query API.
 */
export class VictoriaServer implements RemoteServer {
  readonly name: string;
  /** A single node shows rows after a second; a cluster's vmstorage and a slow disk may take some more. */
  readonly visibleAfterMs: number = 15_000;
  readonly #client: VictoriaClient;
  readonly #measurement: string;
  readonly #clock: Clock;
  readonly #isCluster: boolean;
  readonly #extent: VictoriaExtent;
  /** Resolves when what an earlier process wrote can be read. */
  #shown: Promise<void> | undefined;

  constructor(options: VictoriaOptions, clock: Clock) {
    this.name = `VictoriaMetrics at ${new URL(options.url).origin}`;
    this.#client = new VictoriaClient(options);
    this.#measurement = options.measurement;
    this.#clock = clock;
    this.#isCluster = options.tenant !== undefined;
    this.#extent = new VictoriaExtent(this.#client, this.#measurement, () => clock.now());
  }

  /** @throws RemoteFault */
  async write(lines: string): Promise<void> {
    await this.#client.write(lines, this.#clock.now());
  }

  /** @throws Problem store-failed */
  async read(stretch: Stretch, sink: SampleSink): Promise<void> {
    const { nodes, columns } = stretch;
    const first = Math.max(EARLIEST_MS, Math.ceil(stretch.from));
    const last = Math.min(LATEST_MS, Math.ceil(stretch.to)) - 1;
    if (last < first || nodes?.length === 0) return;
    const signals = columns ? SIGNALS.filter((_, column) => columns.includes(column)) : SIGNALS;
    await this.#showOnce();
    for (const group of nodes ? inGroups(nodes) : [undefined]) {
      const parameters = {
        'match[]': selector(this.#measurement, signals, group),
        // Both are inclusive.
        start: seconds(first),
        end: seconds(last),
        max_rows_per_line: '20000',
      };
      for await (const line of this.#client.lines('/api/v1/export', parameters))
        if (line !== '') this.#take(JSON.parse(line) as Exported, sink);
    }
  }

  /** @throws Problem store-failed */
  async readThinned(stretch: Stretch, stepMs: number, sink: SampleSink): Promise<readonly TornStep[]> {
    await this.#showOnce();
    return readThinned(this.#client, this.#measurement, stretch, stepMs, sink);
  }

  /** @throws Problem store-failed */
  async names(found: (node: string, labels: Labels, newest: number) => void): Promise<void> {
    await this.#showOnce();
    await readNames(this.#client, this.#measurement, this.#clock.now(), found);
  }

  /** @throws Problem store-failed */
  async extent(from: number, to: number): Promise<{ oldest: number; newest: number } | undefined> {
    await this.#showOnce();
    return this.#extent.extent(Math.max(from, EARLIEST_MS), Math.min(to, LATEST_MS));
  }

  /** @throws Problem store-failed */
  async countRows(): Promise<number> {
    // Rows that were sent just now count, too.
    await this.#show();
    const extent = await this.extent(EARLIEST_MS, LATEST_MS);
    return extent ? this.#extent.countRows(extent.oldest, extent.newest + 1) : 0;
  }

  #showOnce(): Promise<void> {
    this.#shown ??= this.#show();
    return this.#shown;
  }

  /**
   * Has a single node show what it took, which else takes it a second. A cluster shows it when it does; where the path
   * is not to be had, so does a single node.
   */
  async #show(): Promise<void> {
    if (this.#isCluster) return;
    await this.#client.page('/internal/force_flush').catch(() => undefined);
  }

  /**
   * Where a series holds several values for one ms the server cannot say which came last; the largest is taken, as its
   * own deduplication does.
   */
  #take({ metric, values, timestamps }: Exported, sink: SampleSink): void {
    const { __name__: metricName = '', ...tags } = metric;
    const names = namesOfTags(Object.entries(tags));
    const column = COLUMN[metricName.slice(this.#measurement.length + 1) as Signal];
    if (!names || column === undefined) return;
    const add = sink.series(names.node, names.labels);
    for (let at = 0; at < timestamps.length; at++) {
      let value = Number.NaN;
      const time = timestamps[at];
      for (; at < timestamps.length && timestamps[at] === time; at++) {
        const other = values[at];
        if (typeof other === 'number' && !(other <= value)) value = other;
      }
      at--;
      if (!Number.isNaN(value)) add(time, column, value);
    }
  }
}
