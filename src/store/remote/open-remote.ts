import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Registry as Metrics } from 'prom-client';
import type { Clock } from '../../clock.js';
import { Problem } from '../../problem.js';
import { Registry } from '../../telemetry/index.js';
import type { History, Store } from '../contract.js';
import { DurableQueue, type Waiting } from './durable-queue.js';
import { Forwarder, type ForwarderState } from './forwarder.js';
import { KeptNames } from './kept-names.js';
import { QUEUED_FORECASTS, QUEUED_ROWS, type Queued, remoteMetrics } from './metrics.js';
import { Overlay } from './overlay.js';
import { RemoteForecasts } from './remote-forecasts.js';
import { RemoteHistory } from './remote-history.js';
import { QUEUE_FOLDER } from './segments.js';
import type { RemoteServer } from './server.js';
import { SetAside } from './set-aside.js';

/** How long whoever counts rows waits for those that are being sent. */
const DRAIN_MS = 2000;

/** What forecasts may take on disk, as a share of what rows may. */
const FORECASTS_SHARE = 1 / 16;

export interface RemoteStoreOptions {
  readonly server: RemoteServer;
  /** Holds the ledger; closed with the store. Its own history stays empty. */
  readonly ledgerStore: Store;
  /** The data folder: the queues lie in `queue/` and `queue-forecasts/` in it, what was refused in `set-aside/`. */
  readonly folder: string;
  readonly queueSize: number;
  readonly commitInterval: number;
  readonly measurement: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Between 0 and 1; spreads retries. */
  readonly random?: () => number;
}

export interface RemoteStore extends Store {
  readonly history: History;
  /** How it stands with the database. */
  readonly state: ForwarderState;
  /** Resolves when all is sent that can be sent now. */
  settled(): Promise<void>;
}

/** A store whose history is in a database elsewhere, behind a durable queue. @throws Problem store-failed */
export async function openRemoteStore(options: RemoteStoreOptions): Promise<RemoteStore> {
  const { server, ledgerStore, clock, log, metrics, measurement, queueSize } = options;
  const queue = await openQueue(options, QUEUE_FOLDER, queueSize);
  const forecastQueue = await openQueue(options, 'queue-forecasts', queueSize * FORECASTS_SHARE);
  const overlay = new Overlay(queue, clock, server.visibleAfterMs);
  const forwarder = forward(options, queue, QUEUED_ROWS, 'refused.lp', log, (records, lines) =>
    overlay.noteSent(records, lines),
  );
  const ofForecasts = log.child({ of: 'forecasts' });
  const forecastForwarder = forward(
    options,
    forecastQueue,
    QUEUED_FORECASTS,
    'refused-forecasts.lp',
    ofForecasts,
  );
  let closing: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closing) throw new Problem('shutting-down', 'the store is closed');
  };
  const names = new KeptNames(ledgerStore.ledger);
  const registry = new Registry();
  await names.load(registry);
  const drained = (): Promise<void> => {
    const moment = new Promise<void>((resolve) => {
      clock.after(DRAIN_MS, resolve);
    });
    return Promise.race([forwarder.settled(), moment]);
  };
  const close = async (): Promise<void> => {
    await Promise.all([queue.close(), forecastQueue.close()]);
    await Promise.all([forwarder.close(), forecastForwarder.close()]);
    await ledgerStore.close();
  };
  return {
    history: new RemoteHistory({
      server,
      queue,
      overlay,
      names,
      registry,
      measurement,
      log,
      assertOpen,
      drained,
    }),
    ledger: ledgerStore.ledger,
    forecasts: new RemoteForecasts({
      server,
      queue: forecastQueue,
      beside: ledgerStore.forecasts,
      measurement,
      log: ofForecasts,
      metrics,
    }),
    ...(ledgerStore.pastForecasts ? { pastForecasts: ledgerStore.pastForecasts } : {}),
    repairs: [...ledgerStore.repairs, ...queue.repairs, ...forecastQueue.repairs],
    get state() {
      return forwarder.state;
    },
    settled: async () => {
      await Promise.all([forwarder.settled(), forecastForwarder.settled()]);
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function openQueue(options: RemoteStoreOptions, name: string, maxBytes: number): Promise<DurableQueue> {
  const { commitInterval, clock, log } = options;
  const folder = join(options.folder, name);
  const queue = await DurableQueue.open({ folder, maxBytes, commitInterval, clock });
  for (const repair of queue.repairs) log.warn({ folder, repair }, 'the queue was mended on opening');
  return queue;
}

function forward(
  { server, folder, clock, metrics, random = Math.random }: RemoteStoreOptions,
  queue: DurableQueue,
  queued: Queued,
  refused: string,
  log: Logger,
  onSent?: (records: readonly Waiting[], lines: string) => void,
): Forwarder {
  const readings = {
    rows: () => queue.rows,
    bytes: () => queue.bytes,
    ageSeconds: () => (queue.oldest === undefined ? 0 : Math.max(0, clock.now() - queue.oldest) / 1000),
  };
  return new Forwarder({
    queue,
    send: (lines) => server.write(lines),
    ...(onSent ? { onSent } : {}),
    setAside: new SetAside(join(folder, 'set-aside', refused)),
    clock,
    random,
    log,
    metrics: remoteMetrics(metrics, readings, queued),
  });
}
