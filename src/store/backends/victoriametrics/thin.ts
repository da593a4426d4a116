import { COLUMN, Rows, SIGNAL_COUNT } from '../../../telemetry/index.js';

/** Columns that keep the lowest or the highest of a step, see History.scan. */
const EXTREMES = new Set<number>([COLUMN.heap_used, COLUMN.rss]);
const START = COLUMN.start_time;

interface Open {
  step: number;
  /** Rows of the outcome that belong to the step, and the start_time of each. */
  rows: number[];
  starts: number[];
}

/**
 * Thins rows, given in time order, as History.scan promises: at most one per node, step and (labels, start_time). The
 * outcome is in the order in which its rows began.
 */
export function thin(rows: Rows, stepMs: number): Rows {
  const thinned = new Rows(1024);
  const open = new Map<number, Open>();
  for (let row = 0; row < rows.length; row++) {
    const node = rows.node[row];
    const step = Math.floor(rows.time[row] / stepMs);
    let group = open.get(node);
    if (group?.step !== step) {
      group = { step, rows: [], starts: [] };
      open.set(node, group);
    }
    const start = rows.values[row * SIGNAL_COUNT + START];
    const at = group.rows.findIndex(
      (other, i) => thinned.labels[other] === rows.labels[row] && Object.is(group.starts[i], start),
    );
    if (at >= 0) fold(thinned, group.rows[at], rows, row, step);
    else {
      group.rows.push(thinned.addFrom(rows, row));
      group.starts.push(start);
    }
  }
  return thinned;
}

function fold(into: Rows, target: number, rows: Rows, row: number, step: number): void {
  into.time[target] = rows.time[row];
  const extreme = step % 2 === 0 ? Math.min : Math.max;
  for (let column = 0; column < SIGNAL_COUNT; column++) {
    const value = rows.values[row * SIGNAL_COUNT + column];
    if (Number.isNaN(value)) continue;
    const at = target * SIGNAL_COUNT + column;
    const old = into.values[at];
    into.values[at] = EXTREMES.has(column) && !Number.isNaN(old) ? extreme(old, value) : value;
  }
}
