import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { Registry as MetricsRegistry } from 'prom-client';
import { type Clock, systemClock } from '../../../src/clock.js';
import { VictoriaServer } from '../../../src/store/backends/victoriametrics/index.js';
import { openEmbeddedStore, openStore, type Store, storeOptions } from '../../../src/store/index.js';
import { openRemoteStore, type RemoteStore } from '../../../src/store/remote/index.js';
import type { VictoriaMetrics } from '../../support/victoria-metrics.js';

/** As it is without the rows that stand in for those not shown yet. */
class BareServer extends VictoriaServer {
  override readonly visibleAfterMs = 0;
}

/**
 * A store that reads nothing but what the server shows: each append waits until the server has the rows and shows them.
 */
export async function openBare(t: TestContext, victoria: VictoriaMetrics): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-store-'));
  const measurement = freshMeasurement();
  const open = async (): Promise<RemoteStore> => {
    const options = storeOptions.parse({ folder, commitInterval: '2ms', threads: 1 });
    const common = { log: pino({ level: 'silent' }), metrics: new MetricsRegistry(), clock: systemClock };
    const server = new BareServer({ ...options, url: victoria.url, measurement }, systemClock);
    const ledgerStore = await openEmbeddedStore({ ...common, options });
    const opened = await openRemoteStore({ ...common, ...options, measurement, server, ledgerStore });
    const { history } = opened;
    const append = history.append.bind(history);
    history.append = async (rows, registry) => {
      await append(rows, registry);
      await opened.settled();
      await victoria.flush();
    };
    return opened;
  };
  let store = await open();
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const again = async (): Promise<Store> => {
    await store.close();
    store = await open();
    return store;
  };
  return { folder, measurement, store, again };
}

/** A store in a folder with its history in the VictoriaMetrics at `url`, quick to commit and silent. */
export async function openVictoria(
  folder: string,
  url: string,
  measurement: string,
  clock: Clock = systemClock,
): Promise<RemoteStore> {
  const settings = { kind: 'victoriametrics', folder, url, measurement, commitInterval: '2ms', threads: 1 };
  return (await openStore({
    options: storeOptions.parse(settings),
    log: pino({ level: 'silent' }),
    metrics: new MetricsRegistry(),
    clock,
  })) as RemoteStore;
}

let count = 0;

/** A name under which no other test keeps rows. */
export function freshMeasurement(): string {
  return `test_${process.pid}_${count++}`;
}

export interface Opened {
  readonly folder: string;
  readonly measurement: string;
  readonly store: RemoteStore;
  again(): Promise<Store>;
}

/** A store with a folder and a measurement of its own; the folder goes after the test. */
export async function openFresh(t: TestContext, url: string, clock?: Clock): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-store-'));
  const measurement = freshMeasurement();
  let store = await openVictoria(folder, url, measurement, clock);
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    measurement,
    store,
    again: async () => {
      await store.close();
      store = await openVictoria(folder, url, measurement, clock);
      return store;
    },
  };
}
