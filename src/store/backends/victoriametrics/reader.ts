import { COLUMN, type Registry, Rows, SIGNALS, type Signal } from '../../../telemetry/index.js';
import type { VictoriaClient } from './client.js';
import { inOrder, RowsBuilder } from './rows-builder.js';
import { identityOf, selector, signalOf } from './series.js';
import { thin } from './thin.js';

/** Latest time that VictoriaMetrics reckons with, unix ms: 2^63 ns. */
const LAST_TIME = 9_223_372_036_854;
/** Nodes whose rows are put together at once: their names fit in one query, their rows in a little memory. */
const NODES_PER_QUERY = 100;
/** Rows of these nodes as they are stored, and of all nodes as they are given out, that a window may hold. */
const MOST_RAW_ROWS = 250_000;
const MOST_GIVEN_ROWS = 300_000;
const CHUNK_ROWS = 16_384;
const FIRST_WINDOW_MS = 1_800_000;

interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly unknown[];
  readonly timestamps: readonly number[];
}

/** Rows that are kept but that the server does not show yet, of one node or of all; `from` inclusive, `to` exclusive. */
export type Unseen = (from: number, to: number, node?: number) => Rows;

/** Reads history through the export API, which neither caches nor interpolates nor holds the newest samples back. */
export class VictoriaReader {
  readonly #client: VictoriaClient;
  readonly #unseen: Unseen;

  constructor(client: VictoriaClient, unseen: Unseen) {
    this.#client = client;
    this.#unseen = unseen;
  }

  /** As History.read. @throws Problem store-failed */
  async read(
    registry: Registry,
    node: number,
    from: number,
    to: number,
    signals: readonly Signal[] = SIGNALS,
  ): Promise<Rows> {
    const rows = await this.#window(registry, [node], from, to, signals, Number.POSITIVE_INFINITY);
    return rows ?? new Rows(1);
  }

  /**
   * As History.scan: window after window of time, and within each a hundred nodes at a time, so that memory is bounded
   * however long the stretch is. A window that turns out to hold too much is read again by halves.
   * @throws Problem store-failed
   */
  async *scan(
    registry: Registry,
    from: number,
    to: number,
    stepMs: number,
    latest: number,
  ): AsyncGenerator<Rows, void, undefined> {
    const step = stepMs > 0 ? Math.max(1, Math.round(stepMs)) : 0;
    const end = Math.min(to, Math.max(latest, this.#newestUnseen() + 1));
    let span = Math.max(FIRST_WINDOW_MS, step);
    for (let cursor = from; cursor < end; ) {
      const upTo = Math.min(end, alignUp(cursor + span, step));
      const rows = await this.#thinnedWindow(registry, cursor, upTo, step);
      if (!rows) {
        span = Math.max(1, step, Math.floor((upTo - cursor) / 2));
        continue;
      }
      for (let start = 0; start < rows.length; start += CHUNK_ROWS) yield slice(rows, start, CHUNK_ROWS);
      cursor = upTo;
      if (rows.length < MOST_GIVEN_ROWS / 4) span *= 2;
    }
  }

  #newestUnseen(): number {
    const { time, length } = this.#unseen(0, Number.MAX_SAFE_INTEGER);
    let newest = 0;
    for (let row = 0; row < length; row++) newest = Math.max(newest, time[row]);
    return newest;
  }

  /** All nodes' rows of a window, thinned and in order; undefined when they are too many and it can be cut. */
  async #thinnedWindow(
    registry: Registry,
    from: number,
    to: number,
    step: number,
  ): Promise<Rows | undefined> {
    const canBeCut = to - from > Math.max(1, step);
    const given = new Rows(1024);
    const ids = registry.nodes.map(({ id }) => id);
    for (let start = 0; start < ids.length; start += NODES_PER_QUERY) {
      const most = canBeCut ? MOST_RAW_ROWS : Number.POSITIVE_INFINITY;
      const raw = await this.#window(
        registry,
        ids.slice(start, start + NODES_PER_QUERY),
        from,
        to,
        SIGNALS,
        most,
      );
      if (!raw) return undefined;
      const thinned = step > 0 ? thin(raw, step) : raw;
      for (let row = 0; row < thinned.length; row++) given.addFrom(thinned, row);
      if (canBeCut && given.length > MOST_GIVEN_ROWS) return undefined;
    }
    return inOrder(given);
  }

  /** Rows of some nodes in order; undefined when they are more than `most`. */
  async #window(
    registry: Registry,
    nodes: readonly number[],
    from: number,
    to: number,
    signals: readonly Signal[],
    most: number,
  ): Promise<Rows | undefined> {
    const first = Math.max(0, Math.ceil(from));
    const last = Math.min(LAST_TIME, Math.ceil(to) - 1);
    const builder = new RowsBuilder();
    if (last < first || nodes.length === 0) return builder.rows;
    const wanted = new Set(nodes);
    const names = nodes.map((id) => registry.nodes[id]?.name).filter((name) => name !== undefined);
    if (names.length === 0) return builder.rows;
    // Asked for first: what leaves it meanwhile has arrived at the server, and is seen there or here.
    const unseen = nodes.map((node) => this.#unseen(from, to, node));
    const parameters = {
      'match[]': selector(signals, names),
      start: seconds(first),
      end: seconds(last),
      max_rows_per_line: '20000',
    };
    for await (const line of this.#client.lines('/api/v1/export', parameters)) {
      if (line === '') continue;
      const { metric, values, timestamps } = JSON.parse(line) as Exported;
      const signal = signalOf(metric);
      const identity = identityOf(metric);
      const node = identity && registry.find(identity.name);
      if (!signal || !node || !wanted.has(node.id)) continue;
      builder.addSeries(
        node.id,
        labelsId(registry, identity.labels, node.labels),
        signal,
        timestamps,
        values,
      );
      if (builder.rows.length > most) return undefined;
    }
    const columns = signals.map((signal) => COLUMN[signal]);
    for (const rows of unseen) builder.overlay(rows, columns);
    return builder.inOrder();
  }
}

/** The id of labels as a series has them; the node's own where there are more than the registry takes. */
function labelsId(registry: Registry, labels: Readonly<Record<string, string>>, own: number): number {
  try {
    return registry.internLabels(labels).id;
  } catch {
    return own;
  }
}

function alignUp(time: number, step: number): number {
  return step > 0 ? Math.ceil(time / step) * step : Math.ceil(time);
}

/** Unix seconds to the millisecond, as the API takes them. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function slice(rows: Rows, start: number, count: number): Rows {
  const end = Math.min(rows.length, start + count);
  const piece = new Rows(Math.max(1, end - start));
  for (let row = start; row < end; row++) piece.addFrom(rows, row);
  return piece;
}
