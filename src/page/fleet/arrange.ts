import type { NodeState } from '../../serve/shapes.js';
import type { FleetRow } from './fleet-store.js';

/** What the reader has asked for; all of it stands in the address. */
export interface Wish {
  /** Words of names or labels, `label=value`, or a state; all must be there. */
  readonly filter: string;
  /** Label to group by; empty: one list. */
  readonly group: string;
}

/** A group of nodes: of one pool, say. */
export interface Group {
  /** Value of the label; empty where nodes lack it. */
  readonly name: string;
  readonly rows: readonly FleetRow[];
  readonly firing: number;
  /** Nodes that say whether they are ready, and those of them that are. */
  readonly asked: number;
  readonly ready: number;
  /** The earliest breach that is expected, unix ms. */
  readonly soonest: number | null;
}

const RANK: Readonly<Record<NodeState, number>> = {
  firing: 0,
  acknowledged: 1,
  silenced: 1,
  pending: 2,
  silent: 3,
  well: 4,
};

/** Rows that have every word of the filter. A word with `=` must be the whole value of a label, as must a state. */
export function filterRows(rows: Iterable<FleetRow>, filter: string): FleetRow[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: FleetRow[] = [];
  for (const row of rows) if (words.every((word) => hasWord(row, word))) found.push(row);
  return found;
}

/** By the median time of breach, soonest first; then by state, by use of the limit, by name. */
export function orderRows(rows: readonly FleetRow[]): FleetRow[] {
  return [...rows].sort(
    (a, b) =>
      (a.breach_p50 ?? Number.MAX_VALUE) - (b.breach_p50 ?? Number.MAX_VALUE) ||
      RANK[a.state] - RANK[b.state] ||
      shareOf(b) - shareOf(a) ||
      (a.node < b.node ? -1 : 1),
  );
}

/** Groups by a label, in the order of their first rows. */
export function groupRows(rows: readonly FleetRow[], label: string): Group[] {
  const byName = new Map<string, FleetRow[]>();
  for (const row of rows) {
    const name = row.labels[label] ?? '';
    const known = byName.get(name);
    if (known) known.push(row);
    else byName.set(name, [row]);
  }
  return [...byName].map(([name, members]) => ({ name, rows: members, ...summaryOf(members) }));
}

/** Labels of the fleet, those first that most nodes have. */
export function labelNames(rows: Iterable<FleetRow>): string[] {
  const counts = new Map<string, number>();
  const seen = new Map<FleetRow['labels'], number>();
  for (const { labels } of rows) seen.set(labels, (seen.get(labels) ?? 0) + 1);
  for (const [labels, count] of seen) {
    for (const name of Object.keys(labels)) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

function hasWord(row: FleetRow, word: string): boolean {
  if (!word.includes('=')) return row.text.includes(word) || row.state === word;
  if (word.startsWith('state=')) return row.state === word.slice('state='.length);
  // Parts of it follow: the words of a value with spaces stand apart in the filter.
  return ` ${row.text} `.includes(` ${word} `) || (word.endsWith('=') && row.text.includes(` ${word}`));
}

function shareOf({ use, limit }: FleetRow): number {
  return use !== null && limit !== null ? use / limit : 0;
}

function summaryOf(rows: readonly FleetRow[]) {
  let [firing, asked, ready] = [0, 0, 0];
  let soonest: number | null = null;
  for (const row of rows) {
    if (row.state === 'firing') firing++;
    if (row.ready !== null) asked++;
    if (row.ready === 1) ready++;
    if (row.breach_p50 !== null && (soonest === null || row.breach_p50 < soonest)) soonest = row.breach_p50;
  }
  return { firing, asked, ready, soonest };
}
