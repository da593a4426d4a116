import { useMemo } from 'preact/hooks';
import type { AlertShape } from '../../serve/shapes.js';
import { useCell } from '../kit/cell.js';
import { place, setQuery } from '../kit/router.js';
import { useAnswer } from '../kit/use-answer.js';
import { useNow } from '../kit/use-now.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import { AlertsTable } from './alerts-table.js';
import { Silences } from './silences.js';
import { isInTab, matches, TABS, type Tab } from './words.js';
import './alerts.css';

/** What fires, who has taken it, what is held back, and what became of those that are over. */
export function AlertsPage() {
  const { answer, fault, at, reload } = useAnswer<{ alerts: readonly AlertShape[] }>('alerts', ['alerts']);
  const { query } = useCell(place);
  const now = useNow(5000);
  const wanted = query.get('state') ?? 'active';
  const tab = TABS.find((each) => each === wanted) ?? 'active';
  const filter = query.get('q') ?? '';
  const all = answer?.alerts ?? [];
  const rows = useMemo(
    () => all.filter((alert) => isInTab(alert, tab) && matches(alert, filter)),
    [all, tab, filter],
  );
  if (!answer) return fault ? <ErrorNote fault={fault} /> : null;
  return (
    <>
      <div class="alerts-head">
        <h1>Alerts</h1>
        <Tabs tab={tab} alerts={all} />
        <search>
          <label for="alert-filter">Filter</label>
          <input
            id="alert-filter"
            type="search"
            placeholder="rule, node or label=value"
            value={filter}
            onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
          />
        </search>
      </div>
      {fault && <ErrorNote fault={fault} shownOf={at} />}
      {rows.length === 0 ? (
        <Nothing tab={tab} filter={filter} />
      ) : (
        <AlertsTable
          rows={rows}
          isPast={tab === 'past'}
          now={now}
          wish={`${tab}\n${filter}`}
          onChange={reload}
        />
      )}
      <Silences now={now} />
    </>
  );
}

function Tabs({ tab, alerts }: { readonly tab: Tab; readonly alerts: readonly AlertShape[] }) {
  return (
    <fieldset class="tabs">
      <legend class="unseen">Which alerts</legend>
      {TABS.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="tab"
            checked={each === tab}
            onChange={() => setQuery({ state: each === 'active' ? null : each })}
          />
          <span>
            {each} <b>{alerts.filter((alert) => isInTab(alert, each)).length}</b>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Nothing({ tab, filter }: { readonly tab: Tab; readonly filter: string }) {
  if (filter !== '') {
    return (
      <Empty title="No alert matches the filter">
        <p>
          <button type="button" onClick={() => setQuery({ q: null })}>
            Show all
          </button>
        </p>
      </Empty>
    );
  }
  if (tab === 'active') {
    return (
      <Empty title="No alert is active">
        <p>Nothing is expected to run out of memory.</p>
      </Empty>
    );
  }
  return <Empty title={tab === 'past' ? 'No alert is over yet' : `No alert is ${tab}`} />;
}
