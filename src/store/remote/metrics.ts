import { Counter, Gauge, type Registry } from 'prom-client';

export interface RemoteMetrics {
  readonly sentRows: Counter;
  readonly retries: Counter;
  readonly deadRows: Counter;
  readonly deadBatches: Counter;
  /** 1 while an operator must act. */
  readonly blocked: Gauge;
}

export interface QueueReadings {
  rows(): number;
  bytes(): number;
  ageSeconds(): number;
}

/** What waits in a queue, for the names of its metrics and the words about them. */
export interface Queued {
  readonly prefix: string;
  readonly one: string;
  readonly many: string;
}

export const QUEUED_ROWS: Queued = { prefix: 'headroom_store_remote', one: 'row', many: 'rows' };

export const QUEUED_FORECASTS: Queued = {
  prefix: 'headroom_store_forecasts',
  one: 'point',
  many: 'points of forecasts and alerts',
};

/** Registers what a queue and its forwarder count; readings are taken when the metrics are scraped. */
export function remoteMetrics(registry: Registry, readings: QueueReadings, queued: Queued): RemoteMetrics {
  const registers = [registry];
  const { prefix, one } = queued;
  const many = queued.many.charAt(0).toUpperCase() + queued.many.slice(1);
  const gauges = [
    ['rows', `${many} that wait on disk to be sent to the database.`, () => readings.rows()],
    [
      'bytes',
      `Bytes of ${queued.many} that wait on disk to be sent to the database.`,
      () => readings.bytes(),
    ],
    [
      'age_seconds',
      `How long the oldest ${one} has waited to be sent; 0 when none waits.`,
      () => readings.ageSeconds(),
    ],
  ] as const;
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: `${prefix}_queue_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `${prefix}_${name}_total`, help, registers });
  return {
    sentRows: counter('sent_rows', `${many} that the database has taken.`),
    retries: counter('retries', `Requests with ${queued.many} that failed and are tried again.`),
    deadRows: counter(
      'dead_rows',
      `${many} that the database refused for good; they are set aside in a file.`,
    ),
    deadBatches: counter(
      'dead_batches',
      `Batches of ${queued.many} that the database refused for good; they are set aside in a file.`,
    ),
    blocked: new Gauge({
      name: `${prefix}_blocked`,
      help: `1 while the database refuses our ${queued.many} until an operator acts (token, organisation, bucket).`,
      registers,
    }),
  };
}
