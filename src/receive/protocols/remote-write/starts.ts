import type { Batch } from '../../intake.js';
import type { SeriesDesk, SignalSeries } from '../../series/index.js';

/** Name under which the start of counters is handed to the desk, in unix seconds. */
export const START_METRIC = 'prw.start_time';

/** Starts that differ by no more are the same: each counter of a process is made a little later than the one before. Ms. */
const SAME_START_MS = 5000;

const MAX_NODES = 65_536;

interface NodeStart {
  readonly series: SignalSeries;
  /** Unix ms. */
  start: number;
  /** Time of the sample that last came with it. */
  saidAt: number;
}

/** Start of a counter as it last said, in unix ms, and the node whose it is. */
export interface CounterStart {
  readonly node: NodeStart;
  at: number;
}

/**
 * The start of a node from the starts of its counters (remote write 2.0, `start_timestamp`). A counter with labels
 * begins when it is first counted, long after its process, so a start that is new to us says nothing about the node
 * beyond being no later. Only where a counter that is known begins anew has its process been restarted.
 */
export class CounterStarts {
  readonly #desk: SeriesDesk;
  readonly #nodes = new Map<string, NodeStart>();

  constructor(desk: SeriesDesk) {
    this.#desk = desk;
  }

  /** Takes the start that came with a sample; gives what is to be kept for the series, undefined where nothing can be made of it. */
  take(
    batch: Batch,
    known: CounterStart | undefined,
    signal: SignalSeries,
    start: number,
    time: number,
  ): CounterStart | undefined {
    const counter = known ?? this.#open(signal, start);
    if (!counter) return undefined;
    const { node } = counter;
    const isNewRun = start > counter.at + SAME_START_MS && counter.at >= node.start;
    const isSaid = node.saidAt === time;
    counter.at = start;
    if (isNewRun || (isSaid && start < node.start)) node.start = start;
    else if (isSaid) return counter;
    node.saidAt = time;
    this.#desk.put(batch, node.series, time, node.start / 1000);
    return counter;
  }

  #open(signal: SignalSeries, start: number): CounterStart | undefined {
    if (signal.nodeName === undefined) return undefined;
    let node = this.#nodes.get(signal.nodeName);
    if (!node) {
      const labels = new Map([...Object.entries(signal.labels), ['node', signal.nodeName] as const]);
      const series = this.#desk.open({ name: START_METRIC, labels });
      if (!series) return undefined;
      if (this.#nodes.size >= MAX_NODES) this.#nodes.clear();
      node = { series, start, saidAt: Number.NaN };
      this.#nodes.set(signal.nodeName, node);
    }
    return { node, at: start };
  }
}
