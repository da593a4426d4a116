const FIRST_SIZE = 1024;

/** Row of each node's newest time in a body, found without a look-up while a sample is of the same row as the one before. */
export class OpenRows {
  /** By id of the node. What was set since the last `clear` has its number. */
  #round = new Int32Array(FIRST_SIZE);
  #rows = new Int32Array(FIRST_SIZE);
  #times = new Float64Array(FIRST_SIZE);
  #current = 1;
  #lastNode = -1;
  #lastTime = 0;
  #lastRow = -1;

  clear(): void {
    this.#current = this.#current === 0x7fffffff ? 1 : this.#current + 1;
    if (this.#current === 1) this.#round.fill(0);
    this.#lastNode = -1;
  }

  /** The row of that node, if its newest time is this one; else -1. */
  find(node: number, time: number): number {
    if (node === this.#lastNode && time === this.#lastTime) return this.#lastRow;
    if (!(this.#round[node] === this.#current && this.#times[node] === time)) return -1;
    this.#note(node, time, this.#rows[node]);
    return this.#lastRow;
  }

  /** Makes the row that of the node's newest time. */
  set(node: number, time: number, row: number): void {
    if (node >= this.#rows.length) this.#grow(node);
    this.#round[node] = this.#current;
    this.#rows[node] = row;
    this.#times[node] = time;
    this.#note(node, time, row);
  }

  #note(node: number, time: number, row: number): void {
    this.#lastNode = node;
    this.#lastTime = time;
    this.#lastRow = row;
  }

  #grow(node: number): void {
    const size = Math.max(2 * this.#rows.length, node + 1);
    const [round, rows, times] = [new Int32Array(size), new Int32Array(size), new Float64Array(size)];
    round.set(this.#round);
    rows.set(this.#rows);
    times.set(this.#times);
    this.#round = round;
    this.#rows = rows;
    this.#times = times;
  }
}
