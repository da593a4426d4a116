import { createHash } from 'node:crypto';
import type { AlertNews } from '../alert/index.js';
import type { Message } from './message.js';

/** Pictures in one message; portraits beyond that would only burden the outbox. */
const PORTRAITS_KEPT = 3;

/** Alerts that a message tells of in full; of the others it keeps what a table shows. */
const FULL_KEPT = 100;

/** Everything of a message that does not follow from its alerts. */
export type Framing = Omit<Message, 'id' | 'rule' | 'severity' | 'state' | 'createdAt' | 'alerts'>;

/**
 * A message about these alerts, the worst first: those that fire before those that ended, the earliest expected breach, then the
 * most probable. Its id follows from its thread, occasion, alerts and moment alone: written again after a crash it is the same.
 */
export function compose(alerts: readonly AlertNews[], framing: Framing, at: number): Message {
  const sorted = [...alerts].sort(compareUrgency).map((alert, place) => {
    if (place < PORTRAITS_KEPT) return alert;
    const { portrait: _, ...rest } = alert;
    return place < FULL_KEPT ? rest : leanOf(rest);
  });
  const [{ rule, severity }] = sorted;
  const state = sorted.some((alert) => alert.state === 'firing') ? 'firing' : 'resolved';
  const ids = sorted.map((alert) => `${alert.id} ${alert.state}`).sort();
  const id = createHash('sha256')
    .update(JSON.stringify([framing.thread, framing.occasion, at, ids]))
    .digest('hex')
    .slice(0, 32);
  return { ...framing, id, state, rule, severity, createdAt: at, alerts: sorted };
}

function leanOf({ predicted: _, ...alert }: AlertNews): AlertNews {
  return alert.outlook ? { ...alert, outlook: { ...alert.outlook, evidence: [], odds: [] } } : alert;
}

function compareUrgency(a: AlertNews, b: AlertNews): number {
  if (a.state !== b.state) return a.state === 'firing' ? -1 : 1;
  const [breachA, breachB] = [a, b].map(({ outlook }) => outlook?.breachP50 ?? Number.POSITIVE_INFINITY);
  if (breachA !== breachB) return breachA - breachB;
  const sureness = (b.outlook?.probability ?? 0) - (a.outlook?.probability ?? 0);
  if (sureness !== 0) return sureness;
  return a.node < b.node ? -1 : a.node > b.node ? 1 : 0;
}
