import { useEffect, useState } from 'preact/hooks';
import type { FleetColumns, FleetShape, NodeState } from '../../serve/shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { Cell, useCell } from '../kit/cell.js';
import { news, serviceNow, setClock } from '../kit/live.js';

/** One node of the fleet, as its row shows it. Sizes are bytes, times unix ms; null: not known. */
export type FleetRow = {
  readonly [Name in Exclude<keyof FleetColumns, 'labels' | 'state'>]: FleetColumns[Name][number];
} & {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: NodeState;
  /** Name and labels in small letters, for the filter. */
  readonly text: string;
};

export interface Fleet {
  readonly rows: ReadonlyMap<string, FleetRow>;
  /** To be given as since, the next time. */
  readonly since: string;
  readonly at: number;
  readonly horizonMs: number;
}

/** As NODE_STATES of the API has them, in its order. */
const STATES: readonly NodeState[] = ['firing', 'acknowledged', 'silenced', 'pending', 'silent', 'well'];
const RETRY_MS = 3000;

/** Kept while other views are shown, so that coming back is at once. */
const fleet = new Cell<Fleet | undefined>(undefined);

/** The fleet, with the changes that the service tells of. */
export function useFleet(): { readonly fleet: Fleet | undefined; readonly fault: Fault | undefined } {
  const state = useCell(news);
  const [fault, setFault] = useState<Fault>();
  const [turn, setTurn] = useState(0);
  const revision = state ? `${state.run}:${state.revisions.fleet}` : '';
  // A turn asks again after a failure.
  useEffect(() => {
    const before = fleet.value;
    if (before && before.since === revision) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    ask<FleetShape>(`fleet${before ? `?since=${before.since}` : ''}`, { signal: abort.signal }).then(
      (answer) => {
        setClock(answer.at);
        fleet.set(join(before, answer));
        setFault(undefined);
      },
      (error) => {
        if (abort.signal.aborted) return;
        setFault(toFault(error));
        timer = setTimeout(() => setTurn((count) => count + 1), RETRY_MS);
      },
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [revision, turn]);
  return { fleet: useCell(fleet), fault };
}

function join(before: Fleet | undefined, answer: FleetShape): Fleet {
  const rows = new Map(answer.is_whole ? [] : before?.rows);
  const { columns, label_sets } = answer;
  for (const [index, node] of columns.node.entries()) {
    const labels = label_sets[columns.labels[index]] ?? {};
    const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    rows.set(node, {
      node,
      labels,
      state: STATES[columns.state[index]] ?? 'well',
      rules: columns.rules[index],
      last_seen: columns.last_seen[index],
      ready: columns.ready[index],
      signal: columns.signal[index],
      use: columns.use[index],
      limit: columns.limit[index],
      probability: columns.probability[index],
      breach_p10: columns.breach_p10[index],
      breach_p50: columns.breach_p50[index],
      breach_p90: columns.breach_p90[index],
      cause: columns.cause[index],
      per_hour: columns.per_hour[index],
      spark: columns.spark[index],
      text: [node, ...words].join(' ').toLowerCase(),
    });
  }
  return {
    rows,
    since: `${answer.run}:${answer.revision}`,
    at: serviceNow(),
    horizonMs: answer.horizon_s * 1000,
  };
}
