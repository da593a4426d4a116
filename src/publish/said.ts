import type { SaidForecast } from '../store/index.js';
import type { Outlook, Trend } from '../trend/index.js';

/** What is said at `at`, as it is kept; `cone` as coneOf draws it, or empty. */
export function saidOf(
  outlook: Outlook,
  node: string,
  pool: string,
  at: number,
  cone: SaidForecast['cone'],
): SaidForecast {
  const { signal, now, limit, horizonMs, probability, breachP10, breachP50, breachP90 } = outlook;
  const { shape, cause, growth } = outlook;
  const perHour = growth?.perHour ?? null;
  const times = { breachP10, breachP50, breachP90 };
  return {
    node,
    pool,
    at,
    signal,
    now,
    limit,
    horizonMs,
    probability,
    ...times,
    perHour,
    shape,
    cause,
    cone,
  };
}

/** Where the level is expected to go; costs about as much as the forecast. Empty where there is nothing to draw. */
export function coneOf(
  trend: Trend,
  node: number,
  { signal, horizonMs }: Outlook,
  at: number,
): SaidForecast['cone'] {
  const portrait = trend.portrait(node, signal, horizonMs, at);
  if (!portrait) return [];
  // The fit begins at the start of its stretch; from now on it has a point for each of the cone.
  const middles = portrait.fit.slice(portrait.fit.length - portrait.cone.length);
  return portrait.cone.map(([time, low, high], i) => [
    Math.round(time),
    Math.round(low),
    Math.round(middles[i][1]),
    Math.round(high),
  ]);
}
