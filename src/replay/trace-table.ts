import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AlertNews } from '../alert/index.js';
import type { Finding } from '../evaluate/index.js';
import { formatDuration } from '../telemetry/index.js';
import { type Label, type Labels, readLabels } from './labels.js';
import type { ReplayEvent } from './replay.js';
import { traceClock } from './trace-clock.js';
import { traceName } from './trace-file.js';

/** An alert that starts less than this before the breach is late: nobody has the time to act. */
const IN_TIME_MS = 15 * 60_000;

interface NodeRow {
  readonly trace: string;
  readonly node: string;
  readonly label: Label | undefined;
  readonly fired: AlertNews[];
}

const HEADER = [
  'trace',
  'node',
  'what happened',
  'alert',
  'fired at',
  'breach predicted (p10 to p90)',
  'actual',
  'lead',
  '',
];

/**
 * What fired, when, and against labels.json beside the traces what was right. One line a node; alerts of the kind
 * forecast are judged, others are only named.
 */
export class TraceTable {
  readonly #rows = new Map<string, NodeRow>();
  /** Of each labels.json, by its path. */
  readonly #labels = new Map<string, Labels>();

  /** Takes up the labels of a trace, so that nodes without an alert are listed, too. */
  begin(file: string): void {
    const trace = traceName(file);
    const path = join(dirname(file), 'labels.json');
    if (!this.#labels.has(path) && existsSync(path)) this.#labels.set(path, readLabels(path));
    for (const label of this.#labels.get(path)?.labels ?? []) {
      const { node } = label;
      if (label.trace === trace) this.#rows.set(`${trace} ${node}`, { trace, node, label, fired: [] });
    }
  }

  /** Faults in the labels that were taken up so far, and how many labels were left out for them. */
  get labelFaults(): { readonly findings: readonly Finding[]; readonly leftOut: number } {
    const read = [...this.#labels.values()];
    return {
      findings: read.flatMap(({ findings }) => findings),
      leftOut: read.reduce((sum, { leftOut }) => sum + leftOut, 0),
    };
  }

  note(event: ReplayEvent): void {
    if (event.type !== 'alert' || event.news.state !== 'firing') return;
    const { trace, news } = event;
    const key = `${trace} ${news.node}`;
    const row = this.#rows.get(key) ?? { trace, node: news.node, label: undefined, fired: [] };
    this.#rows.set(key, row);
    row.fired.push(news);
  }

  toString(): string {
    const rows = [...this.#rows.values()];
    const lines = rows.map(lineOf);
    const widths = HEADER.map((title, column) =>
      Math.max(title.length, ...lines.map((line) => line[column].length)),
    );
    const text = [HEADER, ...lines].map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
    return `${[...text, '', ...summary(rows)].join('\n')}\n`;
  }
}

function lineOf(row: NodeRow): string[] {
  const { label } = row;
  const first = decisive(row);
  const outcome = label
    ? [label.outcome, label.scenario, label.runtime].filter(Boolean).join(' ')
    : 'not labelled';
  const breach = label?.outcome === 'breach' ? label.breach_s * 1000 : undefined;
  const others = new Set(row.fired.filter((news) => news.kind !== 'forecast').map((news) => news.rule));
  const alert = first?.rule ?? (others.size > 0 ? `(${[...others].join(', ')})` : '');
  return [
    row.trace,
    row.node,
    outcome,
    alert,
    first ? traceClock(first.at) : '',
    first?.outlook ? predicted(first.outlook) : '',
    breach === undefined ? '' : traceClock(breach),
    first && breach !== undefined && first.at < breach ? formatDuration(breach - first.at) : '',
    verdictOf(row),
  ];
}

function predicted({ breachP10, breachP50, breachP90 }: NonNullable<AlertNews['outlook']>): string {
  const at = (time: number | null): string => (time === null ? '?' : traceClock(time));
  return `${at(breachP50)} (${at(breachP10)} to ${at(breachP90)})`;
}

/** The forecast alert by which the node is judged: the first that is neither too early nor excused. */
function decisive({ label, fired }: NodeRow): AlertNews | undefined {
  const judged = fired.filter(
    ({ kind, at }) =>
      kind === 'forecast' && !label?.near_limit.some(([from, to]) => at >= from * 1000 && at <= to * 1000),
  );
  if (label?.outcome !== 'breach') return judged[0];
  const { onset_s, breach_s } = label;
  return (
    judged.find(({ at }) => at >= onset_s * 1000 && at <= breach_s * 1000) ??
    judged.find(({ at }) => at < onset_s * 1000)
  );
}

type Judgement = 'caught' | 'late' | 'missed' | 'too early' | 'false alarm' | 'quiet, rightly' | '';

function verdictOf(row: NodeRow): Judgement {
  const { label } = row;
  const first = decisive(row);
  if (!label) return '';
  if (label.outcome === 'benign') return first ? 'false alarm' : 'quiet, rightly';
  if (!first) return 'missed';
  if (first.at < label.onset_s * 1000) return 'too early';
  return first.at <= label.breach_s * 1000 - IN_TIME_MS ? 'caught' : 'late';
}

function summary(rows: readonly NodeRow[]): string[] {
  const counts = new Map<Judgement, number>();
  for (const row of rows) {
    const verdict = verdictOf(row);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  counts.delete('');
  const nodes = rows.length === 1 ? '1 node' : `${rows.length} nodes`;
  if (counts.size === 0) return [`${nodes} with alerts`];
  const told = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  return [`${nodes}: ${told} (caught: at least 15 min ahead)`];
}
