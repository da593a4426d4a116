import { useMemo } from 'preact/hooks';
import { useCell } from '../kit/cell.js';
import { serviceNow } from '../kit/live.js';
import { place, setQuery } from '../kit/router.js';
import { roundSpan, timeScale } from '../kit/time-scale.js';
import { useNow } from '../kit/use-now.js';
import { formatCount } from '../kit/words.js';
import { Empty, ErrorNote } from '../parts/notes.js';
import { Guide } from '../start/guide.js';
import { filterRows, groupRows, labelNames, orderRows } from './arrange.js';
import { useFleet } from './fleet-store.js';
import { FleetTable } from './fleet-table.js';
import { Pools } from './pools.js';
import './fleet.css';

/** Label by which pools stand above the nodes when the reader has chosen none. */
const USUAL_LABEL = 'pool';

/** Pools, then nodes in the order in which they are expected to breach. */
export function FleetPage() {
  const { fleet, fault } = useFleet();
  const { query } = useCell(place);
  const now = useNow(5000);
  const filter = query.get('q') ?? '';
  const group = query.get('group') ?? '';
  const all = useMemo(() => [...(fleet?.rows.values() ?? [])], [fleet]);
  const labels = useMemo(() => labelNames(all), [all]);
  const rows = useMemo(() => orderRows(filterRows(all, filter)), [all, filter]);
  const poolLabel = group || (labels.includes(USUAL_LABEL) ? USUAL_LABEL : '');
  const groups = useMemo(() => (poolLabel ? groupRows(rows, poolLabel) : []), [rows, poolLabel]);
  const scale = useMemo(() => {
    const last = rows.reduce((latest, { breach_p90 }) => Math.max(latest, breach_p90 ?? 0), 0);
    return timeScale(roundSpan(last - serviceNow()));
  }, [rows]);
  if (!fleet) return fault ? <ErrorNote fault={fault} /> : null;
  if (all.length === 0) return <Guide />;
  const firing = all.filter(({ state }) => state === 'firing').length;
  return (
    <>
      <div class="fleet-head">
        <h1>Fleet</h1>
        <p class="quiet">
          {rows.length < all.length ? `${rows.length} of ` : ''}
          {formatCount(all.length, 'node')},{' '}
          {firing === 0 ? 'no alert fires' : `${firing} with an alert that fires`}
        </p>
        <search class="fleet-wish">
          <label for="filter">Filter</label>
          <input
            id="filter"
            type="search"
            placeholder="name, label=value or state"
            value={filter}
            onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
          />
          <label for="group">Group by</label>
          <select
            id="group"
            value={group}
            onChange={({ currentTarget }) => setQuery({ group: currentTarget.value })}
          >
            <option value="">nothing</option>
            {labels.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </search>
      </div>
      {fault && <ErrorNote fault={fault} shownOf={fleet.at} />}
      {groups.length > 0 && <Pools label={poolLabel} groups={groups} filter={filter} now={now} />}
      {rows.length === 0 ? (
        <Empty title="No node matches the filter">
          <p>
            <button type="button" onClick={() => setQuery({ q: null })}>
              Show all {all.length}
            </button>
          </p>
        </Empty>
      ) : (
        <FleetTable
          rows={rows}
          groups={group === '' ? undefined : groups}
          scale={scale}
          now={now}
          wish={`${filter}\n${group}`}
        />
      )}
    </>
  );
}
