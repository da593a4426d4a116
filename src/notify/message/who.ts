import type { AlertNews } from '../../alert/index.js';
import { nameText } from './phrases.js';

/** Whom an alert is about: a node, the fleet of a pool, or the service itself. */
export function nameOf(alert: AlertNews): string {
  if (alert.node !== '') return nameText(alert.node);
  return alert.kind === 'service' ? 'Headroom' : `fleet${poolOf(alert)}`;
}

/** ` of pool edge`; empty without a pool. */
export function poolOf({ labels }: AlertNews): string {
  return labels.pool === undefined || labels.pool === '' ? '' : ` of pool ${nameText(labels.pool, 40)}`;
}

/** How many nodes these are: several rules may speak of one. */
export function countNodes(alerts: readonly AlertNews[]): number {
  return new Set(alerts.map(({ node }) => node)).size;
}

/** `r-1`, or `40 nodes of pool edge`; the pool only where all are of one. */
export function whoOf(alerts: readonly AlertNews[]): string {
  const [worst] = alerts;
  const count = countNodes(alerts);
  if (count === 1) return nameOf(worst);
  const isOnePool = alerts.every(({ labels }) => labels.pool === worst.labels.pool);
  return `${count} nodes${isOnePool ? poolOf(worst) : ''}`;
}

/** Those that fire, in the order of the message. */
export function firingOf(alerts: readonly AlertNews[]): readonly AlertNews[] {
  return alerts.filter(({ state }) => state === 'firing');
}

export function endedOf(alerts: readonly AlertNews[]): readonly AlertNews[] {
  return alerts.filter(({ state }) => state === 'resolved');
}
