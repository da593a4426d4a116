import type { ScoredNode, ScoredSet } from '../judge/outcome.js';
import type { Watched } from '../judge/score.js';
import { HARMLESS } from '../judge/targets.js';
import type { Alarm } from '../run/measure.js';
import { chooseCell, underCell } from './choose.js';

/** A node that takes part. */
export interface Candidate extends ScoredNode {
  /** Recorded by others, on machines of theirs: a group of its own, whatever is left out. */
  readonly isElsewhere: boolean;
}

/** What is left out as a whole. */
export type LeftOut = 'scenario' | 'runtime';

export interface Fold {
  readonly group: string;
  /** In CELLS; chosen on all other groups. */
  readonly cell: number;
  readonly nodes: readonly Candidate[];
  /** The same nodes with what that cell said of them. */
  readonly judged: readonly Watched<Alarm>[];
}

/** Of recordings of others only the false alarms count, as in the targets: their breaches take no part. */
export function candidates(sets: readonly ScoredSet[]): Candidate[] {
  return sets.flatMap(({ name, nodes }) => {
    const isElsewhere = name === HARMLESS;
    return nodes
      .filter(({ label, cells }) => cells.length > 0 && !(isElsewhere && label.outcome === 'breach'))
      .map((node) => ({ ...node, isElsewhere }));
  });
}

/**
 * Leaves out each group in turn, chooses the thresholds on all others and judges the group by them: how the way in which
 * thresholds are chosen does on what it has not seen. Empty where fewer than two groups have breaches, since without any
 * there is nothing to choose by. Only thresholds are chosen anew; the constants in the models stay as they are.
 */
export function crossValidate(nodes: readonly Candidate[], leftOut: LeftOut): Fold[] {
  const groupOf = ({ isElsewhere, label }: Candidate): string => (isElsewhere ? HARMLESS : label[leftOut]);
  const breaching = nodes.filter(({ label }) => label.outcome === 'breach').map(groupOf);
  if (new Set(breaching).size < 2) return [];
  const groups = [...new Set(nodes.map(groupOf))].sort((a, b) => a.localeCompare(b, 'en'));
  return groups.map((group) => {
    const inside = nodes.filter((node) => groupOf(node) === group);
    const cell = chooseCell(nodes.filter((node) => groupOf(node) !== group));
    return { group, cell, nodes: inside, judged: underCell(inside, cell) };
  });
}
