import { COLUMN, type Labels } from '../../telemetry/index.js';
import type { SampleSink } from './line-reader.js';
import { EXTREMES } from './row-table.js';
import type { TornStep } from './server.js';

/** What a database gives of each step: of every column its last sample; of some the lowest and the highest. */
export type StepSelector = 'last' | 'min' | 'max';

/** Columns of which the lowest and the highest of a step are needed: start_time to see whether it changes. */
export const EXTREME_COLUMNS: readonly number[] = [...EXTREMES, COLUMN.start_time];

interface Cell {
  /** Time of the last sample of any signal. */
  last: number;
  readonly values: Map<number, number>;
  lowest?: Map<number, number>;
  highest?: Map<number, number>;
}

interface Series {
  readonly node: string;
  readonly labels: Labels;
  readonly steps: Map<number, Cell>;
}

/** Puts together what a database gives of each step, one row a series and step. */
export class ThinnedSteps {
  readonly #stepMs: number;
  readonly #series = new Map<string, Series>();

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * Takes samples of one series from one selector, each with its own time or any other of its step: a row has the latest
   * of `last`.
   */
  series(selector: StepSelector, node: string, labels: Labels) {
    const key = JSON.stringify([node, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
    let series = this.#series.get(key);
    if (!series) {
      series = { node, labels, steps: new Map() };
      this.#series.set(key, series);
    }
    const { steps } = series;
    return (time: number, column: number, value: number): void => {
      const step = Math.floor(time / this.#stepMs);
      let cell = steps.get(step);
      if (!cell) {
        cell = { last: time, values: new Map() };
        steps.set(step, cell);
      }
      if (selector === 'last') {
        cell.last = Math.max(cell.last, time);
        cell.values.set(column, value);
      } else if (selector === 'min') {
        cell.lowest ??= new Map();
        cell.lowest.set(column, value);
      } else {
        cell.highest ??= new Map();
        cell.highest.set(column, value);
      }
    };
  }

  /** Gives the rows to a sink, but for steps in which a process of a node was restarted: those are returned. */
  give(sink: SampleSink): TornStep[] {
    const torn = new Map<string, TornStep>();
    for (const { node, steps } of this.#series.values()) {
      for (const [step, { lowest, highest }] of steps) {
        const isTorn = lowest?.get(COLUMN.start_time) !== highest?.get(COLUMN.start_time);
        if (isTorn) torn.set(`${step} ${node}`, { node, step });
      }
    }
    for (const { node, labels, steps } of this.#series.values()) {
      const add = sink.series(node, labels);
      for (const [step, { last, values, lowest, highest }] of steps) {
        if (torn.has(`${step} ${node}`)) continue;
        const extremes = step % 2 === 0 ? lowest : highest;
        for (const [column, value] of values)
          add(last, column, EXTREMES.includes(column) ? (extremes?.get(column) ?? value) : value);
      }
    }
    return [...torn.values()];
  }
}
