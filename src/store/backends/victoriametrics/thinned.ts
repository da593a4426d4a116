import { COLUMN, SIGNALS, type Signal } from '../../../telemetry/index.js';
import type { SampleSink } from '../../remote/line-reader.js';
import { namesOfTags } from '../../remote/line-writer.js';
import type { Stretch, TornStep } from '../../remote/server.js';
import { EXTREME_COLUMNS, type StepSelector, ThinnedSteps } from '../../remote/thinned-steps.js';
import type { VictoriaClient } from './client.js';
import { seconds, selector } from './query.js';

/** Steps that one query looks at: from `first`, which is the last ms of a step, on to `last`; each looks back `width` ms. */
export interface Windows {
  readonly first: number;
  readonly last: number;
  readonly width: number;
}

/** VictoriaMetrics gives at most 30,000 points a series (-search.maxPointsPerTimeseries). */
const MOST_STEPS = 10_000;

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/**
 * What VictoriaMetrics thins itself: an answer has one value a step instead of all of its samples. A window of MetricsQL
 * is open at its beginning, so that one which ends with the last ms of a step begins with its first.
 * https://docs.victoriametrics.com/victoriametrics/metricsql/#last_over_time
 * @throws Problem store-failed
 */
export async function readThinned(
  client: VictoriaClient,
  measurement: string,
  { from, to }: Stretch,
  stepMs: number,
  sink: SampleSink,
): Promise<readonly TornStep[]> {
  const steps = new ThinnedSteps(stepMs);
  const all = selector(measurement);
  const extremes = selector(
    measurement,
    EXTREME_COLUMNS.map((column) => SIGNALS[column]),
  );
  for (const windows of windowsOf(from, to, stepMs)) {
    const ask = (expression: string): Promise<readonly Series[]> =>
      askFor(client, expression.replace('WIDTH', `${windows.width}ms`), windows, stepMs);
    const lastTimes = new Map<string, Map<number, number>>();
    for (const { metric, values } of await ask(`max(tlast_over_time(${all}[WIDTH])) without (__name__)`)) {
      const times = values.map(
        ([at, time]) => [Math.round(at * 1000), Math.round(Number(time) * 1000)] as const,
      );
      lastTimes.set(keyOf(metric), new Map(times));
    }
    const take = (how: StepSelector, found: readonly Series[]): void => {
      for (const { metric, values } of found) {
        const { __name__: name = '', ...tags } = metric;
        const names = namesOfTags(Object.entries(tags));
        const column = COLUMN[name.slice(measurement.length + 1) as Signal];
        if (!names || column === undefined) continue;
        const times = lastTimes.get(keyOf(tags));
        const add = steps.series(how, names.node, names.labels);
        for (const [seconds, value] of values) {
          const at = Math.round(seconds * 1000);
          add(times?.get(at) ?? at, column, Number(value));
        }
      }
    };
    take('last', await ask(`last_over_time(${all}[WIDTH]) keep_metric_names`));
    take('min', await ask(`min_over_time(${extremes}[WIDTH]) keep_metric_names`));
    take('max', await ask(`max_over_time(${extremes}[WIDTH]) keep_metric_names`));
  }
  return steps.give(sink);
}

/** The steps of `from <= time < to`, those cut off at its ends in windows of their own. */
export function windowsOf(from: number, to: number, stepMs: number): Windows[] {
  const [begin, end] = [Math.ceil(from / stepMs) * stepMs, Math.floor(to / stepMs) * stepMs];
  if (begin > end) return [{ first: to - 1, last: to - 1, width: to - from }];
  const found: Windows[] = [];
  if (from < begin) found.push({ first: begin - 1, last: begin - 1, width: begin - from });
  for (let start = begin; start < end; start += MOST_STEPS * stepMs) {
    const last = Math.min(end, start + MOST_STEPS * stepMs) - 1;
    found.push({ first: start + stepMs - 1, last, width: stepMs });
  }
  if (end < to) found.push({ first: to - 1, last: to - 1, width: to - end });
  return found;
}

async function askFor(
  client: VictoriaClient,
  query: string,
  { first, last }: Windows,
  stepMs: number,
): Promise<readonly Series[]> {
  const { result } = await client.query<{ result: readonly Series[] }>('/api/v1/query_range', {
    query,
    start: seconds(first),
    end: seconds(last),
    step: `${stepMs}ms`,
    // Times are kept as they are, and the newest samples are not held back.
    nocache: '1',
    latency_offset: '1ms',
  });
  return result;
}

/** Tags of a series without its name; VictoriaMetrics gives them in any order. */
function keyOf(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}
