import { quantile } from 'simple-statistics';
import { formatDuration } from '../../src/telemetry/index.js';
import { BASELINES } from '../baselines/rules.js';
import type { Beginnings } from '../judge/beginnings.js';
import { calibrate } from '../judge/calibration.js';
import { judge } from '../judge/judge.js';
import { groupBy, type ScoredNode, type ScoredSet, SHIPPED } from '../judge/outcome.js';
import { whyOutOfReach } from '../judge/reach.js';
import { quality, score } from '../judge/score.js';
import { type Target, targetsOf } from '../judge/targets.js';
import { baselinesText, causesText, DEFINITIONS } from './definitions.js';
import {
  biasText,
  biasWords,
  calibrationRows,
  groupRows,
  type Mistake,
  mistakeRows,
  mistakes,
  type Rows,
  scoreboardRows,
  targetRows,
} from './rows.js';
import { figure, markdownTable } from './table.js';
import type { Validation } from './validation.js';
import { validationSection } from './validation-text.js';

/** A picture that the page shows. */
export interface Picture {
  readonly file: string;
  readonly text: string;
}

export interface SetPictures {
  readonly calibration?: Picture;
  readonly leads?: Picture;
  readonly mistakes: readonly Picture[];
}

/** What the page says beside the sets. */
export interface Said {
  readonly command: string;
  readonly validation?: Validation | undefined;
  readonly beginnings?: Beginnings | undefined;
}

/** docs/accuracy.md: what was measured, how, and what went wrong. */
export function accuracyPage(
  sets: readonly ScoredSet[],
  pictures: ReadonlyMap<string, SetPictures>,
  { command, validation, beginnings }: Said,
): string {
  const parts = [
    `# Accuracy

How well the shipped rules foretell breaches, measured on recordings with known outcomes, beside the rules that people have today.
Every figure and picture here was made by \`${command}\`; [how to repeat it](#repeat-it). The definitions are [below](#definitions).
`,
    ...sets.map((set) => setText(set, pictures.get(set.name) ?? { mistakes: [] }, beginnings?.get(set.name))),
    ...(validation ? [validationSection(validation)] : []),
    `## Definitions\n\n${DEFINITIONS}`,
    `## Which cause is right\n\n${causesText()}`,
    `## The usual rules\n\n${baselinesText()}`,
    REPEAT,
  ];
  return parts.join('\n');
}

