import type { Logger } from 'pino';
import { Problem } from '../../problem.js';
import { COLUMN, type Registry, type Rows, SIGNALS, type Signal } from '../../telemetry/index.js';
import type { History, HistoryStats } from '../contract.js';
import type { DurableQueue } from './durable-queue.js';
import type { KeptNames } from './kept-names.js';
import { extentOf, onlyNodes } from './laid-over.js';
import { writeLines } from './line-writer.js';
import type { Overlay } from './overlay.js';
import { RowTable } from './row-table.js';
import { scanRemote } from './scan.js';
import { EARLIEST_MS, LATEST_MS, type RemoteServer } from './server.js';

export interface RemoteHistoryOptions {
  readonly server: RemoteServer;
  readonly queue: DurableQueue;
  readonly overlay: Overlay;
  readonly names: KeptNames;
  /** The names that are kept, until another registry is handed in. */
  readonly registry: Registry;
  readonly measurement: string;
  readonly log: Logger;
  readonly assertOpen: () => void;
  /** Resolves when what can be sent is sent, or after a moment. */
  readonly drained: () => Promise<void>;
}

/** History in a database elsewhere: written to the queue, read from the database with the queue laid over it. */
export class RemoteHistory implements History {
  readonly #options: RemoteHistoryOptions;
  /** The registry of the service; numbers in rows that are given out are its numbers. */
  #registry: Registry;

  constructor(options: RemoteHistoryOptions) {
    this.#options = options;
    this.#registry = options.registry;
  }

  async append(rows: Rows, registry: Registry): Promise<void> {
    const { queue, names, measurement, assertOpen } = this.#options;
    assertOpen();
    this.#registry = registry;
    const lines = writeLines(rows, registry, measurement);
    const noted = names.note(rows, registry);
    await Promise.all([noted, lines.rows > 0 ? queue.append(lines) : undefined]);
  }

  async read(node: number, from: number, to: number, signals: readonly Signal[] = SIGNALS): Promise<Rows> {
    const { server, overlay, assertOpen } = this.#options;
    assertOpen();
    const registry = this.#registry;
    const columns = signals.map((signal) => COLUMN[signal]);
    const name = registry.nodes[node]?.name;
    const table = new RowTable(registry, from, to);
    const stretch = { from: Math.max(EARLIEST_MS, Math.ceil(from)), to: Math.min(LATEST_MS, Math.ceil(to)) };
    if (name === undefined || stretch.from >= stretch.to) return table.rows(columns);
    const lay = await overlay.snapshot(from, to);
    // All columns: which rows there are must not depend on the signals that are asked for.
    await server.read({ ...stretch, nodes: [name] }, table);
    lay(onlyNodes(table, new Set([name])));
    return table.rows(columns);
  }

  async *scan(from: number, to: number, stepMs: number): AsyncGenerator<Rows, void, undefined> {
    const { server, overlay, log, assertOpen } = this.#options;
    assertOpen();
    const onUnknown = (series: number): void =>
      log.warn({ series }, 'store: series of nodes or labels beyond receive.limits are left out');
    const step = stepMs > 0 ? Math.max(1, Math.round(stepMs)) : 0;
    yield* scanRemote({ server, overlay, registry: this.#registry, from, to, step, onUnknown });
  }

  async loadRegistry(registry: Registry): Promise<void> {
    const { server, names, log, assertOpen } = this.#options;
    assertOpen();
    this.#registry = registry;
    await names.load(registry);
    const newest = new Map<string, { labels: Readonly<Record<string, string>>; at: number }>();
    try {
      await server.names((node, labels, at) => {
        if (registry.find(node)) return;
        if (at >= (newest.get(node)?.at ?? Number.NEGATIVE_INFINITY)) newest.set(node, { labels, at });
      });
    } catch (error) {
      if (!(error instanceof Problem) || !error.retryable) throw error;
      log.warn(
        { reason: error.message },
        'store: nodes are those of the data folder; the database was not asked',
      );
      return;
    }
    for (const [node, { labels }] of [...newest].sort(([a], [b]) => (a < b ? -1 : 1)))
      registry.intern(node, labels);
  }

  /** Nothing is dropped here: the database has its own retention. Gives 0. */
  async retain(_before: number): Promise<number> {
    this.#options.assertOpen();
    return 0;
  }

  async stats(): Promise<HistoryStats> {
    const { server, overlay, queue, assertOpen } = this.#options;
    assertOpen();
    // A row that is being sent would count twice, or not at all.
    await this.#options.drained();
    const waiting = queue.rows;
    const extent = await extentOf(server, overlay, EARLIEST_MS, LATEST_MS);
    return {
      rows: (await server.countRows()) + waiting,
      bytes: 0,
      oldest: extent?.oldest,
      newest: extent?.newest,
    };
  }
}
