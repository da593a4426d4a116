import type { Registry, Rows, Signal } from '../telemetry/index.js';
import type { ForecastSink, PastForecasts } from './forecasts.js';

/**
 * What every backend of the store promises. History keeps samples; the ledger keeps the service's own small facts
 * (alert states, outbox, silences). A backend may hold both, or history alone beside an embedded ledger.
 */
export interface Store {
  readonly history: History;
  readonly ledger: Ledger;
  /** Where forecasts and alerts are written as series of their own; left out by a backend that keeps none. */
  readonly forecasts?: ForecastSink;
  /** Where they are read again; left out by a backend that cannot. */
  readonly pastForecasts?: PastForecasts;
  /** What was found and mended on opening, to be logged and shown; empty after a clean stop. */
  readonly repairs: readonly string[];
  /** Commits what is queued, then lets go of files and threads. Calls made afterwards reject with `shutting-down`. */
  close(): Promise<void>;
}

export interface History {
  /**
   * Appends rows. Resolves when they are durable: they survive `kill -9` from then on. Copies what
   * it needs before it returns, so the caller may go on using `rows`. The registry's nodes and labels up to now are
   * kept with them.
   * Idempotent per (node, time, signal): the value written last wins.
   * @throws Problem store-busy (with retryAfterMs) when more is queued than the bound allows; nothing is kept then.
   * @throws Problem store-failed when the commit failed; nothing is kept then.
   */
  append(rows: Rows, registry: Registry): Promise<void>;

  /**
   * One node's rows with `from <= time < to`, in time order, one row a time (columns merged). Only `signals` are
   * filled when given. Times are unix ms.
   */
  read(node: number, from: number, to: number, signals?: readonly Signal[]): Promise<Rows>;

  /**
   * One node's rows with `from <= time < to` for a picture, folded to one per stretch of `stepMs` (counted from `from`) and
   * (labels, start_time), in time order. Left out by a backend that folds no faster than who reads all rows.
   */
  outline?(node: number, from: number, to: number, stepMs: number): Promise<Outline>;

  /**
   * All nodes' rows with `from <= time < to`, thinned for a warm start: at most one row per node, `stepMs` and
   * (labels, start_time), in time order across nodes (ties by node). Each signal is the last value in its step, but
   * `heap_used` and `rss` are the lowest of an even step and the highest of an odd one (counted from the epoch), so that
   * sawteeth within a step keep floors and peaks. `stepMs` 0 gives every row as it is. Chunks are owned by the
   * caller; iteration may be ended early.
   */
  scan(from: number, to: number, stepMs: number): AsyncIterable<Rows>;

  /** Fills an empty registry with the nodes and labels that are kept. */
  loadRegistry(registry: Registry): Promise<void>;

  /** Drops what is older than `before` (whole partitions, so a little may stay). Returns how many partitions went. */
  retain(before: number): Promise<number>;

  stats(): Promise<HistoryStats>;
}

/** Folded rows, the same ones twice, see History.outline. Of counters, limits and starts both have the last value. */
export interface Outline {
  /** With the time of the first sample of each, and the lowest `rss`, `heap_used`, `heap_after_gc` and `ready`. */
  readonly low: Rows;
  /** With the time of the last sample, and the highest. */
  readonly high: Rows;
}

export interface HistoryStats {
  /** Rows kept, those not yet merged included. */
  readonly rows: number;
  /** Bytes on disk, write-ahead log included; 0 where the backend does not know. */
  readonly bytes: number;
  /** Unix ms; undefined when empty. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

/** A fact in the ledger: JSON under a key; null removes it. */
export interface LedgerEntry {
  readonly collection: string;
  readonly key: string;
  readonly value: unknown | null;
}

/**
 * A durable log of small facts, latest per key. All entries of one append become visible together or not at all.
 */
export interface Ledger {
  /** Resolves when durable. Order of calls is kept. @throws Problem store-failed; nothing of the append is kept. */
  append(entries: readonly LedgerEntry[]): Promise<void>;
  /** The latest values of a collection by key, in the order in which the keys were first written. */
  load(collection: string): Promise<Map<string, unknown>>;
}