function setText(
  { name, nodes }: ScoredSet,
  pictures: SetPictures,
  elsewhere: readonly (readonly Target[])[] = [],
): string {
  const counts = score(nodes);
  const words = quality(nodes);
  const wrong = mistakes(nodes);
  // Of recordings of others names and verdicts are told, and no more.
  const isOwn = nodes.every(isOwnRecording);
  const hidden = ['onset', 'breach', 'alerts at'];
  const list = isOwn ? mistakeRows(wrong) : without(mistakeRows(wrong), hidden);
  return [
    `## ${name}\n`,
    `${counts.nodes} nodes, ${counts.breaches} breaches, ${figure(counts.hours, 0)} node-hours.\n`,
    table(targetRows(targetsOf(name, counts, words), elsewhere)),
    elsewhere.length > 0 ? BEGINNINGS : '',
    table(scoreboardRows(nodes)),
    counts.breaches > 1 ? leadsText(nodes, pictures.leads) : '',
    calibrationText(nodes, pictures.calibration),
    `### What went wrong on ${name}\n`,
    wrong.length === 0 ? 'Nothing.\n' : table(list),
    outOfReachText(nodes),
    firstRisesText(nodes),
    ...pictures.mistakes.map(pictureText),
    pictures.mistakes.length > 0 && pictures.mistakes.length < wrong.length
      ? `Pictures of the worst ${pictures.mistakes.length} of ${wrong.length}.\n`
      : '',
    `### By scenario and runtime on ${name}\n`,
    table(
      groupRows(
        'scenario, runtime',
        groupBy(nodes, (label) => `${label.scenario}, ${label.runtime}`),
      ),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function leadsText(nodes: readonly ScoredNode[], picture: Picture | undefined): string {
  const rows = [
    leadRow(SHIPPED, nodes, ({ alarms }) => alarms),
    ...BASELINES.map(({ name }, i) => leadRow(name, nodes, ({ baselines }) => baselines[i])),
  ];
  const body = table({ header: ['rule', 'caught', '10 % within', 'half within', '90 % within'], rows });
  return `### Lead times\n\nFrom the alert that caught a breach to the breach.\n\n${body}${picture ? `\n${pictureText(picture)}` : ''}`;
}

function leadRow(
  name: string,
  nodes: readonly ScoredNode[],
  alarmsOf: (node: ScoredNode) => readonly { readonly at: number }[],
): string[] {
  const leads = nodes.flatMap((node) => {
    const { verdict, first } = judge(node.label, alarmsOf(node));
    return verdict === 'caught' && first && node.label.outcome === 'breach'
      ? [node.label.breach_s - first.at]
      : [];
  });
  const cells = [0.1, 0.5, 0.9].map((share) =>
    leads.length === 0 ? '-' : formatDuration(quantile(leads, share) * 1000),
  );
  return [name, String(leads.length), ...cells];
}

function calibrationText(nodes: readonly ScoredNode[], picture: Picture | undefined): string {
  const calibration = calibrate(nodes);
  const { brier, brierOfBaseRate, bias } = calibration;
  return `### Calibration

${table(calibrationRows(calibration))}
Brier score ${figure(brier, 3)} (0 is perfect; always saying the base rate gives ${figure(brierOfBaseRate, 3)}).
${bias ? `Bias of all forecasts ${biasText(bias)}${biasWords(bias) ? `, ${biasWords(bias)}` : ''}: mean said less what came, with its standard error by nodes.\n` : ''}${picture ? `\n${pictureText(picture)}` : ''}`;
}

function outOfReachText(nodes: readonly ScoredNode[]): string {
  const lines = nodes.flatMap(({ label, first }) => {
    const reason = whyOutOfReach(label, first);
    return reason ? [`- ${label.trace} ${label.node}: ${reason}.`] : [];
  });
  return lines.length === 0 ? '' : `Breaches that nobody could catch 15 min ahead:\n\n${lines.join('\n')}\n`;
}

/** Alarms on rises the like of which the node had never shown and released. */
function firstRisesText(nodes: readonly ScoredNode[]): string {
  const judged = nodes.map((node) => ({ node, ...judge(node.label, node.alarms) }));
  const first = judged.filter(
    ({ verdict, first }) => verdict === 'false alarm' && first && !first.hadPrecedent,
  );
  if (first.length === 0) return '';
  const all = judged.filter(({ verdict }) => verdict === 'false alarm').length;
  const rest = score(nodes.filter((node) => !first.some((each) => each.node === node)));
  const names = first.map(({ node: { label } }) => `${label.trace} ${label.node} (${label.scenario})`);
  return `Of ${all} benign nodes with a false alarm, ${first.length} had it on the first rise of its kind: use had not come near that height and
been released before, so no precedent of its own tells it from a leak, only what its shape and traffic suggest: ${names.join(', ')}.
They count as false above; without these nodes the precision is ${figure(rest.precision, 2)}.
`;
}

const BEGINNINGS = `Buckets begin at multiples of their width, so forecasts hang a little on when samples come. The last column has the mean and the
range of the same recordings as if each had begun at other moments.
`;

const REPEAT = `## Repeat it

\`npm run build && npm run accuracy\` scores \`../shared/traces\` where that is at hand, else the recordings that the project carries
(\`accuracy/recordings\`, own recordings; the public ones are not carried), and writes this page. \`npm run accuracy -- --no-write --each\` prints the
tables and each breach that was caught. A folder of your own: traces as CSV with a \`labels.json\` beside them, see
[accuracy/README.md](../accuracy/README.md).
`;

export function isOwnRecording({ label }: ScoredNode): boolean {
  return label.licence.startsWith('own recording');
}

/** Names of files may hold no blanks in a link. */
function pictureText({ file, text }: Picture): string {
  return `![${text}](${encodeURI(file)})\n`;
}

function table({ header, rows }: Rows): string {
  return markdownTable(header, rows);
}

function without({ header, rows }: Rows, hidden: readonly string[]): Rows {
  const keep = (_: string, i: number): boolean => !hidden.includes(header[i]);
  return { header: header.filter(keep), rows: rows.map((row) => row.filter(keep)) };
}

/** The worst first: what was not told at all, what was told too late, then false alarms by their number. */
export function worstFirst(all: readonly Mistake[]): Mistake[] {
  const rank = { missed: 0, late: 1, 'false alarm': 2, caught: 3, quiet: 4 } as const;
  return [...all].sort(
    ({ judgement: a }, { judgement: b }) =>
      rank[a.verdict] - rank[b.verdict] || b.falseStarts.length - a.falseStarts.length,
  );
}
