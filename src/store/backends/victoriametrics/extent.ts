import { SIGNALS } from '../../../telemetry/index.js';
import type { VictoriaClient } from './client.js';
import { seconds } from './reader.js';
import { NODE_LABEL, selector } from './series.js';

const DAY_MS = 86_400_000;
/** Beyond forty days VictoriaMetrics leaves its index of days and answers for all time. */
const MONTH_MS = 30 * DAY_MS;
/** A history that pauses for longer is taken to begin after the pause. */
const LONGEST_PAUSE_MONTHS = 24;
const LOOKBACKS_MS = [20 * 60_000, DAY_MS, 8 * DAY_MS, 40 * DAY_MS, 400 * DAY_MS, 36_500 * DAY_MS];
const ALL = selector(SIGNALS);

export interface Extent {
  readonly oldest: number;
  readonly newest: number;
}

/** Times of the oldest and newest sample on the server, unix ms. @throws Problem store-failed */
export async function readExtent(client: VictoriaClient, now: number): Promise<Extent | undefined> {
  const newest = await readNewest(client, now);
  if (newest === undefined) return undefined;
  const oldest = await readOldest(client, newest);
  return { oldest: oldest ?? newest, newest };
}

/**
 * How many rows there are with `from <= time < to`, counted day by day: of each node the samples of the signal that it
 * reported most often, which is all rows unless signals come at times of their own.
 * @throws Problem store-failed
 */
export async function countRows(client: VictoriaClient, from: number, to: number): Promise<number> {
  let rows = 0;
  for (let start = from; start < to; start += DAY_MS) {
    const end = Math.min(to, start + DAY_MS);
    const counted = `sum(count_over_time(${ALL}[${end - start}ms]) keep_metric_names) by (__name__,${NODE_LABEL})`;
    rows += (await number(client, `sum(max(${counted}) by (${NODE_LABEL}))`, end - 1)) ?? 0;
  }
  return rows;
}

async function readNewest(client: VictoriaClient, now: number): Promise<number | undefined> {
  for (const [stage, lookback] of LOOKBACKS_MS.entries()) {
    const ahead = stage === LOOKBACKS_MS.length - 1 ? lookback : LOOKBACKS_MS[0];
    const newest = await number(client, `max(tlast_over_time(${ALL}[${lookback + ahead}ms]))`, now + ahead);
    if (newest !== undefined) return Math.round(newest * 1000);
  }
  return undefined;
}

/** By the index of days, which is quick, as far as it leads; by the samples within the oldest days. */
async function readOldest(client: VictoriaClient, newest: number): Promise<number | undefined> {
  let oldestMonth = newest - MONTH_MS;
  for (
    let pause = 0, from = oldestMonth;
    pause <= LONGEST_PAUSE_MONTHS && from + MONTH_MS > 0;
    from -= MONTH_MS
  ) {
    if (await isAnything(client, from, from + MONTH_MS)) {
      oldestMonth = from;
      pause = 0;
    } else pause++;
  }
  for (let day = oldestMonth; day <= newest; day += DAY_MS) {
    if (!(await isAnything(client, day, day + DAY_MS))) continue;
    const first = await number(client, `min(tfirst_over_time(${ALL}[${DAY_MS + 1}ms]))`, day + DAY_MS);
    if (first !== undefined) return Math.round(first * 1000);
  }
  return undefined;
}

async function isAnything(client: VictoriaClient, from: number, to: number): Promise<boolean> {
  const names = await client.query<string[]>('/api/v1/label/__name__/values', {
    'match[]': ALL,
    start: seconds(Math.max(0, from)),
    end: seconds(to),
  });
  return names.length > 0;
}

/** The one number that an instant query gives, if any. `time` is in unix ms. */
async function number(client: VictoriaClient, query: string, time: number): Promise<number | undefined> {
  const { result } = await client.query<{ result: readonly { value: readonly [number, string] }[] }>(
    '/api/v1/query',
    { query, time: seconds(time), nocache: '1' },
  );
  const value = Number(result[0]?.value[1] ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}
