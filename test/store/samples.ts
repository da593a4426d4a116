import type { TestContext } from 'node:test';
import { systemClock } from '../../src/clock.js';
import type { Store } from '../../src/store/index.js';
import { Registry, Rows, SIGNALS, type Signal } from '../../src/telemetry/index.js';

/** Opens an empty store that closes itself after the test; `again` closes it and opens what it kept. */
export type StoreFactory = (t: TestContext) => Promise<{ store: Store; again(): Promise<Store> }>;

/** Why a backend need not pass a test; the reason is shown. */
export type Skips = Partial<
  Record<'reopening' | 'ledger' | 'partitions' | 'rewriting' | 'exactness', string>
>;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/**
 * A whole hour, an hour after which no step of seven minutes begins. Where a real database is
 * tested it is of today, as its bucket may not take what is older.
 */
export const T0 = process.env.INFLUX_URL ? lately() : Date.UTC(2026, 10, 22, 10);

function lately(): number {
  const hour = Math.floor(systemClock.now() / HOUR) - 12;
  return (((hour + 1) * 60) % 7 === 0 ? hour - 1 : hour) * HOUR;
}

export type Sample = Partial<Record<Signal, number>> & { node: number; time: number; labels?: number };

export function rowsOf(...samples: readonly Sample[]): Rows {
  const rows = new Rows(Math.max(1, samples.length));
  for (const { node, time, labels = 0, ...signals } of samples) {
    const row = rows.add(node, labels, time);
    for (const [signal, value] of Object.entries(signals)) rows.set(row, signal as Signal, value);
  }
  return rows;
}

export function samplesOf(rows: Rows): Sample[] {
  return Array.from({ length: rows.length }, (_, row) => {
    const sample: Sample = { node: rows.node[row], time: rows.time[row], labels: rows.labels[row] };
    for (const signal of SIGNALS) {
      const value = rows.get(row, signal);
      if (!Number.isNaN(value)) sample[signal] = value;
    }
    return sample;
  });
}

export async function scanned(store: Store, from: number, to: number, stepMs: number): Promise<Sample[]> {
  const found: Sample[] = [];
  for await (const chunk of store.history.scan(from, to, stepMs)) found.push(...samplesOf(chunk));
  return found;
}

export function registryOf(nodes: number): Registry {
  const registry = new Registry();
  for (let node = 0; node < nodes; node++) registry.intern(`node-${node}`, {});
  return registry;
}

export async function readAll(store: Store, node: number): Promise<Sample[]> {
  return samplesOf(await store.history.read(node, T0 - 100 * HOUR, T0 + 100 * HOUR));
}
