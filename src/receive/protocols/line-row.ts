import { Problem, type ProblemCode } from '../../problem.js';
import { type Origin, SIGNAL_COUNT, type Signal, type Source, type Sources } from '../../telemetry/index.js';
import type { Batch, Doorkeeper } from '../intake.js';
import { partOf, readValue, type Target } from '../names/index.js';
import type { Sums } from '../series/index.js';
import { isAdmissible, ruleOf, storedLimit } from '../signal-value.js';
import type { Series } from './influx-series.js';

/** Why a line is refused, and at which offset. The text is made only when it is needed. */
export interface LineFault {
  readonly at: number;
  readonly code: ProblemCode;
  readonly describe: () => string;
}

/** A value that waits for the end of its line: it needs the time, or its fellows. */
interface Waiting {
  readonly target: Target;
  readonly found: number | string | boolean;
  readonly at: number;
}

/** An uptime has a resolution and a delay; a start that moves by no more than this is the same start. Seconds. */
const SAME_START_S = 5;

/** The row that the values of one line go into, opened with the first of them. */
export class LineRow {
  readonly #doorkeeper: Doorkeeper;
  readonly #sources: Sources;
  readonly #sums: Sums;
  #batch!: Batch;
  /** Index of the row, -1 while the line has none. */
  #row = -1;
  #samples = 0;
  #waiting: Waiting[] = [];
  /** Whether the line has a field that is a signal, though its value may be "none". */
  hasSignal = false;

  constructor(doorkeeper: Doorkeeper, sums: Sums) {
    this.#doorkeeper = doorkeeper;
    this.#sources = doorkeeper.registry.sources;
    this.#sums = sums;
  }

  begin(batch: Batch): void {
    this.#batch = batch;
    this.#row = -1;
    this.#samples = 0;
    this.hasSignal = false;
    if (this.#waiting.length > 0) this.#waiting = [];
  }

  /** Takes a number for a plain target. */
  takeNumber(series: Series, target: Target, found: number, at: number): LineFault | undefined {
    if (!target.isPlain) return this.take(series, target, found, at);
    this.hasSignal = true;
    return this.#store(series, target, (found * target.multiply) / target.divide, at);
  }

  /** Takes a value of any type. */
  take(series: Series, target: Target, found: number | string | boolean, at: number): LineFault | undefined {
    this.hasSignal = true;
    if (!target.isPlain) {
      this.#waiting = this.#waiting.filter((other) => other.target !== target);
      this.#waiting.push({ target, found, at });
      return undefined;
    }
    const isOfWrongType =
      typeof found === 'string' || (typeof found === 'boolean' && target.kind !== 'state');
    if (isOfWrongType) return badValue(target.signal, found, at);
    return this.#store(series, target, (Number(found) * target.multiply) / target.divide, at);
  }

  /** Ends a line that is kept. `time` is unix ms. */
  settle(series: Series, time: number): LineFault | undefined {
    if (this.#waiting.length > 0) {
      const fault = this.#settleWaiting(series, time);
      if (fault) return fault;
    }
    if (this.#row !== -1) this.#batch.rows.time[this.#row] = time;
    this.#sources.date(time);
    this.#batch.samples += this.#samples;
    return undefined;
  }

  /** Takes back what a refused line has put down. */
  drop(): void {
    this.#sources.date(this.#batch.now);
    if (this.#row !== -1) this.#batch.rows.length = this.#row;
  }

  /** Ends a body: sums that have become complete get rows of their own. */
  end(batch: Batch): void {
    const { rows } = batch;
    const made = new Map<string, number>();
    this.#sums.settle(batch, ({ id, labels }, { column }, time, value) => {
      const key = `${id} ${time}`;
      const row = made.get(key) ?? rows.add(id, labels, time);
      made.set(key, row);
      rows.values[row * SIGNAL_COUNT + column] = value;
      batch.samples++;
    });
  }

  #settleWaiting(series: Series, time: number): LineFault | undefined {
    const best = new Map<Source, { target: Target; value: number; at: number }>();
    for (const { target, found, at } of this.#waiting) {
      const value = readValue(target, found);
      if (value === undefined) continue;
      if (Number.isNaN(value)) return badValue(target.signal, found, at);
      if (target.sum) {
        const fault = this.#sum(series, target, value, time, at);
        if (fault) return fault;
        continue;
      }
      const current = best.get(target.source);
      const isBetter = !current || value < current.value;
      if (isBetter) best.set(target.source, { target, value, at });
    }
    const inOrder = [...best.values()].sort(
      (a, b) => a.target.source.rank - b.target.source.rank || a.target.rank - b.target.rank,
    );
    for (const { target, value, at } of inOrder) {
      const fault = this.#storeDerived(series, target, value, time, at);
      if (fault) return fault;
    }
    return undefined;
  }

