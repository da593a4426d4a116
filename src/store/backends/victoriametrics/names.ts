import type { Labels } from '../../../telemetry/index.js';
import { NODE_TAG, namesOfTags, unarmour } from '../../remote/line-writer.js';
import type { VictoriaClient } from './client.js';
import { inGroups, seconds, selector } from './query.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** VictoriaMetrics drops rows that are stamped more than two days ahead of its clock. */
const AHEAD_MS = 3 * DAY_MS;
const ALL_MS = Number.POSITIVE_INFINITY;
/** Rows of nodes that report now are stamped about now. */
const FIRST_AHEAD_MS = 20 * MINUTE_MS;
/** How far to look back, stage by stage: nodes that report are found at once, and only the others are looked for further. */
const LOOKBACKS_MS = [20 * MINUTE_MS, DAY_MS, 8 * DAY_MS, 40 * DAY_MS, 400 * DAY_MS, ALL_MS];

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/**
 * Every node that the server knows, with its labels and the time of its newest sample with them, unix ms. The series API
 * would answer with at most 30,000 series (-search.maxSeries) and without times, so newest samples are asked for.
 * @throws Problem store-failed
 */
export async function readNames(
  client: VictoriaClient,
  measurement: string,
  now: number,
  found: (node: string, labels: Labels, newest: number) => void,
): Promise<void> {
  const missing = new Set(
    await client.query<string[]>(`/api/v1/label/${NODE_TAG}/values`, {
      'match[]': selector(measurement),
      start: '0',
      end: seconds(now + AHEAD_MS),
    }),
  );
  for (const [stage, lookback] of LOOKBACKS_MS.entries()) {
    if (missing.size === 0) return;
    const isFirst = stage === 0;
    const ahead = isFirst ? FIRST_AHEAD_MS : AHEAD_MS;
    // A look back to 1970 or beyond would find nothing.
    const width = Math.min(lookback + ahead, now + ahead - DAY_MS);
    const groups = isFirst ? [undefined] : inGroups([...missing].map(unarmour));
    for (const nodes of groups) {
      const series = selector(measurement, undefined, nodes);
      const { result } = await client.query<{ result: readonly Found[] }>('/api/v1/query', {
        query: `max(tlast_over_time(${series}[${width}ms])) without (__name__)`,
        time: seconds(now + ahead),
        nocache: '1',
      });
      for (const { metric, value } of result) {
        missing.delete(metric[NODE_TAG] ?? '');
        const names = namesOfTags(Object.entries(metric));
        if (names) found(names.node, names.labels, Math.round(Number(value[1]) * 1000));
      }
    }
  }
}
