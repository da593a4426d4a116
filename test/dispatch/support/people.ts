import type { AlertState } from '../../../src/alert/index.js';
import { AuditLog } from '../../../src/audit/index.js';
import { Acks, Silences } from '../../../src/dispatch/index.js';
import { Problem } from '../../../src/problem.js';
import { type Ledger, type LedgerEntry, openMemoryStore } from '../../../src/store/index.js';
import type { Labels } from '../../../src/telemetry/index.js';
import { keptLog } from '../../support/kept-log.js';

export const NOW = 1_795_349_340_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function alertOf(id: string, labels: Labels = {}, more: Partial<AlertState> = {}): AlertState {
  return {
    id,
    rule: 'NotReady',
    node: `node-of-${id}`,
    about: { kind: 'readiness', severity: 'page', labels },
    phase: 'firing',
    activeSince: NOW,
    dueAt: NOW,
    firedAt: NOW,
    lastTrueAt: NOW,
    seenAt: NOW,
    reason: 'fails its readiness check',
    ...more,
  };
}

/** Acks and silences over one ledger that can be made to refuse; `open` is a restart. */
export async function people(longestMs?: number) {
  const memory = openMemoryStore().ledger;
  const state = { isFull: false };
  const appends: (readonly LedgerEntry[])[] = [];
  const ledger: Ledger = {
    async append(entries) {
      await Promise.resolve();
      if (state.isFull) throw new Problem('store-failed', 'the disk is full');
      appends.push(entries);
      await memory.append(entries);
    },
    load: (collection) => memory.load(collection),
  };
  const alerts = new Map<string, AlertState>();
  const nodes: { name: string; labels: Labels }[] = [];
  const { log, text } = keptLog();
  const open = async () => {
    const audit = new AuditLog({ ledger, log });
    const acks = new Acks({ ledger, audit, log, alerts: () => [...alerts.values()] });
    const silences = new Silences({
      ledger,
      audit,
      log,
      alerts: () => [...alerts.values()],
      nodes: () => nodes,
      channelsFor: ({ severity }) => (severity === 'page' ? ['mail', 'chat'] : ['chat']),
      ...(longestMs === undefined ? {} : { longestMs }),
    });
    await Promise.all([audit.load(), acks.load(), silences.load()]);
    const told = () => audit.list().map(({ what, who, why }) => `${what}; ${who}; ${why}`);
    return { audit, acks, silences, told };
  };
  const add = (...more: AlertState[]) => {
    for (const alert of more) alerts.set(alert.id, alert);
  };
  return { ...(await open()), open, add, alerts, nodes, state, appends, ledger, logText: text };
}
