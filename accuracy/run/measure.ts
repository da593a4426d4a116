import type { Rule } from '../../src/evaluate/index.js';
import { type ReplayEvent, replayTrace } from '../../src/replay/index.js';
import type { Cause, Resource } from '../../src/trend/index.js';
import { baselineStarts } from '../baselines/rules.js';
import { wasReleasedBefore } from '../judge/reach.js';
import { type NodeSeries, readSeries } from '../read/series.js';
import { CELLS, type Grid } from '../validate/grid.js';

/** The start of one forecast alert; times in seconds of the trace. */
export interface Alarm {
  readonly at: number;
  readonly signal: Resource;
  readonly limit: number;
  readonly cause: Cause | null;
  readonly probability: number | null;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  /** Whether use had come about as high before and was released again: a past that could have told better. */
  readonly hadPrecedent: boolean;
}

/** What was forecast for a node at one time: the higher probability of its two limits. */
export interface Forecast {
  readonly at: number;
  readonly probability: number;
  readonly horizonS: number;
}

/** What was said about a node, before anyone looks at its label. Plain JSON: it travels between processes. */
export interface Measured {
  readonly node: string;
  /** Seconds of the trace in which it was heard of. */
  readonly first: number;
  readonly last: number;
  readonly alarms: Alarm[];
  readonly forecasts: Forecast[];
  /** What the rules with each cell's thresholds would have said, in the order of CELLS; empty without a grid. */
  readonly cells: readonly Alarm[][];
  /** Starts of the baselines' alerts, in the order of BASELINES. */
  readonly baselines: readonly (readonly number[])[];
}

/** Forecasts for the calibration are taken this often. */
const FORECASTS_MS = 15 * 60_000;

/**
 * Replays a trace as `headroom replay` does, and the baselines over it. A grid is tried beside the rules: outlooks, which
 * are what a replay costs, are worked out once for all of them. @throws Problem bad-trace
 */
export async function measureTrace(
  file: string,
  rules: readonly Rule[],
  { grid, shiftMs = 0 }: { readonly grid?: Grid | undefined; readonly shiftMs?: number },
): Promise<Measured[]> {
  const nodes = new Map<string, Measured>();
  const all = await readSeries(file);
  for (const [node, series] of all) {
    const { first, last } = series;
    const cells: Alarm[][] = grid ? CELLS.map(() => []) : [];
    nodes.set(node, {
      node,
      first,
      last,
      alarms: [],
      cells,
      forecasts: [],
      baselines: baselineStarts(series),
    });
  }
  const take = (event: ReplayEvent): void => {
    if (event.type === 'forecast') takeForecast(nodes.get(event.node), event, shiftMs);
    else {
      const { node, rule } = event.news;
      takeAlert(nodes.get(node), all.get(node), event, shiftMs, grid?.cellOf.get(rule));
    }
  };
  const beside = grid?.trials ?? [];
  await replayTrace(file, { rules, beside, shiftMs, forecastsMs: FORECASTS_MS, onEvent: take });
  return [...nodes.values()];
}

function takeForecast(
  node: Measured | undefined,
  { at, outlook }: ReplayEvent & { type: 'forecast' },
  shiftMs: number,
): void {
  const { probability, horizonMs } = outlook;
  if (!node || probability === null) return;
  const before = node.forecasts.at(-1);
  const forecast = { at: (at - shiftMs) / 1000, probability, horizonS: horizonMs / 1000 };
  if (before?.at !== forecast.at) node.forecasts.push(forecast);
  else if (before.probability < probability) node.forecasts[node.forecasts.length - 1] = forecast;
}

/** `cell` is undefined for an alert of the rules themselves. */
function takeAlert(
  node: Measured | undefined,
  series: NodeSeries | undefined,
  { news }: ReplayEvent & { type: 'alert' },
  shiftMs: number,
  cell: number | undefined,
): void {
  const { outlook, at } = news;
  if (!node || !series || news.kind !== 'forecast' || news.state !== 'firing' || !outlook) return;
  const { signal, limit, cause, probability, breachP10, breachP50, breachP90 } = outlook;
  const alarms = cell === undefined ? node.alarms : node.cells[cell];
  const seconds = (ms: number): number => (ms - shiftMs) / 1000;
  const orNull = (ms: number | null): number | null => (ms === null ? null : seconds(ms));
  alarms.push({
    at: seconds(at),
    signal,
    limit,
    cause,
    probability,
    p10: orNull(breachP10),
    p50: orNull(breachP50),
    p90: orNull(breachP90),
    hadPrecedent: wasReleasedBefore(series.of[signal === 'rss' ? 'rss' : 'heap_used'], seconds(at)),
  });
}
