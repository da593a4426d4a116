import type { Labels, Signal } from '../../telemetry/index.js';
import { type NodeInput, WRITTEN_SIGNALS } from '../schema/node-input.js';
import { expandSeries, type Series } from './expand-series.js';
import { SegmentFault } from './parse-segment.js';

/** What one node sends at one moment. */
export interface Sample {
  /** Ms since the test began. */
  readonly at: number;
  readonly node: string;
  readonly labels: Labels;
  /** What is sent; `start_time` in seconds since the test began. */
  readonly values: ReadonlyMap<Signal, number>;
}

/** A fault of a node's input, with the key that it is about; undefined where it is the node as a whole. */
export class InputFault extends Error {
  readonly key: string | undefined;
  readonly cure: string;

  constructor(key: string | undefined, message: string, cure: string) {
    super(message);
    this.key = key;
    this.cure = cure;
  }
}

const COUNTERS: readonly Signal[] = ['gc_pause_total', 'gc_count', 'requests_total'];

/**
 * All samples of a node that is written as series, in time order. A series without an end is sent whenever another one
 * has a value, so that a gap in all others is silence.
 * @throws InputFault
 */
export function samplesOfNode(name: string, input: NodeInput, intervalMs: number, seed: number): Sample[] {
  const all = new Map<Signal, Series>();
  for (const signal of WRITTEN_SIGNALS) {
    const written = input[signal];
    if (written)
      all.set(
        signal,
        expand(signal, () => expandSeries(written, intervalMs, `${seed} ${name} ${signal}`)),
      );
  }
  const values = new Map<number, Map<Signal, number>>();
  for (const [signal, { points }] of all) {
    for (const [at, value] of points) valuesAt(values, at).set(signal, value);
  }
  if (values.size === 0)
    throw new InputFault(undefined, 'nothing says how long it sends', 'end one series: rss: 400MiB x 240');
  const times = [...values.keys()].sort((a, b) => a - b);
  for (const [signal, { rest, end }] of all) {
    if (rest) for (const at of times) if (at >= end) valuesAt(values, at).set(signal, rest());
  }
  return withLives(
    name,
    input,
    times.map((at) => [at, valuesAt(values, at)]),
    [...all.values()],
  );
}

function valuesAt(values: Map<number, Map<Signal, number>>, at: number): Map<Signal, number> {
  const known = values.get(at);
  if (known) return known;
  const none = new Map<Signal, number>();
  values.set(at, none);
  return none;
}

function expand(signal: Signal, work: () => Series): Series {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof SegmentFault)) throw fault;
    throw new InputFault(signal, fault.message, fault.cure);
  }
}

/** Says since when the process runs and in which version, and lets counters begin anew with each process. */
function withLives(
  node: string,
  { age = 0, labels: own = {} }: NodeInput,
  rows: readonly (readonly [number, Map<Signal, number>])[],
  all: readonly Series[],
): Sample[] {
  const restarts = all.flatMap((each) => each.restarts).sort((a, b) => a.at - b.at);
  const counted = new Map<Signal, { last: number; offset: number }>();
  let labels: Labels = own;
  let start = 0 - age;
  let next = 0;
  return rows.map(([at, values]) => {
    let isNew = false;
    for (; next < restarts.length && restarts[next].at <= at; next++) {
      const { version } = restarts[next];
      if (version !== undefined) labels = { ...labels, version };
      start = restarts[next].at;
      isNew = true;
    }
    if (isNew) for (const state of counted.values()) state.offset = Number.NaN;
    for (const signal of COUNTERS) {
      const raw = values.get(signal);
      if (raw === undefined) continue;
      const state = counted.get(signal) ?? { last: raw, offset: 0 };
      counted.set(signal, state);
      // A series that falls by itself at the restart counts from zero already.
      if (Number.isNaN(state.offset)) state.offset = raw >= state.last ? raw : 0;
      state.last = raw;
      values.set(signal, Math.max(0, raw - state.offset));
    }
    return { at, node, labels, values: values.set('start_time', start / 1000) };
  });
}
