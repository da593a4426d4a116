import type { Logger } from 'pino';
import { Counter, type Registry as Metrics } from 'prom-client';
import { asProblem } from '../../problem.js';
import {
  alertPoints,
  conePoints,
  type ForecastSink,
  forecastPoints,
  type SaidAlert,
  type SaidForecast,
  type SeriesPoint,
} from '../forecasts.js';
import type { DurableQueue } from './durable-queue.js';
import { writeSeries } from './series-writer.js';
import type { RemoteServer } from './server.js';

export interface RemoteForecastsOptions {
  readonly server: RemoteServer;
  /** A queue of their own, so that they neither wait for samples nor keep them waiting. */
  readonly queue: DurableQueue;
  /** Where they are kept to be read again; undefined for nowhere. */
  readonly beside: ForecastSink | undefined;
  readonly measurement: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Forecasts and alerts as series in a database elsewhere, and beside it where they are read again. What the queue cannot
 * hold is dropped and counted: nobody waits for a picture.
 */
export class RemoteForecasts implements ForecastSink {
  readonly #options: RemoteForecastsOptions;
  readonly #dropped: Counter;
  #isDropping = false;

  constructor(options: RemoteForecastsOptions) {
    this.#options = options;
    this.#dropped = new Counter({
      name: 'headroom_store_forecasts_dropped_total',
      help: 'Points of forecasts and alerts that the queue to the database had no room for.',
      registers: [options.metrics],
    });
  }

  /** Rejects only where they cannot be kept beside the database. */
  async writeForecasts(forecasts: readonly SaidForecast[]): Promise<void> {
    const { server, beside } = this.#options;
    await beside?.writeForecasts(forecasts);
    const cones = server.replacesPoints ? conePoints(forecasts) : [];
    await this.#add([...forecastPoints(forecasts), ...cones]);
  }

  async writeAlerts(alerts: readonly SaidAlert[]): Promise<void> {
    await this.#options.beside?.writeAlerts?.(alerts);
    await this.#add(alertPoints(alerts));
  }

  async #add(points: readonly SeriesPoint[]): Promise<void> {
    const { server, queue, measurement, log } = this.#options;
    const lines = writeSeries(points, { measurement, withText: server.takesText ?? false });
    if (lines.rows === 0) return;
    try {
      await queue.append(lines);
      this.#isDropping = false;
    } catch (error) {
      this.#dropped.inc(lines.rows);
      if (this.#isDropping) return;
      this.#isDropping = true;
      const { code, message } = asProblem(error);
      log.warn(
        { code, reason: message },
        'store: forecasts are not written to the database; they are counted',
      );
    }
  }
}
