import { Problem, type ProblemCode } from '../../problem.js';
import { isNoLimit, type NodeRecord, type Registry, SIGNAL_COUNT } from '../../telemetry/index.js';
import type { Batch, Doorkeeper } from '../intake.js';
import {
  labelsOf,
  type Names,
  nodeNameOf,
  partOf,
  readValue,
  type Target,
  WHOLE_POD,
  withUnit,
} from '../names/index.js';
import { isAdmissible, ruleOf, storedLimit } from '../signal-value.js';
import { OpenRows } from './open-rows.js';
import { Pods } from './pods.js';
import type { Metric, SignalSeries, Use } from './series.js';
import { Sums } from './sums.js';

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
  readonly #registry: Registry;
  readonly #names: Names;
  readonly #sums: Sums;
  readonly #pods: Pods;
  /** The body that `#open` is of: bodies take turns, a long one stops within. */
  #batch: Batch | undefined;
  readonly #open = new OpenRows();

  /** `sums` is the same for all protocols. */
  constructor(doorkeeper: Doorkeeper, names: Names, sums = new Sums(doorkeeper.registry)) {
    this.#doorkeeper = doorkeeper;
    this.#registry = doorkeeper.registry;
    this.#names = names;
    this.#sums = sums;
    this.#pods = new Pods(this.#registry);
  }

  /** What becomes of a series; undefined where it carries no signal, and then its samples are to be counted as ignored. */
  open(metric: Metric): SignalSeries | undefined {
    const mappings = this.#names.metricsOf(metric.name, metric.labels);
    if (mappings.length === 0) return undefined;
    const { identity } = mappings[0];
    const nodeName = nodeNameOf(identity, metric.labels);
    const isOfPod = nodeName?.endsWith(WHOLE_POD) ?? false;
    const uses = mappings.map(({ target, protocol }): Use => {
      const part = target.sum ? partOf(target.sum, metric.labels) : '';
      const origin = { metric: metric.name, protocol };
      return { target: withUnit(target, metric.unit), part, origin, start: Number.NaN };
    });
    // What each sample asks for comes first: it lies together in memory.
    return {
      plain: uses.length === 1 && !isOfPod && isPlain(uses[0].target) ? uses[0].target : undefined,
      node: undefined,
      mergedLabels: -1,
      metric: metric.name,
      uses,
      nodeName,
      isOfPod,
      labels: isOfPod ? {} : labelsOf(identity, metric.labels, nodeName),
    };
  }

  /** Begins a body. Every begin is followed by one end; between them other bodies may have their turn. */
  begin(): void {
    this.#batch = undefined;
  }

  /** Takes one sample; `time` is unix ms. Counts it in the batch, unless it is refused: then says why. */
  put(batch: Batch, series: SignalSeries, time: number, value: number): SampleFault | undefined {
    const { plain, node } = series;
    if (plain !== undefined && node !== undefined && this.#isSettled(batch, series, node, plain, time)) {
      const found = (value * plain.multiply) / plain.divide;
      const isStored =
        isAdmissible(plain.kind, plain.rule, found) && !(plain.kind === 'limit' && isNoLimit(found));
      if (isStored) {
        if (plain.kind === 'limit') this.#sums.noteLimit(node.id, plain, found);
        this.#write(batch, node, plain, time, found);
        batch.accepted++;
        return undefined;
      }
    }
    return this.#putAnyhow(batch, series, time, value);
  }

  /** Whether a sample of a plain series is to be written down, if its value is good; else there is more to find out. */
  #isSettled(batch: Batch, series: SignalSeries, node: NodeRecord, plain: Target, time: number): boolean {
    return (
      node.labels === series.mergedLabels &&
      this.#registry.sources.isElected(node.id, plain.source) &&
      batch.isInRange(time)
    );
  }

  #putAnyhow(batch: Batch, series: SignalSeries, time: number, value: number): SampleFault | undefined {
    let isUsed = false;
    for (const use of series.uses) {
      const fault = this.#use(batch, series, use, time, value);
      if (fault === 'none') continue;
      if (fault) return fault;
      isUsed = true;
    }
    if (isUsed) batch.accepted++;
    else batch.ignored++;
    return undefined;
  }

  /** The series has ended, as its sender says (a stale marker, a point without a value): sums wait for it no longer. */
  stop(series: SignalSeries): void {
    for (const { target, part } of series.uses) {
      if (target.sum && series.node) this.#sums.stop(series.node, target, part);
    }
  }

  /** Ends a body: what waited for its fellows is settled. */
  end(batch: Batch): void {
    this.#sums.settle(batch, (node, target, time, value) => this.#write(batch, node, target, time, value));
    this.#batch = undefined;
  }

  #use(
    batch: Batch,
    series: SignalSeries,
    use: Use,
    time: number,
    value: number,
  ): SampleFault | 'none' | undefined {
    const { target } = use;
    const read = readValue(target, value);
    if (read === undefined) return 'none';
    if (!batch.isInRange(time)) return badTime(batch, time);
    const found = target.how.as === 'uptime' ? startOf(use, time / 1000 - read) : read;
    if (target.how.times === undefined && !isAdmissible(target.kind, target.rule, found))
      return badValue(series, target, found);
    const stored = target.kind === 'limit' ? storedLimit(found) : found;
    if (series.isOfPod) {
      const nodes = this.#pods.nodesOf(series.nodeName!);
      if (nodes.length === 0) return 'none';
      for (const node of nodes) this.#take(batch, node, use, time, stored);
      return undefined;
    }
    const fault = this.#admit(series);
    if (fault) return fault;
    return Number.isNaN(stored) ? undefined : this.#take(batch, series.node!, use, time, stored);
  }

  #take(
    batch: Batch,
    node: NodeRecord,
    use: Use,
    time: number,
    value: number,
  ): SampleFault | 'none' | undefined {
    const { target, part, origin } = use;
    if (target.sum) {
      const refusal = this.#sums.put(batch, node, target, part, time, value);
      return refusal === undefined ? undefined : { code: 'bad-sample', describe: () => refusal };
    }
    const { sources } = this.#registry;
    const isUsed =
      sources.isElected(node.id, target.source) ||
      sources.consider(node.id, target.source, origin, batch.now, time);
    if (!isUsed) return undefined;
    const { times } = target.how;
    const share = times === undefined ? 1 : this.#sums.limitOf(node.id, times);
    if (share === undefined) return 'none';
    if (target.kind === 'limit') this.#sums.noteLimit(node.id, target, value);
    this.#write(batch, node, target, time, value * share);
    return undefined;
  }

  #write(batch: Batch, node: NodeRecord, target: Target, time: number, value: number): void {
    // First the row: if it is new its set may have grown, and the values are elsewhere then.
    const row = this.#rowOf(batch, node, time);
    batch.rows.values[row * SIGNAL_COUNT + target.column] = value;
    batch.samples++;
  }

  #admit(series: SignalSeries): SampleFault | undefined {
    if (series.node && series.node.labels === series.mergedLabels) return undefined;
    const { nodeName } = series;
    if (nodeName === undefined) return noName(series);
    try {
      series.node = this.#doorkeeper.admit(nodeName, series.labels);
      series.mergedLabels = series.node.labels;
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code, message } = error;
      return { code, describe: () => message };
    }
  }

  #rowOf(batch: Batch, { id, labels }: NodeRecord, time: number): number {
    const open = this.#open;
    if (this.#batch !== batch) {
      this.#batch = batch;
      open.clear();
    }
    const known = open.find(id, time);
    if (known !== -1) return known;
    const row = batch.rows.add(id, labels, time);
    open.set(id, time, row);
    return row;
  }
}

function isPlain({ isSimple, sum, how }: Target): boolean {
  return isSimple && sum === undefined && how.as === 'value' && how.times === undefined;
}

// Faults are made in functions of their own: where a closure holds a parameter, every call makes room for it.

function badTime(batch: Batch, time: number): SampleFault {
  return { code: 'out-of-range-time', describe: () => batch.describeTime(time) };
}

function noName({ metric }: SignalSeries): SampleFault {
  return {
    code: 'bad-sample',
    describe: () =>
      `found no label that names the node of ${metric}, expected node or instance (Prometheus), or service.instance.id, k8s.pod.name or host.name (OTLP)`,
  };
}

function badValue(series: SignalSeries, target: Target, found: number): SampleFault {
  const { expected } = ruleOf(target.signal);
  return {
    code: 'bad-sample',
    describe: () => `${target.signal} (${series.metric}): found ${found}, expected ${expected}`,
  };
}

function startOf(use: Use, start: number): number {
  if (!(Math.abs(start - use.start) <= SAME_START_S)) use.start = start;
  return use.start;
}
