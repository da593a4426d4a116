import type { Logger } from 'pino';
import { Counter, type Registry as Metrics } from 'prom-client';
import type { AlertNews } from '../alert/index.js';
import type { ForecastSink, SaidAlert, SaidForecast } from '../store/index.js';
import type { Registry } from '../telemetry/index.js';
import type { Trend } from '../trend/index.js';
import { FleetMetrics } from './fleet-metrics.js';
import { ForecastKeeper } from './keeper.js';
import type { MetricsOptions } from './options.js';

/** Between two writes, so that they are few and large. */
const WRITE_MS = 5000;

/** What waits at most while the sink refuses; the oldest go first. */
const MOST_WAITING = 20_000;

export interface PublisherContext {
  readonly registry: Registry;
  readonly trend: () => Trend;
  /** Where forecasts are written; none where the store keeps none. */
  readonly sink: ForecastSink | undefined;
}

export interface PublisherOptions {
  readonly publish: MetricsOptions;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Makes known what the models say: as metrics when asked, and as series in the store. */
export class Publisher {
  readonly fleet: FleetMetrics;
  readonly #context: PublisherContext;
  readonly #log: Logger;
  readonly #keeper: ForecastKeeper;
  readonly #counts: { readonly written: Counter; readonly dropped: Counter };
  #forecasts: SaidForecast[] = [];
  #alerts: SaidAlert[] = [];
  #writtenAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #isFailing = false;

  constructor({ publish, log, metrics }: PublisherOptions, context: PublisherContext) {
    this.#context = context;
    this.#log = log;
    this.fleet = new FleetMetrics(context, publish);
    this.#keeper = new ForecastKeeper(context.registry);
    const registers = [metrics];
    this.#counts = {
      written: new Counter({
        name: 'headroom_forecasts_written_total',
        help: 'Forecasts and alerts written to the store as series of their own.',
        registers,
      }),
      dropped: new Counter({
        name: 'headroom_forecasts_dropped_total',
        help: 'Forecasts and alerts that were given up because the store went on refusing them.',
        registers,
      }),
    };
  }

  /** Takes changes of alerts in. The same ones may come again after a failed commit. */
  take(news: readonly AlertNews[]): void {
    if (!this.#context.sink?.writeAlerts) return;
    for (const { id, node, labels, rule, severity, at, state, reason } of news) {
      this.#alerts.push({ id, node, pool: labels.pool ?? '', rule, severity, at, state, reason });
    }
  }

  /** Looks at a share of the nodes, and now and then begins to write what is due. Never waits. */
  round(at: number): void {
    const { sink, trend } = this.#context;
    if (!sink) return;
    this.#forecasts.push(...this.#keeper.round(trend(), at));
    if (this.#writing || at - this.#writtenAt < WRITE_MS) return;
    this.#writtenAt = at;
    this.#writing = this.#write(sink).finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what is being written is, and what waited has been tried once more. */
  async close(): Promise<void> {
    const { sink } = this.#context;
    await this.#writing;
    if (sink) await this.#write(sink);
  }

  async #write(sink: ForecastSink): Promise<void> {
    const [forecasts, alerts] = [this.#forecasts, this.#alerts];
    if (forecasts.length + alerts.length === 0) return;
    this.#forecasts = [];
    this.#alerts = [];
    try {
      if (forecasts.length > 0) await sink.writeForecasts(forecasts);
      if (alerts.length > 0) await sink.writeAlerts?.(alerts);
      this.#counts.written.inc(forecasts.length + alerts.length);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#log.error({ err: error }, 'forecasts cannot be written; tried again');
      this.#isFailing = true;
      this.#forecasts = this.#bounded([...forecasts, ...this.#forecasts]);
      this.#alerts = this.#bounded([...alerts, ...this.#alerts]);
    }
  }

  #bounded<Said>(waiting: Said[]): Said[] {
    const surplus = Math.max(0, waiting.length - MOST_WAITING);
    this.#counts.dropped.inc(surplus);
    return waiting.slice(surplus);
  }
}
