import { mean } from 'simple-statistics';
import { formatDuration } from '../../src/telemetry/index.js';
import { type Bias, isBiased } from '../judge/bias.js';
import type { Calibration } from '../judge/calibration.js';
import { type Judgement, judge } from '../judge/judge.js';
import { type ScoredNode, scoreboard } from '../judge/outcome.js';
import { isCauseRight, isWithin, quality, type Score, score, timeError } from '../judge/score.js';
import { isReached, type Target } from '../judge/targets.js';
import type { Alarm } from '../run/measure.js';
import { figure } from './table.js';

/** Header and rows of a table, for the screen and for the page alike. */
export interface Rows {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function groupRows(
  title: string,
  groups: readonly (readonly [string, readonly ScoredNode[]])[],
): Rows {
  const header = [
    title,
    'nodes',
    'breaches',
    'caught',
    'late',
    'missed',
    'false',
    'time error',
    'in range',
    'width',
    'cause',
  ];
  const rows = groups.map(([name, nodes]) => {
    const counts = score(nodes);
    const { timeError, coverage, width, causeRight } = quality(nodes);
    return [
      name,
      ...[
        counts.nodes,
        counts.breaches,
        counts.caughtCount,
        counts.late,
        counts.missed,
        counts.falseNodes,
      ].map(String),
      ...[timeError, coverage, width, causeRight].map((value) => figure(value)),
    ];
  });
  return { header, rows };
}

export function scoreboardRows(nodes: readonly ScoredNode[]): Rows {
  const header = ['rule', 'caught', 'precision', 'false alarms', 'in 1,000 node-hours', 'nodes with one'];
  return { header, rows: scoreboard(nodes).map(({ name, score: counts }) => [name, ...scoreCells(counts)]) };
}

function scoreCells(counts: Score): string[] {
  return [
    figure(counts.caught),
    figure(counts.precision),
    String(counts.falseStarts),
    figure(counts.falsePer1000h, 1),
    String(counts.falseNodes),
  ];
}

/** With what the same figures were elsewhere, in the same order, their mean and range are a column of their own. */
export function targetRows(targets: readonly Target[], elsewhere: readonly (readonly Target[])[] = []): Rows {
  const rows = targets.map((target, i) => {
    const { what, value, least, most } = target;
    const bound =
      least !== undefined && most !== undefined
        ? `${least} to ${most}`
        : least !== undefined
          ? `at least ${least}`
          : `at most ${most}`;
    const row = [what, figure(value, 3), bound, isReached(target) ? 'reached' : 'not reached'];
    return elsewhere.length === 0 ? row : [...row, meanAndRange(elsewhere.map((each) => each[i].value))];
  });
  const header = ['', 'is', 'must be', ''];
  return {
    header: elsewhere.length === 0 ? header : [...header, `at ${elsewhere.length} other beginnings`],
    rows,
  };
}

/** `0.991 (0.985 to 1)`; `-` where one is not known. */
function meanAndRange(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return '-';
  return `${figure(mean(known), 3)} (${figure(Math.min(...known), 3)} to ${figure(Math.max(...known), 3)})`;
}

export function calibrationRows({ bins }: Calibration): Rows {
  const header = ['said', 'forecasts', 'nodes', 'mean said', 'came', 'bias', ''];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const rows = bins.map(({ from, to, forecasts, nodes, said, came, ...bias }) => [
    `${percent(from)} to ${percent(to)}`,
    String(forecasts),
    String(nodes),
    figure(said),
    figure(came),
    biasText(bias),
    biasWords(bias),
  ]);
  return { header, rows };
}

/** `-0.26 ± 0.04`: mean said less what came, and its standard error. */
export function biasText({ bias, error }: Bias): string {
  return error === null ? figure(bias) : `${figure(bias)} ± ${figure(error)}`;
}

/** Empty where chance explains the bias. */
export function biasWords(bias: Bias): string {
  if (!isBiased(bias)) return '';
  return bias.bias > 0 ? 'too high' : 'too low';
}

/** A node whose alarms were wrong, late or lacking. */
export interface Mistake {
  readonly node: ScoredNode;
  readonly judgement: Judgement<Alarm>;
}

export function mistakes(nodes: readonly ScoredNode[]): Mistake[] {
  return nodes
    .map((node) => ({ node, judgement: judge(node.label, node.alarms) }))
    .filter(({ judgement: { verdict, falseStarts } }) => {
      return (verdict !== 'caught' && verdict !== 'quiet') || falseStarts.length > 0;
    });
}

export function mistakeRows(all: readonly Mistake[]): Rows {
  const header = ['trace', 'node', 'scenario', 'runtime', 'what', 'onset', 'breach', 'alerts at'];
  const rows = all.map(({ node: { label, alarms }, judgement }) => [
    label.trace,
    label.node,
    label.scenario,
    label.runtime,
    wordsOf(judgement),
    label.outcome === 'breach' ? clock(label.onset_s) : '',
    label.outcome === 'breach' ? clock(label.breach_s) : '',
    timesOf(alarms.filter(({ at }) => label.outcome === 'benign' || at <= label.breach_s)),
  ]);
  return { header, rows };
}

/** `late`, `caught, but false alarm before the growth`. */
export function wordsOf({ verdict, falseStarts }: Judgement<Alarm>): string {
  const isEarly = falseStarts.length > 0 && verdict !== 'false alarm';
  return isEarly ? `${verdict}, false alarm before the growth` : verdict;
}

export function caughtRows(nodes: readonly ScoredNode[]): Rows {
  const header = ['trace', 'node', 'scenario', 'runtime', 'lead', 'time error', 'in range', 'cause', ''];
  const rows = nodes.flatMap(({ label, alarms }) => {
    const { verdict, first } = judge(label, alarms);
    if (verdict !== 'caught' || !first || label.outcome !== 'breach') return [];
    const { trace, node, scenario, runtime, breach_s } = label;
    return [
      [
        trace,
        node,
        scenario,
        runtime,
        formatDuration((breach_s - first.at) * 1000),
        figure(timeError(first, breach_s)),
        isWithin(first, breach_s) ? 'yes' : 'no',
        first.cause ?? 'none',
        isCauseRight(first, label) ? '' : 'wrong',
      ],
    ];
  });
  return { header, rows };
}

function timesOf(alarms: readonly Alarm[]): string {
  const shown = alarms.slice(0, 3).map(({ at, signal }) => `${clock(at)} ${signal}`);
  return alarms.length > 3 ? `${shown.join(', ')} and ${alarms.length - 3} more` : shown.join(', ');
}

/** `1:31:34` of the trace's time. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