  /** Stores what follows from a field together with the time, or with a limit of the node. */
  #storeDerived(
    series: Series,
    target: Target,
    value: number,
    time: number,
    at: number,
  ): LineFault | undefined {
    const { as, times } = target.how;
    if (as === 'uptime') return this.#store(series, target, startOf(series, time / 1000 - value), at);
    if (times === undefined) return this.#store(series, target, value, at);
    const fault = this.#admit(series, at);
    if (fault) return fault;
    const limit = this.#sums.limitOf(series.node!.id, times);
    return limit === undefined ? undefined : this.#store(series, target, value * limit, at);
  }

  /** Checks a signal's value and writes it into the row. */
  #store(series: Series, target: Target, value: number, at: number): LineFault | undefined {
    if (!isAdmissible(target.kind, target.rule, value)) return badValue(target.signal, value, at);
    const stored = target.kind === 'limit' ? storedLimit(value) : value;
    if (Number.isNaN(stored)) return undefined;
    if (this.#row === -1) {
      const fault = this.#open(series, at);
      if (fault) return fault;
    }
    const { now, rows } = this.#batch;
    const { node } = series;
    if (!this.#sources.isElected(node!.id, target.source)) {
      if (!this.#sources.consider(node!.id, target.source, originOf(target), now, Number.NaN))
        return undefined;
    }
    if (target.kind === 'limit') this.#sums.noteLimit(node!.id, target, stored);
    const { values } = rows;
    const slot = this.#row * SIGNAL_COUNT + target.column;
    if (Number.isNaN(values[slot])) this.#samples++;
    values[slot] = stored;
    return undefined;
  }

  #sum(series: Series, target: Target, value: number, time: number, at: number): LineFault | undefined {
    if (!isAdmissible(target.kind, target.rule, value)) return badValue(target.signal, value, at);
    const stored = target.kind === 'limit' ? storedLimit(value) : value;
    if (Number.isNaN(stored)) return undefined;
    const fault = this.#admit(series, at);
    if (fault) return fault;
    let part = series.parts?.get(target);
    if (part === undefined) {
      part = partOf(target.sum!, series.tags);
      series.parts ??= new Map();
      series.parts.set(target, part);
    }
    const refusal = this.#sums.put(this.#batch, series.node!, target, part, time, stored);
    return refusal === undefined ? undefined : { at, code: 'bad-sample', describe: () => refusal };
  }

  #open(series: Series, at: number): LineFault | undefined {
    const fault = this.#admit(series, at);
    if (fault) return fault;
    const { id, labels } = series.node!;
    this.#row = this.#batch.rows.add(id, labels, 0);
    return undefined;
  }

  #admit(series: Series, at: number): LineFault | undefined {
    const batch = this.#batch;
    let { node } = series;
    if (node === undefined || node.labels !== series.mergedLabels) {
      if (series.refusal?.batch === batch) return { ...series.refusal.fault, at };
      try {
        if (series.nodeName === undefined)
          throw new Problem('bad-line', 'found neither a tag "node" nor a tag "host", expected one');
        node = this.#doorkeeper.admit(series.nodeName, series.labels);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const fault = { at, code: error.code, describe: () => error.message };
        series.refusal = { batch, fault };
        return fault;
      }
      series.node = node;
      series.mergedLabels = node.labels;
      series.refusal = undefined;
    }
    return undefined;
  }
}

function originOf({ metric }: Target): Origin {
  return { metric, protocol: 'line protocol' };
}

function badValue(signal: Signal, found: number | string | boolean, at: number): LineFault {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 40)) : String(found);
  return {
    at,
    code: 'bad-sample',
    describe: () => `${signal}: found ${shown}, expected ${ruleOf(signal).expected}`,
  };
}

function startOf(series: Series, start: number): number {
  if (!(Math.abs(start - series.start) <= SAME_START_S)) series.start = start;
  return series.start;
}
