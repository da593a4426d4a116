import { useMemo } from 'preact/hooks';
import type { TimeScale } from '../kit/time-scale.js';
import { formatDuration, formatPace, formatShare } from '../kit/words.js';
import { Bar } from '../parts/bar.js';
import { Flash } from '../parts/flash.js';
import { Name, NodeLink } from '../parts/name.js';
import { RangeAxis, RangeBar } from '../parts/range-bar.js';
import { Sparkline } from '../parts/sparkline.js';
import { type Column, Table } from '../parts/table.js';
import type { Group } from './arrange.js';
import type { FleetRow } from './fleet-store.js';

interface FleetTableProps {
  readonly rows: readonly FleetRow[];
  /** The same rows in groups; undefined for one list. */
  readonly groups: readonly Group[] | undefined;
  readonly scale: TimeScale;
  readonly now: number;
  readonly wish: string;
}

/** A node, or the head of a group. */
type Item = { readonly group: Group } | { readonly node: FleetRow };

/** What a cause means, in a word that fits. */
const CAUSES: Readonly<Record<string, string>> = {
  leak: 'leak',
  native: 'off-heap',
  load: 'load',
  gc: 'GC behind',
  version: 'version',
};

export function FleetTable({ rows, groups, scale, now, wish }: FleetTableProps) {
  const items = useMemo<readonly Item[]>(
    () =>
      groups
        ? groups.flatMap((group) => [{ group }, ...group.rows.map((node) => ({ node }))])
        : rows.map((node) => ({ node })),
    [rows, groups],
  );
  return (
    <Table
      label="Nodes, soonest breach first"
      name="fleet"
      columns={columnsOf(scale, now)}
      rows={items}
      keyOf={keyOf}
      wish={wish}
      heading={(item) =>
        'group' in item ? (
          <span class="group-head">
            <Name text={item.group.name || 'without'} /> <span class="quiet">{item.group.rows.length}</span>
          </span>
        ) : undefined
      }
    />
  );
}

function keyOf(item: Item): string {
  return 'group' in item ? `group ${item.group.name}` : `node ${item.node.node}`;
}

function columnsOf(scale: TimeScale, now: number): readonly Column<Item>[] {
  const column = (
    key: string,
    head: Column<Item>['head'],
    cell: (row: FleetRow) => Column<Item>['head'],
  ) => ({
    key,
    head,
    cell: (item: Item) => ('node' in item ? cell(item.node) : undefined),
  });
  return [
    column('state-cell', 'State', (row) => (
      <span class={`state state-${row.state}`} title={titleOf(row, now)}>
        <Flash text={row.state} />
      </span>
    )),
    column('node', 'Node', (row) => <NodeLink node={row.node} />),
    column('use', 'Use of limit', (row) => <Bar use={row.use} limit={row.limit} />),
    column('breach', <BreachHead scale={scale} />, (row) => (
      <RangeBar scale={scale} now={now} p10={row.breach_p10} p50={row.breach_p50} p90={row.breach_p90} />
    )),
    column('odds', 'Odds', (row) => (
      <span title="That the limit is reached within the horizon of the rules">
        {row.probability === null ? (
          <span class="quiet">too early</span>
        ) : (
          <Flash text={formatShare(row.probability)} />
        )}
      </span>
    )),
    column('cause', 'Cause', (row) =>
      row.cause ? (CAUSES[row.cause] ?? row.cause) : <span class="quiet">–</span>,
    ),
    column('pace', 'Growth', (row) => formatPace(row.per_hour)),
    column('trend', 'Lately', (row) => <Sparkline points={row.spark} />),
    column('version', 'Version', (row) =>
      row.labels.version ? <Name text={row.labels.version} /> : <span class="quiet">–</span>,
    ),
    column('ready', 'Ready', (row) => <Ready ready={row.ready} />),
  ];
}

function BreachHead({ scale }: { readonly scale: TimeScale }) {
  return (
    <span class="breach-head">
      Breach in (p10 to p90)
      <RangeAxis scale={scale} />
    </span>
  );
}

function Ready({ ready }: { readonly ready: number | null }) {
  if (ready === null) return <span class="quiet">–</span>;
  return ready > 0 ? <span>yes</span> : <strong class="not-ready">no</strong>;
}

function titleOf({ rules, last_seen }: FleetRow, now: number): string {
  const heard =
    last_seen === null ? 'not heard of since the start' : `heard of ${formatDuration(now - last_seen)} ago`;
  return rules === '' ? heard : `${rules}; ${heard}`;
}
