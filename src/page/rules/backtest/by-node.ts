import type { ComparisonShape, PastAlertShape } from '../../../serve/rules/shapes.js';

export interface NodeAlerts {
  readonly node: string;
  readonly armed: readonly PastAlertShape[];
  readonly edited: readonly PastAlertShape[];
  /** When it reached a limit, unix ms. */
  readonly breaches: readonly number[];
}

/** Alerts by node: those whose alerts differ come first, then those with the most. */
export function alertsByNode({ armed, edited, breaches }: ComparisonShape): NodeAlerts[] {
  const names = new Set([...armed, ...edited].map(({ node }) => node));
  const rows = [...names].map((name) => {
    const of = (alerts: readonly PastAlertShape[]) => alerts.filter(({ node }) => node === name);
    const met = breaches.filter(({ node }) => node === name).map(({ at }) => at);
    return { node: name, armed: of(armed), edited: of(edited), breaches: met };
  });
  const weight = (row: NodeAlerts) => (isSame(row) ? 0 : 1e9) + row.armed.length + row.edited.length;
  return rows.sort((a, b) => weight(b) - weight(a) || (a.node < b.node ? -1 : 1));
}

function isSame({ armed, edited }: NodeAlerts): boolean {
  const times = (alerts: readonly PastAlertShape[]) =>
    alerts.map(({ rule, fired_at, resolved_at }) => `${rule} ${fired_at} ${resolved_at}`).join();
  return times(armed) === times(edited);
}
