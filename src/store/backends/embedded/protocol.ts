import type { ProblemCode } from '../../../problem.js';
import type { LabelSet, NodeRecord, Rows } from '../../../telemetry/index.js';
import type { HistoryStats } from '../../contract.js';

/** Rows as they cross between threads: their arrays are transferred, not copied. */
export type RawRows = Pick<Rows, 'length' | 'node' | 'labels' | 'time' | 'values'>;

/** An Outline as it crosses between threads. */
export interface RawOutline {
  readonly low: RawRows;
  readonly high: RawRows;
}

/** A ledger entry with its value as JSON; null removes the key. */
export type RawEntry = readonly [collection: string, key: string, json: string | null];

/** A forecast with its JSON. */
export type RawForecast = readonly [at: number, node: string, json: string];

export interface CommitBody {
  /** Unix ms, to know later when a partition was last written. */
  readonly now: number;
  readonly rows: RawRows;
  readonly nodes: readonly NodeRecord[];
  readonly labelSets: readonly LabelSet[];
  readonly entries: readonly RawEntry[];
}

export interface Maintained {
  readonly sorted: number;
  readonly dropped: number;
}

/** What the main thread asks of the worker, and what it gets. */
export interface Calls {
  commit: { body: CommitBody; reply: RawRows };
  read: { body: { node: number; from: number; to: number; columns: readonly number[] }; reply: RawRows };
  outline: { body: { node: number; from: number; to: number; stepMs: number }; reply: RawOutline };
  scanOpen: { body: { from: number; to: number; stepMs: number }; reply: number };
  scanNext: { body: number; reply: RawRows | undefined };
  scanClose: { body: number; reply: undefined };
  registry: {
    body: undefined;
    reply: { nodes: readonly NodeRecord[]; labelSets: readonly LabelSet[] };
  };
  retain: { body: { before: number }; reply: number };
  stats: { body: undefined; reply: HistoryStats };
  load: { body: string; reply: readonly (readonly [key: string, json: string])[] };
  keepForecasts: { body: readonly RawForecast[]; reply: undefined };
  readForecasts: { body: { node: string; from: number; to: number }; reply: readonly string[] };
  maintain: { body: { now: number; before: number }; reply: Maintained };
  close: { body: undefined; reply: undefined };
}

export type CallName = keyof Calls;

export interface CallMessage<Name extends CallName = CallName> {
  readonly id: number;
  readonly name: Name;
  readonly body: Calls[Name]['body'];
}

export interface Failure {
  readonly code: ProblemCode;
  readonly message: string;
  readonly cure?: string;
}

export interface Opened {
  readonly repairs: readonly string[];
  readonly nodes: number;
  readonly labelSets: number;
}

/** The worker's first message, then one answer a call. */
export type WorkerMessage =
  | { readonly opened: Opened }
  | { readonly refused: Failure }
  | { readonly id: number; readonly reply: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly repaired: readonly string[] };

export interface WorkerInput {
  readonly folder: string;
  readonly partition: number;
  readonly memoryLimit: number;
  readonly threads: number;
  /** Unix ms. */
  readonly now: number;
}

/** The arrays of rows as a transfer list; empty arrays of one shared buffer cannot occur, each has its own. */
export function buffersOf(rows: RawRows): ArrayBuffer[] {
  return [rows.node, rows.labels, rows.time, rows.values].map((array) => array.buffer as ArrayBuffer);
}

export function rawOf(rows: Rows): RawRows {
  const { length, node, labels, time, values } = rows;
  return { length, node, labels, time, values };
}
