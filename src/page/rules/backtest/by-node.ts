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

/** How a node's alerts differ; shifts in ms, all above 0. */
export interface Changes {
  readonly gone: number;
  readonly added: number;
  readonly same: number;
  readonly earlier: readonly number[];
  readonly later: readonly number[];
}

/** Alerts of one rule are the same one when their times of firing overlap, as docs/backtest.md has it. */
export function changesOf(armed: readonly PastAlertShape[], edited: readonly PastAlertShape[]): Changes {
  const left = [...armed];
  const shifts: number[] = [];
  let added = 0;
  for (const alert of edited) {
    const at = left.findIndex((other) => other.rule === alert.rule && overlaps(other, alert));
    if (at < 0) added++;
    else shifts.push(alert.fired_at - left.splice(at, 1)[0].fired_at);
  }
  return {
    gone: left.length,
    added,
    same: shifts.filter((ms) => ms === 0).length,
    earlier: shifts.filter((ms) => ms < 0).map((ms) => -ms),
    later: shifts.filter((ms) => ms > 0),
  };
}

function overlaps(a: PastAlertShape, b: PastAlertShape): boolean {
  const endOf = ({ resolved_at }: PastAlertShape) => resolved_at ?? Number.POSITIVE_INFINITY;
  return a.fired_at <= endOf(b) && b.fired_at <= endOf(a);
}
