import type { ScoredNode } from '../judge/outcome.js';
import { quality, score, type Watched } from '../judge/score.js';
import type { Alarm } from '../run/measure.js';
import { CELLS } from './grid.js';

/** A node of which it is known what each cell would have said. */
export type TriedNode = Pick<ScoredNode, 'label' | 'hours' | 'cells'>;

/** More than this is not worth anything that it costs elsewhere: what lies beyond is chance on so few nodes. */
const ENOUGH = { caught: 0.97, precision: 0.95 };

/** Sums of shares that are equal by arithmetic may differ in their last digits. */
const SAME = 1e-9;

/** The nodes as the rules with a cell's thresholds would have had them. */
export function underCell(nodes: readonly TriedNode[], cell: number): Watched<Alarm>[] {
  return nodes.map(({ label, hours, cells }) => ({ label, hours, alarms: cells[cell] }));
}

/**
 * The cell that is best on these nodes: the highest sum of caught and precision, each as far as it counts, then the least
 * error of the predicted time, then the first of CELLS.
 */
export function chooseCell(nodes: readonly TriedNode[]): number {
  const worth = CELLS.map((_, cell) => worthOf(underCell(nodes, cell)));
  const most = Math.max(...worth);
  const best = CELLS.map((_, cell) => cell).filter((cell) => worth[cell] > most - SAME);
  const errors = best.map((cell) => quality(underCell(nodes, cell)).timeError ?? Number.POSITIVE_INFINITY);
  return best[errors.indexOf(Math.min(...errors))];
}

function worthOf(nodes: readonly Watched<Alarm>[]): number {
  const { caught, precision } = score(nodes);
  return Math.min(caught ?? 0, ENOUGH.caught) + Math.min(precision ?? 0, ENOUGH.precision);
}
