import { COLUMN, Rows, SIGNAL_COUNT, type Signal } from '../../../telemetry/index.js';

/** Puts series, each one signal of one node, together into rows: one row per node and time. */
export class RowsBuilder {
  readonly rows: Rows;
  readonly #byNode = new Map<number, Map<number, number>>();

  constructor(capacity = 1024) {
    this.rows = new Rows(capacity);
  }

  /**
   * Adds one series of the server. Where two series of a node differ in labels and meet at one time, the labels that
   * became known later win. Where one series holds two values for one ms, the server cannot say which came later;
   * the larger wins, as in its own deduplication.
   */
  addSeries(
    node: number,
    labels: number,
    signal: Signal,
    times: readonly number[],
    values: readonly unknown[],
  ): void {
    const { rows } = this;
    const column = COLUMN[signal];
    const index = this.#indexOf(node);
    let expected = -1;
    for (let i = 0; i < times.length; i++) {
      const value = values[i];
      // The server writes what is no number (NaN, a stale marker) as null.
      if (typeof value !== 'number') continue;
      const row = this.#rowAt(index, node, labels, times[i], expected);
      expected = row + 1;
      const at = row * SIGNAL_COUNT + column;
      const old = rows.values[at];
      if (labels > rows.labels[row]) {
        rows.labels[row] = labels;
        rows.values[at] = value;
      } else if (Number.isNaN(old) || (labels === rows.labels[row] && value > old)) rows.values[at] = value;
    }
  }

  /** Lays rows that were written later over what is there. Only `columns` are taken. */
  overlay(later: Rows, columns: readonly number[]): void {
    const { rows } = this;
    for (let i = 0; i < later.length; i++) {
      const node = later.node[i];
      const row = this.#rowAt(this.#indexOf(node), node, later.labels[i], later.time[i], -1);
      rows.labels[row] = later.labels[i];
      for (const column of columns) {
        const value = later.values[i * SIGNAL_COUNT + column];
        if (!Number.isNaN(value)) rows.values[row * SIGNAL_COUNT + column] = value;
      }
    }
  }

  /** The rows in time order, ties by node. */
  inOrder(): Rows {
    return inOrder(this.rows);
  }

  #indexOf(node: number): Map<number, number> {
    let index = this.#byNode.get(node);
    if (!index) {
      index = new Map();
      this.#byNode.set(node, index);
    }
    return index;
  }

  /** Signals of a node mostly come at the same times, so the row after the last one is tried first. */
  #rowAt(index: Map<number, number>, node: number, labels: number, time: number, expected: number): number {
    const { rows } = this;
    if (
      expected >= 0 &&
      expected < rows.length &&
      rows.time[expected] === time &&
      rows.node[expected] === node
    )
      return expected;
    const known = index.get(time);
    if (known !== undefined) return known;
    const row = rows.add(node, labels, time);
    index.set(time, row);
    return row;
  }
}

/** A copy in time order, ties by node. */
export function inOrder(rows: Rows): Rows {
  const order = Uint32Array.from({ length: rows.length }, (_, row) => row);
  order.sort((a, b) => rows.time[a] - rows.time[b] || rows.node[a] - rows.node[b]);
  const sorted = new Rows(Math.max(1, rows.length));
  for (const row of order) sorted.addFrom(rows, row);
  return sorted;
}
