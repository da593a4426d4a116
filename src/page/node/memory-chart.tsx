import { useCallback, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { PictureShape, SaidForecastShape, SeriesShape } from '../../serve/node-shapes.js';
import type { AlertShape } from '../../serve/shapes.js';
import { formatBytes, formatDuration } from '../kit/words.js';
import { Chart } from '../parts/chart.js';
import { baseOptions, line, tint } from './chart-base.js';
import { drawEvents, drawMoments, type Events } from './draw-events.js';
import { highOf, type Level, lowOf, peakOf, SIGNALS_OF } from './series.js';

export type Picture = PictureShape['limits'][number];

interface MemoryChartProps {
  readonly level: Level;
  readonly series: SeriesShape;
  /** Of now; undefined where there is none, or where the range is of the past. */
  readonly picture: Picture | undefined;
  readonly said: SaidForecastShape | undefined;
  readonly alerts: readonly AlertShape[];
  /** Unix s. */
  readonly range: readonly [number, number];
  readonly now: number;
  /** The moment of which the forecast is shown, unix ms. */
  readonly moment: number | null;
  readonly onRange: (from: number, to: number) => void;
}

/** A limit that is so many times above what is in use would press it to the floor of the picture. */
const FAR_TIMES = 6;

/** Use with floor and live set, the limit, the fitted line with its cone, and the forecast of another time. */
export function MemoryChart(props: MemoryChartProps) {
  const { level, series, picture, said, alerts, range, now, moment, onRange } = props;
  const events = useRef<Events>({ marks: [], alerts: [], now, moment: null });
  events.current = { marks: series.marks, alerts, now, moment };
  const data = useMemo(() => dataOf(level, series, picture, said), [level, series, picture, said]);
  const options = useCallback(
    () =>
      baseOptions({
        unit: 'bytes',
        hasTimes: true,
        onRange,
        series: [
          line('--used', { points: { show: true, size: 5, filter: isolated } }),
          line('--used', { width: 1 }),
          line('--live', { width: 2 }),
          line('--live', { dash: [2, 4] }),
          line('--danger', { width: 2 }),
          line('--danger', { dash: [4, 4] }),
          line('--fit', { width: 2 }),
          line('--cone', { width: 1 }),
          line('--cone', { width: 1 }),
          line('--mark', { width: 2, dash: [8, 4] }),
          line('--mark', { width: 1 }),
          line('--mark', { width: 1 }),
        ],
        bands: [
          { series: [1, 2], fill: tint('--used', 0.45) },
          { series: [8, 9], fill: tint('--cone', 0.25) },
          { series: [11, 12], fill: tint('--mark', 0.2) },
        ],
        drawBelow: (plot) => drawEvents(plot, events.current),
        draw: (plot) => drawMoments(plot, events.current),
      }),
    [onRange],
  );
  const label = labelOf(level, series, picture);
  return <Chart options={options} data={data} height={340} range={range} label={label} />;
}

/** Samples without neighbours, which no line shows. */
const isolated: uPlot.Series.Points.Filter = (plot, series) => {
  const values = plot.data[series];
  // What is undefined is of other lines of the picture.
  const own = Array.from(values.keys()).filter((i) => values[i] !== undefined);
  const isThere = (at: number) => values[own[at]] != null;
  return own.filter((_, at) => isThere(at) && !isThere(at - 1) && !isThere(at + 1));
};

type Table = [number[], ...(number | null)[][]];

function dataOf(
  level: Level,
  series: SeriesShape,
  picture: Picture | undefined,
  said: SaidForecastShape | undefined,
): uPlot.AlignedData {
  const { use, limit } = SIGNALS_OF[level];
  const high = [...highOf(series, use)];
  const ceiling = Math.max(peakOf(high), ...(picture?.cone ?? []).map(([, , top]) => top));
  const near = (bytes: number | null) => (bytes !== null && bytes > ceiling * FAR_TIMES ? null : bytes);
  const times = series.time.map((time) => time / 1000);
  const live = level === 'heap' ? [...highOf(series, 'heap_after_gc')] : times.map(() => null);
  const floors = tableOf(picture?.live);
  const fit = tableOf(picture?.fit);
  const cone = tableOf(picture?.cone, 2);
  const future = tableOf(said?.cone, 3);
  const ahead: Table = picture
    ? [[picture.cone[0]?.[0] ?? series.to, picture.to].map((ms) => ms / 1000), [picture, picture].map(endOf)]
    : [[], []];
  const end = near(picture?.effective_limit ?? null);
  if (end === null) ahead[1] = ahead[0].map(() => null);
  const limits = highOf(series, limit).map(near);
  return uPlot.join([
    [times, high, [...lowOf(series, use)], live],
    floors,
    [times, limits],
    ahead,
    fit,
    [cone[0], cone[2], cone[1]],
    [future[0], future[2], future[3], future[1]],
  ] as Table[]);
}

function endOf({ effective_limit }: Picture): number {
  return effective_limit;
}

/** Points [unix ms, ...columns] as columns. */
function tableOf(points: readonly (readonly number[])[] | undefined, columns = 1): Table {
  const table: Table = [(points ?? []).map(([ms]) => ms / 1000)];
  for (let i = 1; i <= columns; i++) table.push((points ?? []).map((point) => point[i]));
  return table;
}

function labelOf(level: Level, series: SeriesShape, picture: Picture | undefined): string {
  const { use, limit, name } = SIGNALS_OF[level];
  const known = highOf(series, use).filter((value) => value !== null);
  if (known.length === 0) return `Chart of ${name}: nothing was sent in this range.`;
  const last = known.at(-1) ?? 0;
  const ceiling = highOf(series, limit).findLast((value) => value !== null);
  const of = ceiling ? ` of a limit of ${formatBytes(ceiling)}` : ', no limit known';
  const ahead = picture ? `, and the forecast for ${formatDuration(picture.to - picture.cone[0]?.[0])}` : '';
  return `Chart of ${name}: ${formatBytes(last)} at its end${of}, at most ${formatBytes(peakOf(known))}${ahead}.`;
}
