import type { SaidForecast } from '../../src/store/index.js';
import { HOUR } from './leak.js';

/** A forecast of a leak that meets its limit in two hours, with a cone; `more` replaces parts of it. */
export function said(at: number, more: Partial<SaidForecast> = {}): SaidForecast {
  return {
    node: 'r-1',
    pool: 'edge',
    at,
    signal: 'rss',
    now: 100,
    limit: 200,
    horizonMs: 2 * HOUR,
    probability: 0.9,
    breachP10: at + HOUR,
    breachP50: at + 2 * HOUR,
    breachP90: at + 3 * HOUR,
    perHour: 50,
    shape: 'linear',
    cause: 'leak',
    cone: [
      [at, 100, 100, 100],
      [at + 2 * HOUR, 150, 200, 300],
    ],
    ...more,
  };
}
