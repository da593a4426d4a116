import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Registry as Metrics } from 'prom-client';
import type { Clock } from '../../clock.js';
import { Problem } from '../../problem.js';
import { Registry } from '../../telemetry/index.js';
import type { History, Store } from '../contract.js';
import { DurableQueue } from './durable-queue.js';
import { Forwarder, type ForwarderState } from './forwarder.js';
import { KeptNames } from './kept-names.js';
import { remoteMetrics } from './metrics.js';
import { Overlay } from './overlay.js';
import { RemoteHistory } from './remote-history.js';
import { QUEUE_FOLDER } from './segments.js';
import type { RemoteServer } from './server.js';
import { SetAside } from './set-aside.js';

/** How long whoever counts rows waits for those that are being sent. */
const DRAIN_MS = 2000;

export interface RemoteStoreOptions {
  readonly server: RemoteServer;
  /** Holds the ledger; closed with the store. Its own history stays empty. */
  readonly ledgerStore: Store;
  /** The data folder: the queue lies in `queue/` in it, rows that were refused in `set-aside/`. */
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
  const { server, ledgerStore, folder, clock, log, metrics: metricsRegistry, measurement } = options;
  const { queueSize: maxBytes, commitInterval, random = Math.random } = options;
  const queueFolder = join(folder, QUEUE_FOLDER);
  const queue = await DurableQueue.open({ folder: queueFolder, maxBytes, commitInterval, clock });
  for (const repair of queue.repairs)
    log.warn({ folder: queueFolder, repair }, 'the queue was mended on opening');
  const metrics = remoteMetrics(metricsRegistry, {
    rows: () => queue.rows,
    bytes: () => queue.bytes,
    ageSeconds: () => (queue.oldest === undefined ? 0 : Math.max(0, clock.now() - queue.oldest) / 1000),
  });
  const overlay = new Overlay(queue, clock, server.visibleAfterMs);
  const forwarder = new Forwarder({
    queue,
    send: (lines) => server.write(lines),
    onSent: (records, lines) => overlay.noteSent(records, lines),
    setAside: new SetAside(join(folder, 'set-aside', 'refused.lp')),
    clock,
    random,
    log,
    metrics,
  });
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
    await queue.close();
    await forwarder.close();
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
    repairs: [...ledgerStore.repairs, ...queue.repairs],
    get state() {
      return forwarder.state;
    },
    settled: () => forwarder.settled(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
