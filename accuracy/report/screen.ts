import type { Beginnings } from '../judge/beginnings.js';
import { calibrate } from '../judge/calibration.js';
import { groupBy, type Outcome, type ScoredSet } from '../judge/outcome.js';
import { quality, score } from '../judge/score.js';
import { type Target, targetsOf } from '../judge/targets.js';
import {
  biasText,
  calibrationRows,
  caughtRows,
  groupRows,
  mistakeRows,
  mistakes,
  type Rows,
  scoreboardRows,
  targetRows,
} from './rows.js';
import { figure, textTable } from './table.js';
import type { Validation } from './validation.js';
import { validationScreen } from './validation-text.js';

/** What a run prints: each set by scenario and runtime, then the totals beside baselines and targets. */
export function screenText(
  { sets }: Outcome,
  {
    each,
    validation,
    beginnings,
  }: {
    readonly each: boolean;
    readonly validation?: Validation | undefined;
    readonly beginnings?: Beginnings | undefined;
  },
): string {
  return [
    ...sets.map((set) => setText(set, each, beginnings?.get(set.name))),
    ...(validation ? [validationScreen(validation)] : []),
  ].join('\n');
}

function setText(
  { name, nodes }: ScoredSet,
  each: boolean,
  elsewhere: readonly (readonly Target[])[] = [],
): string {
  const counts = score(nodes);
  const parts = [
    `== ${name}: ${counts.nodes} nodes, ${counts.breaches} breaches, ${figure(counts.hours, 0)} node-hours ==`,
    table(
      groupRows(
        'scenario, runtime',
        groupBy(nodes, ({ scenario, runtime }) => `${scenario}, ${runtime}`),
      ),
    ),
    table(
      groupRows(
        'runtime',
        groupBy(nodes, ({ runtime }) => runtime),
      ),
    ),
  ];
  const wrong = mistakes(nodes);
  if (wrong.length > 0) parts.push(table(mistakeRows(wrong)));
  if (each) parts.push(table(caughtRows(nodes)));
  const calibration = calibrate(nodes);
  parts.push(
    table(calibrationRows(calibration)),
    `Brier score ${figure(calibration.brier, 3)}; always saying the base rate gives ${figure(calibration.brierOfBaseRate, 3)}; bias ${calibration.bias ? biasText(calibration.bias) : '-'}\n`,
    table(scoreboardRows(nodes)),
    table(targetRows(targetsOf(name, counts, quality(nodes)), elsewhere)),
  );
  return parts.join('\n');
}

function table({ header, rows }: Rows): string {
  return textTable(header, rows);
}
