import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../../../clock.js';
import { asProblem, Problem } from '../../../problem.js';
import type { Store } from '../../contract.js';
import { Channel } from './channel.js';
import { databaseBytes } from './database-files.js';
import { EmbeddedForecasts } from './embedded-forecasts.js';
import { EmbeddedHistory } from './embedded-history.js';
import { EmbeddedLedger } from './embedded-ledger.js';
import { GroupCommit } from './group-commit.js';
import { KnownNames } from './known-names.js';
import { storeMetrics } from './metrics.js';
import type { EmbeddedOptions } from './options.js';
import { markFolder } from './pid-file.js';
import type { Maintained, WorkerInput } from './protocol.js';

/** How often old partitions are dropped and settled ones re-sorted. */
const MAINTAIN_EVERY_MS = 60_000;

export interface EmbeddedStoreOptions {
  readonly options: EmbeddedOptions;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly clock: Clock;
}

export interface EmbeddedStore extends Store {
  /**
   * Drops partitions past the retention and re-sorts the settled ones, now. Runs by itself every minute of the
   * clock; runs follow one another.
   */
  maintain(): Promise<Maintained>;
}

/**
 * Opens the store in its folder; a write-ahead log that was damaged is mended, which `repairs` and the log tell.
 * @throws Problem store-locked, store-failed
 */
export async function openEmbeddedStore({
  options,
  log,
  metrics: registry,
  clock,
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { folder, partition, memoryLimit, threads } = options;
  const unmark = markFolder(folder);
  const workerData: WorkerInput = { folder, partition, memoryLimit, threads, now: clock.now() };
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData,
    // DuckDB's chunks are freed when their small wrappers are collected: a small nursery collects them soon.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const tellRepairs = (repairs: readonly string[]): void => {
    metrics.repairs.inc(repairs.length);
    for (const repair of repairs) log.warn({ folder, repair }, 'the store was mended on opening');
  };
  const channel = new Channel(worker, tellRepairs);
  const opened = await channel.opened().catch(async (error: unknown) => {
    await channel.exited();
    unmark();
    throw asProblem(error);
  });
  const names = new KnownNames(opened);
  const metrics = storeMetrics(registry, {
    queuedRows: () => commits.queuedRows,
    bytes: () => databaseBytes(folder),
  });
  const { commitInterval, queueRows } = options;
  const commits = new GroupCommit({ channel, clock, metrics, names, commitInterval, queueRows });
  tellRepairs(opened.repairs);
  return new OpenStore({ channel, commits, names, repairs: opened.repairs, unmark, log, clock, options });
}

interface Parts {
  readonly channel: Channel;
  readonly commits: GroupCommit;
  readonly names: KnownNames;
  readonly repairs: readonly string[];
  readonly unmark: () => void;
  readonly log: Logger;
  readonly clock: Clock;
  readonly options: EmbeddedOptions;
}

class OpenStore implements EmbeddedStore {
  readonly history: EmbeddedHistory;
  readonly ledger: EmbeddedLedger;
  readonly forecasts: EmbeddedForecasts;
  readonly repairs: readonly string[];
  readonly #parts: Parts;
  #closing: Promise<void> | undefined;
  #maintaining: Promise<unknown> = Promise.resolve();
  #cancelMaintenance: () => void = () => undefined;

  constructor(parts: Parts) {
    const assertOpen = (): void => {
      if (this.#closing) throw new Problem('shutting-down', 'the store is closed');
    };
    const { channel, commits, names } = parts;
    this.#parts = parts;
    this.repairs = parts.repairs;
    this.history = new EmbeddedHistory(channel, commits, names, assertOpen);
    this.ledger = new EmbeddedLedger(channel, commits, assertOpen);
    this.forecasts = new EmbeddedForecasts(channel, assertOpen);
    this.#scheduleMaintenance();
  }

  get pastForecasts(): EmbeddedForecasts {
    return this.forecasts;
  }

  maintain(): Promise<Maintained> {
    if (this.#closing) return Promise.reject(new Problem('shutting-down', 'the store is closed'));
    const { channel, clock, options } = this.#parts;
    const run = (): Promise<Maintained> => {
      const now = clock.now();
      return channel.call('maintain', { now, before: now - options.retention });
    };
    const next = this.#maintaining.then(run, run);
    this.#maintaining = next;
    return next;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { channel, commits, unmark } = this.#parts;
    this.#cancelMaintenance();
    await commits.drain();
    try {
      await channel.call('close', undefined);
    } finally {
      await channel.exited();
      unmark();
    }
  }

  #scheduleMaintenance(): void {
    const { clock, log } = this.#parts;
    this.#cancelMaintenance = clock.after(MAINTAIN_EVERY_MS, () => {
      this.maintain()
        .then(({ sorted, dropped }) => {
          if (sorted + dropped > 0) log.info({ sorted, dropped }, 'partitions re-sorted and dropped');
        })
        .catch((error: unknown) => log.error({ err: error }, 'upkeep of the store failed; it is tried again'))
        .finally(() => {
          if (!this.#closing) this.#scheduleMaintenance();
        });
    });
  }
}
