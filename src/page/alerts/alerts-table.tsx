import { useState } from 'preact/hooks';
import type { AlertShape } from '../../serve/shapes.js';
import { hrefOf } from '../kit/router.js';
import { formatDuration, formatExactly, formatFromNow, formatShare, formatTime } from '../kit/words.js';
import { Flash } from '../parts/flash.js';
import { Name, NodeLink } from '../parts/name.js';
import { type Column, Table } from '../parts/table.js';
import { Actions } from './actions.js';
import { breachWords, errorWords, fateOf } from './words.js';

interface AlertsTableProps {
  readonly rows: readonly AlertShape[];
  readonly isPast: boolean;
  readonly now: number;
  readonly wish: string;
  readonly onChange: () => void;
}

/** Alerts in the order of the API: the active ones, or those that are over, newest first. */
export function AlertsTable({ rows, isPast, now, wish, onChange }: AlertsTableProps) {
  // Made once, so that an open dialog stays when news comes.
  const [change] = useState(() => onChange);
  return (
    <Table
      label={isPast ? 'Alerts that are over' : 'Alerts'}
      name={isPast ? 'past-alerts' : 'alerts'}
      columns={isPast ? pastColumns(now) : activeColumns(now, change)}
      rows={rows}
      keyOf={({ id }) => id}
      wish={wish}
    />
  );
}

function activeColumns(now: number, onChange: () => void): readonly Column<AlertShape>[] {
  return [
    {
      key: 'state-cell',
      head: 'State',
      cell: ({ state, reason }) => (
        <span class={`state state-${state}`} title={reason}>
          <Flash text={state} />
        </span>
      ),
    },
    { key: 'rule', head: 'Alert', cell: (alert) => <AlertLink alert={alert} /> },
    { key: 'node', head: 'Node', cell: nodeCell },
    { key: 'severity', head: 'Severity', cell: ({ severity }) => <Name text={severity} /> },
    {
      key: 'breach',
      head: 'Breach, as foretold',
      cell: (alert) => (
        <span title={alert.forecast?.breach_p50 ? formatExactly(alert.forecast.breach_p50) : ''}>
          {breachWords(alert, now)}
          {alert.forecast && <span class="quiet"> ({formatShare(alert.forecast.probability)})</span>}
        </span>
      ),
    },
    {
      key: 'since',
      head: 'Since',
      cell: ({ fired_at: firedAt, active_since: since }) => (
        <span title={formatExactly(firedAt ?? since)}>{formatFromNow(firedAt ?? since, now)}</span>
      ),
    },
    {
      key: 'held',
      head: 'Taken by',
      cell: ({ ack }) => (ack ? <Name text={ack.by} /> : <span class="quiet">–</span>),
    },
    {
      key: 'acts',
      head: <span class="unseen">Actions</span>,
      cell: (alert) => <Actions alert={alert} onChange={onChange} />,
    },
  ];
}

function pastColumns(now: number): readonly Column<AlertShape>[] {
  return [
    {
      key: 'fate',
      head: 'What became of it',
      cell: (alert) => {
        const { word, tone } = fateOf(alert);
        return <span class={`fate fate-${tone}`}>{word}</span>;
      },
    },
    { key: 'rule', head: 'Alert', cell: (alert) => <AlertLink alert={alert} /> },
    { key: 'node', head: 'Node', cell: nodeCell },
    {
      key: 'error',
      head: 'Error of the predicted time',
      cell: (alert) => <span title={errorWords(alert)}>{shortError(alert)}</span>,
    },
    {
      key: 'lead',
      head: 'Warned ahead',
      cell: ({ outcome }) =>
        outcome?.lead_ms ? formatDuration(outcome.lead_ms) : <span class="quiet">–</span>,
    },
    {
      key: 'fired',
      head: 'Fired',
      cell: ({ fired_at: at }) =>
        at === null ? (
          <span class="quiet">never</span>
        ) : (
          <span title={formatExactly(at)}>{formatTime(at, now)}</span>
        ),
    },
    {
      key: 'over',
      head: 'Over',
      cell: ({ resolved_at: at }) =>
        at === null ? null : <span title={formatExactly(at)}>{formatTime(at, now)}</span>,
    },
  ];
}

function AlertLink({ alert: { id, rule } }: { readonly alert: AlertShape }) {
  return (
    <a class="name" href={hrefOf('alerts', id)} title={rule}>
      <bdi>{rule}</bdi>
    </a>
  );
}

function nodeCell({ node, labels }: AlertShape) {
  if (node !== '') return <NodeLink node={node} />;
  return <Name text={labels.pool ?? 'the fleet'} />;
}

function shortError({ outcome }: AlertShape) {
  const error = outcome?.error_ms;
  if (error === null || error === undefined) return <span class="quiet">–</span>;
  if (Math.abs(error) < 1000) return 'none';
  return `${formatDuration(Math.abs(error))} too ${error > 0 ? 'late' : 'early'}`;
}
