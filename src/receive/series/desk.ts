import { Problem, type ProblemCode } from '../../problem.js';
import { SIGNAL_COUNT } from '../../telemetry/index.js';
import type { Batch, Doorkeeper } from '../intake.js';
import { labelsOf, type Names, nodeNameOf, readValue } from '../names/index.js';
import { isAdmissible, ruleOf, storedLimit } from '../signal-value.js';
import type { Metric, SignalSeries } from './series.js';

/** Why a sample is refused; the protocol adds where it stood. */
export interface SampleFault {
  readonly code: ProblemCode;
  readonly describe: () => string;
}

/** An uptime has a resolution and a delay; a start that moves by no more than this is the same start. Seconds. */
const SAME_START_S = 5;

/**
 * Where protocols whose unit is the series (remote write, OTLP) hand in their samples. A protocol opens each series
 * once, keeps what it gets under the series' bytes, and puts samples; the desk makes rows of them, one a node and time.
 */
export class SeriesDesk {
  readonly #doorkeeper: Doorkeeper;
  readonly #names: Names;
  readonly #starts = new WeakMap<SignalSeries, number>();
  /** Row of each node's newest time in the batch under way. */
  readonly #open = new Map<number, { time: number; row: number }>();

  constructor(doorkeeper: Doorkeeper, names: Names) {
    this.#doorkeeper = doorkeeper;
    this.#names = names;
  }

  /** What becomes of a series; undefined where it carries no signal, and then its samples are to be counted as ignored. */
  open(metric: Metric): SignalSeries | undefined {
    const known = this.#names.metricOf(metric.name, metric.labels);
    if (!known) return undefined;
    const nodeName = nodeNameOf(known.identity, metric.labels);
    return {
      metric: metric.name,
      target: known.target,
      nodeName,
      labels: labelsOf(known.identity, metric.labels, nodeName),
      node: undefined,
      mergedLabels: -1,
    };
  }

  /** Begins a body. Every begin is followed by one end, and no other body is read between them. */
  begin(): void {
    this.#open.clear();
  }

  /** Takes one sample; `time` is unix ms. Counts it in the batch, unless it is refused: then says why. */
  put(batch: Batch, series: SignalSeries, time: number, value: number): SampleFault | undefined {
    const { target } = series;
    const read = readValue(target, value);
    if (read === undefined) {
      batch.ignored++;
      return undefined;
    }
    if (!batch.isInRange(time)) return { code: 'bad-sample', describe: () => batch.describeTime(time) };
    const found = target.how.as === 'uptime' ? this.#startOf(series, time / 1000 - read) : read;
    if (!isAdmissible(target.kind, target.rule, found)) {
      const { expected } = ruleOf(target.signal);
      return {
        code: 'bad-sample',
        describe: () => `${target.signal} (${series.metric}): found ${found}, expected ${expected}`,
      };
    }
    const stored = target.kind === 'limit' ? storedLimit(found) : found;
    const fault = this.#admit(series);
    if (fault) return fault;
    batch.accepted++;
    if (Number.isNaN(stored)) return undefined;
    batch.rows.values[this.#rowOf(batch, series, time) * SIGNAL_COUNT + target.column] = stored;
    batch.samples++;
    return undefined;
  }

  /** Ends a body: what waited for its fellows is settled. */
  end(_batch: Batch): void {
    this.#open.clear();
  }

  #admit(series: SignalSeries): SampleFault | undefined {
    if (series.node && series.node.labels === series.mergedLabels) return undefined;
    const { nodeName } = series;
    if (nodeName === undefined) {
      return {
        code: 'bad-sample',
        describe: () => `found no label that names the node of ${series.metric}, expected node or instance`,
      };
    }
    try {
      series.node = this.#doorkeeper.admit(nodeName, series.labels);
      series.mergedLabels = series.node.labels;
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { code: error.code, describe: () => error.message };
    }
  }

  #rowOf(batch: Batch, series: SignalSeries, time: number): number {
    const { id, labels } = series.node!;
    const open = this.#open.get(id);
    if (open?.time === time) return open.row;
    const row = batch.rows.add(id, labels, time);
    if (open) Object.assign(open, { time, row });
    else this.#open.set(id, { time, row });
    return row;
  }

  #startOf(series: SignalSeries, start: number): number {
    const known = this.#starts.get(series);
    if (known !== undefined && Math.abs(start - known) <= SAME_START_S) return known;
    this.#starts.set(series, start);
    return start;
  }
}
