/**
 * What the service said, beside what nodes sent: forecasts and transitions of alerts. Kept so that people can see later what was
 * said when, and so that dashboards draw it. Times are unix ms, sizes bytes, probabilities 0 to 1.
 */

/** One forecast of one limit of one node, as it stood at `at`. */
export interface SaidForecast {
  readonly node: string;
  /** Empty when the node has no such label. */
  readonly pool: string;
  readonly at: number;
  readonly signal: 'rss' | 'heap';
  readonly now: number;
  readonly limit: number;
  readonly horizonMs: number;
  /** Null while there is too little history to say. */
  readonly probability: number | null;
  /** All null where no breach is expected. */
  readonly breachP10: number | null;
  readonly breachP50: number | null;
  readonly breachP90: number | null;
  /** Bytes an hour. */
  readonly perHour: number | null;
  readonly shape: string;
  readonly cause: string | null;
  /** What was to come: [unix ms, p10, median, p90 of the level]; empty where no breach is expected. */
  readonly cone: readonly (readonly [number, number, number, number])[];
}

/** One change of an alert. */
export interface SaidAlert {
  readonly id: string;
  readonly node: string;
  readonly pool: string;
  readonly rule: string;
  readonly severity: string;
  readonly at: number;
  readonly state: 'firing' | 'resolved';
  readonly reason: string;
}

/** Where forecasts and alerts are written. */
export interface ForecastSink {
  /** Resolves when they are durable, in this backend's sense. The same (node, signal, at) may come again after a failure. */
  writeForecasts(forecasts: readonly SaidForecast[]): Promise<void>;
  /** Left out by a backend that has alerts in its ledger. */
  writeAlerts?(alerts: readonly SaidAlert[]): Promise<void>;
}

/** Where forecasts of the past are read again. */
export interface PastForecasts {
  /** Forecasts of a node with `from <= at < to`, in order of time. */
  readForecasts(node: string, from: number, to: number): Promise<SaidForecast[]>;
}

/** A point of a time series as InfluxDB's line protocol has it. Numbers are floats; time is unix ms. */
export interface SeriesPoint {
  readonly measurement: string;
  readonly time: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | string>>;
}

/** Canonical names of the limits, as in rules and metrics. */
export const LIMIT_OF = { rss: 'memory_limit', heap: 'heap_limit' } as const;

/** `headroom_forecast`: one point a forecast; times of a breach are seconds ahead, left out where none is expected. */
export function forecastPoints(forecasts: readonly SaidForecast[]): SeriesPoint[] {
  return forecasts.map((forecast) => {
    const ahead = (time: number | null): number | null =>
      time === null ? null : Math.max(0, time - forecast.at) / 1000;
    const fields = {
      now_bytes: forecast.now,
      limit_bytes: forecast.limit,
      horizon_s: forecast.horizonMs / 1000,
      probability: forecast.probability,
      breach_p10_s: ahead(forecast.breachP10),
      breach_p50_s: ahead(forecast.breachP50),
      breach_p90_s: ahead(forecast.breachP90),
      per_hour_bytes: forecast.perHour,
    };
    return {
      measurement: 'headroom_forecast',
      time: forecast.at,
      tags: tagsOf(forecast),
      fields: known(fields),
    };
  });
}

/** How many points of the cone's grid lie within the horizon. */
const CONE_STEPS = 12;

/**
 * `headroom_cone`: where the level is expected to go. These points lie in the FUTURE, on a grid that later forecasts share, so that
 * in a store where the last write wins the newest forecast replaces the one before. `said_s` (unix s) tells which forecast a
 * point is of: what was said long ago, by its `horizon_s`, is left over from a forecast that is no more.
 */
export function conePoints(forecasts: readonly SaidForecast[]): SeriesPoint[] {
  return forecasts.flatMap((forecast) => {
    const { cone, horizonMs, at } = forecast;
    const step = Math.max(1, Math.round(horizonMs / CONE_STEPS));
    const points: SeriesPoint[] = [];
    for (let i = 1; i < cone.length; i++) {
      const [from, ...before] = cone[i - 1];
      const [to, ...after] = cone[i];
      for (let time = (Math.floor(from / step) + 1) * step; time <= to; time += step) {
        const share = (time - from) / (to - from);
        const [low, middle, high] = before.map((value, k) => value + (after[k] - value) * share);
        const said = { said_s: at / 1000, horizon_s: horizonMs / 1000 };
        const fields = { low_bytes: low, middle_bytes: middle, high_bytes: high, ...said };
        points.push({ measurement: 'headroom_cone', time, tags: tagsOf(forecast), fields });
      }
    }
    return points;
  });
}

/** `headroom_alert`: one point a transition; `firing` is 1 when it began and 0 when it ended. */
export function alertPoints(alerts: readonly SaidAlert[]): SeriesPoint[] {
  return alerts.map(({ id, node, pool, rule, severity, at, state, reason }) => ({
    measurement: 'headroom_alert',
    time: at,
    tags: withoutEmpty({ node, pool, rule, severity }),
    fields: { firing: state === 'firing' ? 1 : 0, state, reason, id },
  }));
}

function tagsOf({ node, pool, signal }: SaidForecast): Record<string, string> {
  return withoutEmpty({ node, pool, limit: LIMIT_OF[signal] });
}

/** Line protocol has no empty tags. */
function withoutEmpty(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
}

function known(fields: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      (field): field is [string, number] => field[1] !== null && Number.isFinite(field[1]),
    ),
  );
}
