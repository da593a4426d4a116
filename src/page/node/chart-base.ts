import type uPlot from 'uplot';
import { Cell } from '../kit/cell.js';
import { colourOf } from '../kit/theme.js';
import { formatBytes } from '../kit/words.js';
import type { ChartOptions } from '../parts/chart.js';

/** Time under the pointer, unix ms; null where it is not on a chart. */
export const pointed = new Cell<number | null>(null);

const AXIS_WIDTH = 76;
const SYNC = 'node';
const POWERS = Array.from({ length: 44 }, (_, power) => 2 ** power);

/** 24 hours, and the day where it is a new one; in the zone of the reader. */
const TIMES: uPlot.Axis.DynamicValues = (_, splits, __, ___, step) => {
  let dayBefore = '';
  return splits.map((split) => {
    const date = new Date(split * 1000);
    const day = date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
    const isNewDay = day !== dayBefore;
    dayBefore = day;
    if (step >= 86_400) return day;
    const time = date.toLocaleTimeString(undefined, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(step < 60 ? { second: '2-digit' } : {}),
    });
    return isNewDay ? `${time}\n${day}` : time;
  });
};

export interface BaseOptions {
  readonly series: readonly uPlot.Series[];
  readonly bands?: readonly uPlot.Band[];
  readonly unit: 'bytes' | 'share' | 'count' | 'state';
  readonly hasTimes: boolean;
  readonly onRange: (from: number, to: number) => void;
  readonly draw?: (plot: uPlot) => void;
  readonly drawBelow?: (plot: uPlot) => void;
}

/** What all charts of a node share: the axis of time, the pointer that is on all of them at once, and how a stretch is marked. */
export function baseOptions(base: BaseOptions): ChartOptions {
  const { series, bands = [], unit, hasTimes, onRange, draw, drawBelow } = base;
  const axis = { stroke: colourOf('--quiet'), font: '12px system-ui, sans-serif' };
  const grid = { stroke: colourOf('--grid'), width: 1 };
  const ticks = { stroke: colourOf('--axis'), width: 1, size: 4 };
  return {
    legend: { show: false },
    padding: [8, 12, hasTimes ? 0 : 6, 0],
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: 6 },
      points: { show: false },
      y: false,
      sync: {
        key: SYNC,
        setSeries: false,
        // Marking a stretch is asked of one chart alone.
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
    },
    scales: { x: { time: true }, y: { range: (_, __, most) => rangeOf(unit, most) } },
    axes: [
      { ...axis, grid, ticks, values: TIMES, size: hasTimes ? 42 : 0, show: hasTimes, space: 70 },
      {
        ...axis,
        grid,
        ticks,
        size: AXIS_WIDTH,
        space: 28,
        values: (_, splits) => splits.map((split) => textOf(unit, split)),
        ...(unit === 'bytes' ? { incrs: POWERS } : {}),
        ...(unit === 'state' ? { splits: () => [0, 1] } : {}),
      },
    ],
    series: [{}, ...series],
    bands: [...bands],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 6) return;
          onRange(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        ({ cursor, posToVal }) => {
          const isOn = cursor.left !== undefined && cursor.left >= 0;
          pointed.set(isOn ? posToVal(cursor.left ?? 0, 'x') * 1000 : null);
        },
      ],
      ...(drawBelow ? { drawAxes: [drawBelow] } : {}),
      ...(draw ? { draw: [draw] } : {}),
    },
  };
}

/** A line of a chart; without points, which say nothing where there are hundreds. */
export function line(property: string, more: uPlot.Series = {}): uPlot.Series {
  return { stroke: colourOf(property), width: 1.5, points: { show: false }, ...more };
}

/** A colour with so much of it, 0 to 1, over what is below. */
export function tint(property: string, share: number): string {
  const alpha = Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
  return `${colourOf(property)}${alpha}`;
}

function rangeOf(unit: BaseOptions['unit'], most: number | null): uPlot.Range.MinMax {
  if (unit === 'state') return [-0.25, 1.25];
  if (!most || !(most > 0)) return [0, unit === 'bytes' ? 2 ** 20 : 1];
  return [0, most * 1.06];
}

function textOf(unit: BaseOptions['unit'], value: number): string {
  if (unit === 'bytes') return value === 0 ? '0' : formatBytes(value);
  if (unit === 'share') return `${+(value * 100).toPrecision(3)} %`;
  if (unit === 'state') return value > 0 ? 'ready' : 'not';
  return value >= 10_000 ? `${+(value / 1000).toPrecision(3)} k` : `${+value.toPrecision(3)}`;
}
