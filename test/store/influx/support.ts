import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Logger, pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import { type Clock, systemClock } from '../../../src/clock.js';
import { openStore, type Store, type StoreOptions, storeOptions } from '../../../src/store/index.js';
import type { RemoteStore } from '../../../src/store/remote/index.js';
import { BUCKET, ORG, TOKEN } from './stand-in.js';

export interface Settings {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly metrics?: Metrics;
  readonly token?: string;
  readonly org?: string;
  readonly bucket?: string;
  readonly measurement?: string;
  readonly queueSize?: string;
  readonly timeout?: string;
}

/** As it stands in the configuration; quick to commit. */
export function optionsOf(folder: string, url: string, settings: Settings = {}): StoreOptions {
  const { clock: _, log: __, metrics: ___, ...written } = settings;
  const usual = { token: TOKEN, org: ORG, bucket: BUCKET, commitInterval: '2ms', threads: 1 };
  return storeOptions.parse({ kind: 'influx', folder, url, ...usual, ...written });
}

export async function openIn(folder: string, url: string, settings: Settings = {}): Promise<RemoteStore> {
  const { clock = systemClock, log = pino({ level: 'silent' }), metrics = new Metrics() } = settings;
  return (await openStore({ options: optionsOf(folder, url, settings), clock, log, metrics })) as RemoteStore;
}

/** A store in a folder of its own before a database, both let go of after the test. */
export async function openTemporary(t: TestContext, url: string, settings: Settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-influx-'));
  let store = await openIn(folder, url, settings);
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    store,
    again: async () => {
      await store.close();
      store = await openIn(folder, url, settings);
      return store;
    },
  };
}

/** A store that is read only once all is sent, so that the database gives the answers and not the queue. */
export function sentFirst(store: RemoteStore): Store {
  const { history } = store;
  return {
    ...store,
    ledger: store.ledger,
    repairs: store.repairs,
    close: () => store.close(),
    history: {
      append: async (rows, registry) => {
        await history.append(rows, registry);
        await store.settled();
      },
      read: (...given) => history.read(...given),
      scan: (...given) => history.scan(...given),
      loadRegistry: (registry) => history.loadRegistry(registry),
      retain: (before) => history.retain(before),
      stats: () => history.stats(),
    },
  };
}
