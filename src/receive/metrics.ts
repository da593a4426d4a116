import { Counter, Histogram, type Registry } from 'prom-client';
import type { Sources } from '../telemetry/index.js';
import type { Batch } from './intake.js';

export type Protocol = 'influx-v1' | 'influx-v2' | 'json' | 'remote-write' | 'otlp';

/** What the room counts of itself. */
export class ReceiveMetrics {
  readonly #samples: Counter<'protocol'>;
  readonly #refused: Counter<'protocol' | 'reason'>;
  readonly #ignored: Counter<'protocol'>;
  readonly #bytes: Counter<'protocol'>;
  readonly #seconds: Histogram<'protocol' | 'status'>;

  /** `sources` knows what was left since another source is used. */
  constructor(registry: Registry, sources: Sources) {
    const registers = [registry];
    this.#samples = new Counter({
      name: 'headroom_receive_samples_total',
      help: 'Samples accepted; they were durable when they were counted.',
      labelNames: ['protocol'],
      registers,
    });
    this.#refused = new Counter({
      name: 'headroom_receive_lines_refused_total',
      help: 'Lines and samples refused, by the code of the problem.',
      labelNames: ['protocol', 'reason'],
      registers,
    });
    this.#ignored = new Counter({
      name: 'headroom_receive_lines_ignored_total',
      help: 'Good lines, and samples of series, that carry no known signal or no value.',
      labelNames: ['protocol'],
      registers,
    });
    new Counter({
      name: 'headroom_receive_samples_unused_total',
      help: 'Good samples that were not kept, since the signal of that node is read from another source.',
      registers,
      collect() {
        this.reset();
        this.inc(sources.unused);
      },
    });
    this.#bytes = new Counter({
      name: 'headroom_receive_bytes_total',
      help: 'Bytes of bodies as they came over the wire.',
      labelNames: ['protocol'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'headroom_receive_request_seconds',
      help: 'From the request to the answer, the durable commit included.',
      labelNames: ['protocol', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
  }

  countBytes(protocol: Protocol, bytes: number): void {
    this.#bytes.inc({ protocol }, bytes);
  }

  /** A batch whose rows are durable. */
  countBatch(protocol: Protocol, batch: Batch): void {
    if (batch.samples > 0) this.#samples.inc({ protocol }, batch.samples);
    if (batch.ignored > 0) this.#ignored.inc({ protocol }, batch.ignored);
    for (const [reason, count] of batch.refusals.counts) this.#refused.inc({ protocol, reason }, count);
  }

  countRequest(protocol: Protocol, status: number, seconds: number): void {
    this.#seconds.observe({ protocol, status: String(status) }, seconds);
  }
}
