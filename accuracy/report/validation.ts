import { SHIPPED } from '../judge/outcome.js';
import { quality, score, type Watched } from '../judge/score.js';
import { HARMLESS } from '../judge/targets.js';
import type { Alarm } from '../run/measure.js';
import { chooseCell, underCell } from '../validate/choose.js';
import { type Candidate, crossValidate, type Fold } from '../validate/cross-validate.js';
import { AXES, CELLS, cellName, percent } from '../validate/grid.js';
import type { Rows } from './rows.js';
import { figure } from './table.js';

/** All of a cross-validation that is shown. */
export interface Validation {
  readonly nodes: readonly Candidate[];
  readonly folds: { readonly scenario: readonly Fold[]; readonly runtime: readonly Fold[] };
  /** The cell of the shipped rules; undefined where they stand in none. */
  readonly shipped: number | undefined;
}

/** Undefined where there are too few groups to leave one out. */
export function validationOf(
  nodes: readonly Candidate[],
  shipped: number | undefined,
): Validation | undefined {
  const folds = { scenario: crossValidate(nodes, 'scenario'), runtime: crossValidate(nodes, 'runtime') };
  return folds.scenario.length + folds.runtime.length === 0 ? undefined : { nodes, folds, shipped };
}

/** The shipped rules beside what their way of choosing thresholds gives on groups that it has not seen. */
export function validatedRows({ nodes, folds }: Validation): Rows {
  const best = chooseCell(nodes);
  const header = ['thresholds', 'caught', 'precision', 'time error', 'in range', 'width', 'cause'];
  const ways: (readonly [string, readonly Watched<Alarm>[]])[] = [
    [SHIPPED, nodes],
    [`best on these very nodes: ${cellName(CELLS[best])}`, underCell(nodes, best)],
    ...pooled('cross-validated, scenarios left out', folds.scenario),
    ...pooled('cross-validated, runtimes left out', folds.runtime),
  ];
  const elsewhere = new Set(nodes.filter(({ isElsewhere }) => isElsewhere).map(({ label }) => label));
  const rows = ways.map(([name, judged]) => {
    const own = judged.filter(({ label }) => !elsewhere.has(label));
    const theirs = judged.filter(({ label }) => elsewhere.has(label));
    const counts = score(own);
    const { timeError, coverage, width, causeRight } = quality(own);
    const shares = [counts.caught, counts.precision, timeError, coverage, width, causeRight];
    const rates = [counts, score(theirs)].map(({ falsePer1000h }) => figure(falsePer1000h, 1));
    return [name, ...shares.map((value) => figure(value)), ...rates];
  });
  return { header: [...header, 'false in 1,000 node-hours', `on ${HARMLESS}`], rows };
}

function pooled(name: string, folds: readonly Fold[]): (readonly [string, readonly Watched<Alarm>[]])[] {
  return folds.length === 0 ? [] : [[name, folds.flatMap(({ judged }) => judged)]];
}

/** How often each cell was chosen: thresholds that hang on a single group differ from fold to fold. */
export function chosenRows({ folds, shipped }: Validation): Rows {
  const times = (some: readonly Fold[], cell: number): number =>
    some.filter((fold) => fold.cell === cell).length;
  const rows = CELLS.map((cell, index) => ({
    name: `${cellName(cell)}${index === shipped ? ' (shipped)' : ''}`,
    counts: [times(folds.scenario, index), times(folds.runtime, index)],
  }))
    .filter(({ counts }) => counts.some((count) => count > 0))
    .sort((a, b) => b.counts[0] - a.counts[0] || b.counts[1] - a.counts[1]);
  return {
    header: ['thresholds', 'scenarios left out', 'runtimes left out'],
    rows: rows.map(({ name, counts }) => [name, ...counts.map(String)]),
  };
}

/** Each group by the thresholds that were chosen without it, and by the shipped ones. */
export function foldRows(title: string, folds: readonly Fold[]): Rows {
  const header = [title, 'nodes', 'breaches', 'thresholds', 'caught', 'false', 'shipped: caught', 'false'];
  const rows = folds.map(({ group, cell, nodes, judged }) => {
    const counts = score(judged);
    const shipped = score(nodes);
    return [
      group,
      String(counts.nodes),
      String(counts.breaches),
      cellName(CELLS[cell]),
      ...[counts.caughtCount, counts.falseNodes, shipped.caughtCount, shipped.falseNodes].map(String),
    ];
  });
  return { header, rows };
}

export interface GridRows extends Rows {
  readonly title: string;
}

/** Caught and precision of each cell on all nodes that take part, a table for each `for`; the shipped one has a star. */
export function gridRows({ nodes, shipped }: Validation): GridRows[] {
  return AXES.forMinutes.map((forMinutes) => ({
    title: `for ${forMinutes} min`,
    header: ['probability', ...AXES.soon.map((soon) => `soon ${percent(soon)}`)],
    rows: AXES.probability.map((probability) => [
      percent(probability),
      ...AXES.soon.map((soon) => {
        const index = CELLS.findIndex(
          (cell) => cell.probability === probability && cell.soon === soon && cell.forMinutes === forMinutes,
        );
        if (index < 0) return '';
        const { caught, precision } = score(underCell(nodes, index));
        return `${figure(caught)} / ${figure(precision)}${index === shipped ? ' *' : ''}`;
      }),
    ]),
  }));
}
