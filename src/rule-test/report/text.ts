import { formatCount } from '../../telemetry/index.js';
import type { Coverage } from '../coverage.js';
import { type Failure, saidText } from '../run/judge.js';
import type { CaseResult, FileResult } from '../run/run-test-case.js';
import { testTime } from '../run/times.js';
import { chartSeriesOf } from './chart-series.js';
import { type ChartMark, drawChart } from './draw-chart.js';

/** How reports look: colours and fine characters on a terminal, plain ones elsewhere. */
export interface Look {
  readonly isColoured: boolean;
  readonly isFine: boolean;
}

const RED = '\u001b[31m';
const GREEN = '\u001b[32m';
const CYAN = '\u001b[36m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** Changes of an alert that are told of a failure; of more than these the first and the last. */
const MOST_STEPS = 8;

/** `  ok    a leak is announced  0.2 s` */
export function caseLine({ case: { name }, failures, ms }: CaseResult, look: Look): string {
  const word = failures.length === 0 ? paint(look, GREEN, 'ok  ') : paint(look, RED, 'FAIL');
  return `  ${word}  ${name}  ${paint(look, DIM, seconds(ms))}\n`;
}

/** What did not hold in a case: place, expected, found, what became of the alert, and a picture. */
export function failureText(result: CaseResult, look: Look): string {
  const told = new Set<string>();
  return result.failures
    .map((failure) => {
      const { file, line, column } = failure.place;
      const about = `${failure.rule.id} ${failure.node}`;
      // Several faults of one alert have one story.
      const story = told.has(about)
        ? []
        : [...historyOf(failure, result), ...pictureOf(failure, result, look)];
      told.add(about);
      const lines = [
        `${file}:${line}:${column} ${paint(look, RED, 'FAIL')} ${result.case.name}`,
        ...field('expected', failure.expected),
        ...field('found', failure.found),
        ...(failure.said ? field('the rule', saidText(failure.said)) : []),
        ...story,
      ];
      return `${lines.join('\n')}\n\n`;
    })
    .join('');
}

function field(name: string, text: string): string[] {
  const [first, ...more] = text.trimEnd().split('\n');
  return [`  ${name.padEnd(9)} ${first}`, ...more.map((line) => `            ${line}`.trimEnd())];
}

function historyOf({ rule, node }: Failure, { observed }: CaseResult): string[] {
  const steps = observed.stepsOf(rule.id, node);
  const lines = steps.map(
    ({ change, at, reason }) => `${testTime(at).padEnd(9)} ${change.padEnd(9)} ${reason}`,
  );
  const half = MOST_STEPS / 2;
  const told =
    lines.length <= MOST_STEPS
      ? lines
      : [...lines.slice(0, half), `... ${lines.length - MOST_STEPS} more ...`, ...lines.slice(-half)];
  return field('history', told.length === 0 ? 'it was never pending or firing' : told.join('\n'));
}

function pictureOf(
  { rule, node, times }: Failure,
  { case: { samples, end }, observed }: CaseResult,
  look: Look,
): string[] {
  const series = chartSeriesOf(rule, node, samples);
  if (!series) return [];
  const [fired, ended, asked] = look.isFine ? ['▲', '▽', '│'] : ['^', 'v', '|'];
  const signs: Readonly<Record<string, string>> = { firing: fired, resolved: ended };
  const steps = observed.stepsOf(rule.id, node).filter(({ change }) => change in signs);
  const marks: ChartMark[] = [
    ...times.map((at) => ({ at, sign: asked })),
    ...steps.map(({ at, change }) => ({ at, sign: signs[change] })),
  ];
  const legend = [
    ...(times.length > 0 ? [`${asked} time of the expectation`] : []),
    ...(steps.length > 0 ? [`${fired} fires`] : []),
    ...(steps.some(({ change }) => change === 'resolved') ? [`${ended} resolved`] : []),
  ];
  const colours = { limit: RED, line: CYAN };
  const lines = drawChart(series, end, marks, {
    isFine: look.isFine,
    paint: (kind, text) => paint(look, colours[kind], text),
  });
  const text = [...lines, ...(legend.length > 0 ? [legend.join('   ')] : [])];
  return ['', ...text.map((line) => `    ${line}`)];
}

/** `3 tests passed, 1 failed (2 files, 0.8 s)` */
export function summaryText(files: readonly FileResult[], ms: number): string {
  const cases = files.flatMap((file) => file.cases);
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const passed = cases.length - failed;
  const words = `${formatCount(passed, 'test')} passed${failed > 0 ? `, ${failed} failed` : ''}`;
  return `${words} (${formatCount(files.length, 'file')}, ${seconds(ms)})`;
}

/** A line a rule that lacks a case, and how many have both. */
export function coverageText({ rules }: Coverage): string {
  const width = Math.max(0, ...rules.map(({ rule }) => rule.length));
  const lacking = rules.filter(({ firing, silent }) => firing === 0 || silent === 0);
  const lines = lacking.map(({ rule, firing, silent, file, line }) => {
    const lack =
      firing === 0 && silent === 0
        ? 'no case at all'
        : firing === 0
          ? 'no case in which it fires'
          : 'no case in which it is silent';
    return `  ${rule.padEnd(width)}  ${lack}  ${file}:${line}\n`;
  });
  const full = rules.length - lacking.length;
  return `${lines.join('')}${full} of ${formatCount(rules.length, 'rule')} ${full === 1 ? 'has' : 'have'} a case in which it fires and one in which it is silent\n`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
}

function paint({ isColoured }: Look, colour: string, text: string): string {
  return isColoured ? colour + text + PLAIN : text;
}
