import { BASELINES } from '../baselines/rules.js';
import type { Fault, Label } from '../read/labels.js';
import type { FoundSets, TraceSet } from '../read/sets.js';
import type { Alarm, Forecast, Measured } from '../run/measure.js';
import type { Answer } from '../run/worker.js';
import { type Score, score } from './score.js';

/** A labelled node with all that was said about it. */
export interface ScoredNode {
  readonly label: Label;
  readonly file: string;
  /** Seconds of the trace at which it was first heard of. */
  readonly first: number;
  readonly hours: number;
  readonly alarms: readonly Alarm[];
  /** Those of the rules with each cell's thresholds, in the order of CELLS (validate/grid.ts). */
  readonly cells: readonly (readonly Alarm[])[];
  readonly forecasts: readonly Forecast[];
  readonly baselines: readonly (readonly { readonly at: number }[])[];
}

export interface ScoredSet {
  readonly name: string;
  readonly nodes: readonly ScoredNode[];
}

export interface Outcome {
  readonly sets: readonly ScoredSet[];
  readonly faults: readonly Fault[];
  /** How many labelled nodes of readable labels could not be scored. */
  readonly leftOut: number;
}

/** Joins labels and measurements; what does not fit is left out and told. */
export function joinOutcome(found: FoundSets, answers: ReadonlyMap<string, Answer>): Outcome {
  const faults: Fault[] = [];
  let leftOut = 0;
  const sets = found.sets.map((set) => {
    const nodes = set.traces.flatMap(({ file, labels }) => {
      const answer = answers.get(file);
      if (!answer || 'fault' in answer) {
        if (answer) faults.push(answer.fault);
        leftOut += labels.length;
        return [];
      }
      return labels.flatMap((label) => {
        const measured = answer.nodes.find(({ node }) => node === label.node);
        if (measured) return [scoredNode(file, label, measured)];
        leftOut++;
        faults.push(unknownNode(set, label));
        return [];
      });
    });
    return { name: set.name, nodes };
  });
  return { sets: sets.filter(({ nodes }) => nodes.length > 0), faults, leftOut };
}

function scoredNode(file: string, label: Label, measured: Measured): ScoredNode {
  const { first, last, alarms, cells, forecasts, baselines } = measured;
  const starts = baselines.map((times) => times.map((at) => ({ at })));
  return { label, file, first, hours: (last - first) / 3600, alarms, cells, forecasts, baselines: starts };
}

function unknownNode(set: TraceSet, label: Label): Fault {
  return {
    place: set.labels.placeOf(label),
    message: `there is no node ${label.node} in ${label.trace}.csv`,
    cure: 'Correct the name of the node, or remove the label.',
  };
}

/** The name of the product's own line in every table beside the baselines. */
export const SHIPPED = 'headroom, shipped rules';

/** The scores of the shipped rules and of each baseline on the same nodes. */
export function scoreboard(nodes: readonly ScoredNode[]): { readonly name: string; readonly score: Score }[] {
  return [
    { name: SHIPPED, score: score(nodes) },
    ...BASELINES.map(({ name }, i) => ({
      name,
      score: score(nodes.map(({ label, hours, baselines }) => ({ label, hours, alarms: baselines[i] }))),
    })),
  ];
}

/** Nodes by a field of their label, in the order of its values. */
export function groupBy(
  nodes: readonly ScoredNode[],
  key: (label: Label) => string,
): (readonly [string, readonly ScoredNode[]])[] {
  const groups = new Map<string, ScoredNode[]>();
  for (const node of nodes) {
    const name = key(node.label);
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}
