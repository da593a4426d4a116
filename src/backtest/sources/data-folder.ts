import { existsSync } from 'node:fs';
import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { ManualClock } from '../../clock.js';
import { Problem } from '../../problem.js';
import {
  assertHistoryHere,
  holdsStore,
  openEmbeddedStore,
  type StoreOptions,
  storeOptions,
} from '../../store/index.js';
import { Registry } from '../../telemetry/index.js';
import type { Extent, HistorySource, Piece } from '../contract.js';

/** Larger than the service's own: here nothing else wants the memory. */
const MEMORY_LIMIT = '512MiB';

/**
 * History in the data folder of a service that does not run. Nothing in it is changed but what the next start of the
 * service would do, too: the write-ahead log is merged, and mended if need be.
 * @throws Problem bad-option when there is no store in it, or its history is elsewhere; store-locked while a service runs
 *   on it; store-failed
 */
export async function openDataFolder(folder: string, now: number): Promise<HistorySource> {
  if (!existsSync(folder) || !holdsStore(folder)) {
    const found = existsSync(folder) ? 'holds no history of a service' : 'is not there';
    throw new Problem('bad-option', `the data folder ${folder} ${found}`, {
      cure: 'Give --data the folder that store.folder of the configuration names, --service URL, or trace files.',
    });
  }
  const store = await openStore(storeOptions.parse({ folder, memoryLimit: MEMORY_LIMIT }), now);
  await assertHistoryHere(folder, store.history).catch(async (problem: unknown) => {
    await store.close();
    throw problem;
  });
  const registry = new Registry({ nodes: Number.POSITIVE_INFINITY, labelsPerNode: Number.POSITIVE_INFINITY });
  await store.history.loadRegistry(registry);
  return {
    name: folder,
    kind: 'store',
    async extent(): Promise<Extent | undefined> {
      const { oldest, newest } = await store.history.stats();
      return oldest === undefined || newest === undefined ? undefined : { oldest, newest };
    },
    async *scan(from, to, stepMs): AsyncGenerator<Piece> {
      for await (const rows of store.history.scan(from, to, stepMs)) yield { world: '', rows, registry };
    },
    close: () => store.close(),
  };
}

async function openStore(options: StoreOptions, now: number) {
  try {
    // The clock stands still, so that the store's upkeep (retention, re-sorting) is left to the service.
    const clock = new ManualClock(now);
    return await openEmbeddedStore({
      options,
      clock,
      log: pino({ level: 'silent' }),
      metrics: new Metrics(),
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'store-locked') throw error;
    throw new Problem('store-locked', error.message, {
      cause: error,
      cure: 'Ask the running service instead: --service http://127.0.0.1:8420 (with --token, where it has tokens).',
    });
  }
}
