import { COLUMN, type Labels, type Registry, Rows, SIGNAL_COUNT } from '../../telemetry/index.js';
import type { SampleSink } from './line-reader.js';

interface Row {
  readonly node: number;
  labels: number;
  readonly time: number;
  readonly values: Float64Array;
}

/**
 * Puts samples together into rows: one a node and time, the value that came last wins. Nodes and labels that the
 * registry does not know are added to it; those beyond its limits are left out and counted.
 */
export class RowTable implements SampleSink {
  readonly #registry: Registry;
  readonly #from: number;
  readonly #to: number;
  readonly #byNode = new Map<number, Map<number, Row>>();
  /** Series of nodes and labels beyond the registry's limits. */
  unknown = 0;

  /** Only samples with `from <= time < to` are kept. */
  constructor(registry: Registry, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY) {
    this.#registry = registry;
    this.#from = from;
    this.#to = to;
  }

  series(name: string, labels: Labels): (time: number, column: number, value: number) => void {
    let node: number;
    let set: number;
    try {
      node = (this.#registry.find(name) ?? this.#registry.intern(name, labels)).id;
      set = this.#registry.internLabels(labels).id;
    } catch {
      this.unknown++;
      return () => undefined;
    }
    let rows = this.#byNode.get(node);
    if (!rows) {
      rows = new Map();
      this.#byNode.set(node, rows);
    }
    const byTime = rows;
    return (time, column, value) => {
      if (time < this.#from || time >= this.#to) return;
      let row = byTime.get(time);
      if (!row) {
        row = { node, labels: set, time, values: new Float64Array(SIGNAL_COUNT).fill(Number.NaN) };
        byTime.set(time, row);
      }
      row.labels = set;
      row.values[column] = value;
    };
  }

  get size(): number {
    let size = 0;
    for (const rows of this.#byNode.values()) size += rows.size;
    return size;
  }

  /** The rows in time order, ties by node; `only` are the columns to fill. */
  rows(only?: readonly number[]): Rows {
    return toRows(this.#sorted(), only);
  }

  /** The rows thinned as `History.scan` has it. */
  thinned(stepMs: number): Rows {
    const folded = new Map<string, Row>();
    for (const row of this.#sorted()) {
      const step = Math.floor(row.time / stepMs);
      const key = `${row.node} ${step} ${row.labels} ${row.values[COLUMN.start_time]}`;
      const before = folded.get(key);
      folded.set(key, { ...row, values: before ? fold(before.values, row.values, step) : row.values });
    }
    return toRows([...folded.values()].sort(byTimeAndNode));
  }

  #sorted(): Row[] {
    return [...this.#byNode.values()].flatMap((rows) => [...rows.values()]).sort(byTimeAndNode);
  }
}

/** Columns that keep the lowest of an even step and the highest of an odd one. */
export const EXTREMES: readonly number[] = [COLUMN.heap_used, COLUMN.rss];

function fold(before: Float64Array, after: Float64Array, step: number): Float64Array {
  const extreme = step % 2 === 0 ? Math.min : Math.max;
  return before.map((old, column) => {
    const value = after[column];
    if (Number.isNaN(value)) return old;
    return EXTREMES.includes(column) && !Number.isNaN(old) ? extreme(old, value) : value;
  });
}

function byTimeAndNode(a: Row, b: Row): number {
  return a.time - b.time || a.node - b.node;
}

function toRows(found: readonly Row[], only?: readonly number[]): Rows {
  const rows = new Rows(Math.max(1, found.length));
  for (const { node, labels, time, values } of found) {
    const row = rows.add(node, labels, time) * SIGNAL_COUNT;
    if (only) for (const column of only) rows.values[row + column] = values[column];
    else rows.values.set(values, row);
  }
  return rows;
}
