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

/** Registers what the queue and the forwarder count; readings are taken when the metrics are scraped. */
export function remoteMetrics(registry: Registry, readings: QueueReadings): RemoteMetrics {
  const registers = [registry];
  const gauges = [
    ['rows', 'Rows that wait on disk to be sent to the database.', () => readings.rows()],
    ['bytes', 'Bytes that wait on disk to be sent to the database.', () => readings.bytes()],
    [
      'age_seconds',
      'How long the oldest row has waited to be sent; 0 when none waits.',
      () => readings.ageSeconds(),
    ],
  ] as const;
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: `headroom_store_remote_queue_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `headroom_store_remote_${name}_total`, help, registers });
  return {
    sentRows: counter('sent_rows', 'Rows that the database has taken.'),
    retries: counter('retries', 'Requests to the database that failed and are tried again.'),
    deadRows: counter('dead_rows', 'Rows that the database refused for good; they are set aside in a file.'),
    deadBatches: counter(
      'dead_batches',
      'Batches that the database refused for good; they are set aside in a file.',
    ),
    blocked: new Gauge({
      name: 'headroom_store_remote_blocked',
      help: '1 while the database refuses us until an operator acts (token, organisation, bucket).',
      registers,
    }),
  };
}
