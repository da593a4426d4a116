import type { Labels, NodeRecord, Origin } from '../../telemetry/index.js';
import type { Tags, Target } from '../names/index.js';

/**
 * One series as the sender of a metric protocol identifies it: Prometheus remote write, or OTLP after its resource,
 * scope and point attributes were put together. `name` is as it was sent (`process.memory.usage`, `up`); what the
 * protocol splits off (`_sum` and `_count` of a histogram) is part of it.
 */
export interface Metric {
  readonly name: string;
  readonly labels: Tags;
  /** UCUM unit, where the protocol has one: `By`, `s`, `ms`, `1`. */
  readonly unit?: string;
}

/** What a series is used for: one signal, in its sender's unit. */
export interface Use {
  readonly target: Target;
  /** What tells this part of a sum from the others; empty where there is no sum. */
  readonly part: string;
  readonly origin: Origin;
  /** start_time that was last derived from an uptime, in s. */
  start: number;
}

/** A series that carries a signal, with all that follows from its name and labels. Made by the desk, kept by the protocol. */
export interface SignalSeries {
  readonly metric: string;
  readonly uses: readonly Use[];
  readonly nodeName: string | undefined;
  /** Whether it speaks of all nodes of a pod. */
  readonly isOfPod: boolean;
  /** Its only use where that is nothing but a factor: the way of nearly all samples. */
  readonly plain: Target | undefined;
  readonly labels: Labels;
  /** Set when the series first has a value: nodes without any are not known. */
  node: NodeRecord | undefined;
  /** Id of the node's labels just after ours were merged. Another one means that somebody else changed them. */
  mergedLabels: number;
}
