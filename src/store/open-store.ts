import type { Logger } from 'pino';
import type { Registry as Metrics } from 'prom-client';
import type { Clock } from '../clock.js';
import { diagnoseEmbedded, openEmbeddedStore } from './backends/embedded/index.js';
import { diagnoseInflux, type InfluxOptions, InfluxServer } from './backends/influx/index.js';
import { diagnoseVictoria, type VictoriaOptions, VictoriaServer } from './backends/victoriametrics/index.js';
import type { Store } from './contract.js';
import type { StoreOptions } from './options.js';
import { type Diagnosis, openRemoteStore, type RemoteServer } from './remote/index.js';

export interface OpenStoreOptions {
  readonly options: StoreOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface StoreKind {
  /** Options that it cannot do without. */
  readonly needs: readonly (keyof StoreOptions)[];
  /** The database that holds history; undefined for one that is part of the data folder. */
  server?(options: StoreOptions, clock: Clock): RemoteServer;
  diagnose(options: StoreOptions, clock: Clock): Promise<Diagnosis>;
}

const KINDS: Record<StoreOptions['kind'], StoreKind> = {
  embedded: { needs: [], diagnose: diagnoseEmbedded },
  influx: {
    needs: ['url', 'token', 'org', 'bucket'],
    server: (options, clock) => new InfluxServer(influxOf(options), clock),
    diagnose: (options, clock) => diagnoseInflux(influxOf(options), clock),
  },
  victoriametrics: {
    needs: ['url'],
    server: (options, clock) => new VictoriaServer(victoriaOf(options), clock),
    diagnose: (options, clock) => diagnoseVictoria(victoriaOf(options), clock),
  },
};

/** What a configuration lacks for its kind of store, as paths in it with what to say. */
export function storeFaults(options: StoreOptions): { path: string[]; message: string; cure: string }[] {
  return KINDS[options.kind].needs
    .filter((key) => options[key] === undefined)
    .map((key) => ({
      path: [key],
      message: `must be given for store.kind ${options.kind}`,
      cure: `write store.${key}, or leave out store.kind`,
    }));
}

/**
 * Opens the store of a configuration. Where a database elsewhere holds history, the data folder holds the ledger and
 * the queue; that the database cannot be reached is no reason not to open.
 * @throws Problem store-locked, store-failed
 */
export async function openStore({ options, clock, log, metrics }: OpenStoreOptions): Promise<Store> {
  const embedded = await openEmbeddedStore({ options, clock, log, metrics });
  const server = KINDS[options.kind].server?.(options, clock);
  if (!server) return embedded;
  try {
    return await openRemoteStore({ ...options, server, ledgerStore: embedded, clock, log, metrics });
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Looks at the store of a configuration, and at the data folder, without opening it. */
export async function diagnoseStore(options: StoreOptions, clock: Clock): Promise<Diagnosis> {
  const folder = await diagnoseEmbedded(options);
  if (options.kind === 'embedded') return folder;
  return [...folder, ...(await KINDS[options.kind].diagnose(options, clock))];
}

function influxOf({ url = '', token = '', org = '', bucket = '', ...rest }: StoreOptions): InfluxOptions {
  const { measurement, timeout, retention } = rest;
  return { url, token, org, bucket, measurement, timeout, retention };
}

function victoriaOf({ url = '', ...options }: StoreOptions): VictoriaOptions {
  return { url, ...options };
}
