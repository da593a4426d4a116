import type { ForecastSink, PastForecasts, SaidForecast } from '../../forecasts.js';
import type { Channel } from './channel.js';

/** Forecasts of the past as the main thread sees them; they cross as JSON. */
export class EmbeddedForecasts implements ForecastSink, PastForecasts {
  readonly #channel: Channel;
  readonly #assertOpen: () => void;

  constructor(channel: Channel, assertOpen: () => void) {
    this.#channel = channel;
    this.#assertOpen = assertOpen;
  }

  async writeForecasts(forecasts: readonly SaidForecast[]): Promise<void> {
    this.#assertOpen();
    await this.#channel.call(
      'keepForecasts',
      forecasts.map((forecast) => [forecast.at, forecast.node, JSON.stringify(forecast)] as const),
    );
  }

  async readForecasts(node: string, from: number, to: number): Promise<SaidForecast[]> {
    this.#assertOpen();
    const kept = await this.#channel.call('readForecasts', { node, from, to });
    return kept.map((json) => JSON.parse(json) as SaidForecast);
  }
}
