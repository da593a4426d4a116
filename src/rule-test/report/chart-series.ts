import type { Rule } from '../../evaluate/index.js';
import { formatBytes, type Signal } from '../../telemetry/index.js';
import type { Sample } from '../input/samples.js';

/** What a chart shows: values over time with gaps left out, and the level that they must not reach. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  readonly limit: { readonly name: string; readonly value: number } | undefined;
  format(value: number): string;
}

/** What a rule looks at on a node, as far as the node has sent it; undefined when it has sent none of it. */
export function chartSeriesOf(rule: Rule, node: string, samples: readonly Sample[]): ChartSeries | undefined {
  const own = samples.filter((sample) => sample.node === node);
  switch (rule.kind) {
    case 'forecast': {
      const { of, reaches } = rule.condition;
      const name = of === 'rss' ? 'memory_limit' : 'heap_limit';
      const [level] = pointsOf(own, name).slice(-1);
      const { target } = reaches;
      const value = target?.kind === 'bytes' ? target.bytes : level && level[1] * (target?.of ?? 1);
      const limit = value === undefined ? undefined : { name: reaches.text, value };
      return memory(own, of === 'rss' ? ['rss'] : ['heap_used', 'heap_after_gc'], limit);
    }
    case 'growth': {
      const isRss = rule.condition.of === 'rss';
      const name = isRss ? 'memory_limit' : 'heap_limit';
      const [level] = pointsOf(own, name).slice(-1);
      return memory(
        own,
        isRss ? ['rss'] : ['heap_after_gc', 'heap_used'],
        level && { name, value: level[1] },
      );
    }
    case 'gc': {
      const { pauseShare } = rule.condition;
      const limit = { name: 'pauseShare', value: pauseShare };
      const format = (share: number) => `${Number((share * 100).toFixed(1))}%`;
      return given('share of time paused', pausesOf(pointsOf(own, 'gc_pause_total')), limit, format);
    }
    case 'readiness':
      return given('ready', pointsOf(own, 'ready'), undefined, (value) =>
        value === 0 ? 'not ready' : 'ready',
      );
    case 'absent':
      return memory(own, ['rss', 'heap_used', 'heap_after_gc'], undefined);
  }
}

function memory(
  own: readonly Sample[],
  signals: readonly Signal[],
  limit: ChartSeries['limit'],
): ChartSeries | undefined {
  const sent = signals.find((signal) => own.some(({ values }) => values.has(signal)));
  return sent && given(sent, pointsOf(own, sent), limit, formatBytes);
}

function given(
  name: string,
  points: ChartSeries['points'],
  limit: ChartSeries['limit'],
  format: ChartSeries['format'],
): ChartSeries | undefined {
  return points.length === 0 ? undefined : { name, points, limit, format };
}

function pointsOf(own: readonly Sample[], signal: Signal): (readonly [number, number])[] {
  return own.flatMap(({ at, values }) => {
    const value = values.get(signal);
    return value === undefined ? [] : [[at, value] as const];
  });
}

/** The share of each interval that was paused; a counter that fell was begun anew. */
function pausesOf(totals: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return totals.slice(1).map(([at, total], i) => {
    const [before, earlier] = totals[i];
    return [at, Math.max(0, total - earlier) / ((at - before) / 1000)] as const;
  });
}
