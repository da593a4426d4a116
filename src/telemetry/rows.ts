import { COLUMN, SIGNAL_COUNT, type Signal } from './signals.js';

/**
 * A batch of samples in columns. A row is one node at one time; a signal that was not reported is NaN. Backed by
 * typed arrays so that a batch can be handed to another thread without copying.
 */
export class Rows {
  length = 0;
  /** Registry id of the node, per row. */
  node: Int32Array;
  /** Registry id of the node's labels as they were then, per row. */
  labels: Int32Array;
  /** Unix milliseconds, per row. */
  time: Float64Array;
  /** SIGNAL_COUNT values per row, in the order of SIGNALS. */
  values: Float64Array;

  constructor(capacity = 1024) {
    this.node = new Int32Array(capacity);
    this.labels = new Int32Array(capacity);
    this.time = new Float64Array(capacity);
    this.values = new Float64Array(capacity * SIGNAL_COUNT);
  }

  get capacity(): number {
    return this.node.length;
  }

  /** Appends an empty row and returns its index. */
  add(node: number, labels: number, time: number): number {
    if (this.length === this.capacity) this.#grow();
    const row = this.length++;
    this.node[row] = node;
    this.labels[row] = labels;
    this.time[row] = time;
    this.values.fill(Number.NaN, row * SIGNAL_COUNT, (row + 1) * SIGNAL_COUNT);
    return row;
  }

  /** Appends a row of others as it is, and returns its index. */
  addFrom(other: Rows, index: number): number {
    const row = this.add(other.node[index], other.labels[index], other.time[index]);
    const from = index * SIGNAL_COUNT;
    const to = row * SIGNAL_COUNT;
    for (let column = 0; column < SIGNAL_COUNT; column++)
      this.values[to + column] = other.values[from + column];
    return row;
  }

  set(row: number, signal: Signal, value: number): void {
    this.values[row * SIGNAL_COUNT + COLUMN[signal]] = value;
  }

  get(row: number, signal: Signal): number {
    return this.values[row * SIGNAL_COUNT + COLUMN[signal]];
  }

  /** An independent copy, no larger than it need be. */
  copy(): Rows {
    const copy = new Rows(Math.max(1, this.length));
    copy.length = this.length;
    copy.node.set(this.node.subarray(0, this.length));
    copy.labels.set(this.labels.subarray(0, this.length));
    copy.time.set(this.time.subarray(0, this.length));
    copy.values.set(this.values.subarray(0, this.length * SIGNAL_COUNT));
    return copy;
  }

  /** How many values are present, not counting absent ones. */
  countSamples(): number {
    let count = 0;
    const end = this.length * SIGNAL_COUNT;
    for (let i = 0; i < end; i++) if (!Number.isNaN(this.values[i])) count++;
    return count;
  }

  #grow(): void {
    const capacity = this.capacity * 2;
    const node = new Int32Array(capacity);
    node.set(this.node);
    const labels = new Int32Array(capacity);
    labels.set(this.labels);
    const time = new Float64Array(capacity);
    time.set(this.time);
    const values = new Float64Array(capacity * SIGNAL_COUNT);
    values.set(this.values);
    this.node = node;
    this.labels = labels;
    this.time = time;
    this.values = values;
  }
}
