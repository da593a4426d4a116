import type { SaidForecastShape, SeriesShape } from '../../serve/node-shapes.js';
import { useCell } from '../kit/cell.js';
import { formatBytes, formatExactly } from '../kit/words.js';
import { pointed } from './chart-base.js';
import type { Picture } from './memory-chart.js';
import { highOf, indexAt, type Level, lowOf, SIGNALS_OF, valueAt } from './series.js';

interface ReadoutProps {
  readonly level: Level;
  readonly series: SeriesShape;
  readonly picture: Picture | undefined;
  readonly said: SaidForecastShape | undefined;
  /** What is told of while no chart is pointed at, unix ms. */
  readonly rest: number;
}

/** What the chart says at the time that is pointed at, and what its colours mean. */
export function Readout({ level, series, picture, said, rest }: ReadoutProps) {
  const at = useCell(pointed) ?? rest;
  const index = indexAt(series.time, at);
  const isAhead = at > (series.time.at(-1) ?? 0) + 60_000 && valueAt(picture?.cone ?? [], at, 1) !== null;
  const value = (signal: string) => (isAhead ? null : (highOf(series, signal)[index] ?? null));
  const { use, limit } = SIGNALS_OF[level];
  const least = isAhead ? null : (lowOf(series, use)[index] ?? null);
  const [most, ceiling] = [value(use), value(limit)];
  const cone = picture?.cone ?? [];
  const keys = [
    ['used', 'used', least !== most && least !== null ? span(least, most) : size(most)],
    ...(level === 'heap' ? [['live', 'live set', size(value('heap_after_gc'))]] : []),
    ['floor', 'floor', size(valueAt(picture?.live ?? [], at, 1))],
    ['limit', 'limit', size(ceiling)],
    ['fit', 'fit', size(valueAt(picture?.fit ?? [], at, 1))],
    ['cone', 'p10 to p90', span(valueAt(cone, at, 1), valueAt(cone, at, 2))],
    ...(said ? [['said', 'said then', span(valueAt(said.cone, at, 1), valueAt(said.cone, at, 3))]] : []),
  ];
  return (
    <div class="readout">
      <span class="quiet readout-time">{formatExactly(at)}</span>
      <ul>
        {keys.map(([key, name, text]) => (
          <li key={key} class={`key key-${key}`}>
            {name} <span class="key-value">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function size(bytes: number | null): string {
  return bytes === null ? '' : formatBytes(bytes);
}

function span(low: number | null, high: number | null): string {
  return low === null || high === null ? '' : `${formatBytes(low)} to ${formatBytes(high)}`;
}
