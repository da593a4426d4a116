import { formatBytes } from '../../telemetry/index.js';
import { timeLabel } from './axes.js';
import { drawCurves } from './draw-curves.js';
import { drawLimits } from './draw-events.js';
import { drawAxes, drawLegend } from './draw-furniture.js';
import { type ChartOptions, type Frame, frameOf } from './frame.js';
import { drawLine, drawText, px } from './svg.js';

/** Memory that was, with what was said about it and what came. Times are unix ms. */
export interface Past {
  readonly signal: 'rss' | 'heap';
  readonly limit: number;
  /** [unix ms, bytes], in time order; at least one point. */
  readonly used: readonly (readonly [number, number])[];
  readonly live: readonly (readonly [number, number])[];
  /** When alerts fired, until when, and in a word by which rule. */
  readonly alerts: readonly { readonly at: number; readonly until: number | null; readonly what: string }[];
  /** When the limit was met; null when it was not. */
  readonly breach: number | null;
}

export interface PastOptions extends ChartOptions {
  /** What stands under the title. */
  readonly subtitle: string;
  /** Unique among the pictures of a page. */
  readonly id: string;
}

const SIZE = 12;

/** Draws history with alerts and the breach. @returns an SVG element; the same for the same input */
export function drawPast(past: Past, options: PastOptions): string {
  const { used, live, signal, limit, breach } = past;
  const from = used[0][0];
  const to = Math.max(used[used.length - 1][0], breach ?? 0, from + 1);
  const frame = frameOf(
    {
      signal,
      used,
      live,
      fit: [],
      cone: [],
      limit,
      effectiveLimit: limit,
      breachP10: null,
      breachP50: null,
      breachP90: null,
      marks: [],
      from,
      now: to,
      to: to + (to - from) * 0.03,
    },
    options,
  );
  const { width, height, id, title, subtitle } = options;
  const events = drawEvents(frame, past);
  const limits = drawLimits(frame);
  const { theme } = frame;
  const heading = { colour: theme.ink, size: 16, weight: 600 } as const;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="Inter, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="${theme.back}"/>`,
    drawAxes(frame),
    drawBands(frame, past),
    // Pictures of one page must not share a clip.
    drawCurves(frame).replaceAll('id="plot"', `id="${id}"`).replaceAll('url(#plot)', `url(#${id})`),
    limits,
    events,
    drawText(title, { x: 16, y: 26, anchor: 'start' }, heading),
    drawText(subtitle, { x: 16, y: 46, anchor: 'start' }, { colour: theme.quiet, size: 13 }),
    drawLegend(frame),
    '</svg>',
  ].join('\n');
}

/** `412 MiB of 1 GiB`: the highest use in the picture. */
export function peakOf({ used, limit }: Past): string {
  const peak = used.reduce((most, [, bytes]) => Math.max(most, bytes), 0);
  return `${formatBytes(peak)} of ${formatBytes(limit)} at most`;
}

function drawBands({ theme, x, left, right, top, bottom }: Frame, { alerts }: Past): string {
  return alerts
    .map(({ at, until }) => {
      const start = Math.max(left, x(at));
      const end = until === null ? right : Math.min(right, x(until));
      if (end <= start) return '';
      return `<rect x="${px(start)}" y="${top}" width="${px(end - start)}" height="${bottom - top}" fill="${theme.cone}" fill-opacity="0.13"/>`;
    })
    .join('\n');
}

function drawEvents(frame: Frame, { alerts, breach }: Past): string {
  const { theme, x, left, right, top, bottom, labels, portrait, options } = frame;
  const span = portrait.to - portrait.from;
  const when = (ms: number): string =>
    options.isElapsed ? new Date(ms).toISOString().slice(11, 19) : timeLabel(ms, portrait.from, span);
  const parts: string[] = [];
  const mark = (at: number, text: string, colour: string): void => {
    if (x(at) < left || x(at) > right) return;
    parts.push(drawLine(x(at), top - 4, x(at), bottom, colour, 'stroke-width="2"'));
    const place = labels.place(text, SIZE, [
      { x: x(at), y: top - 9, anchor: 'middle' },
      { x: x(at) - 6, y: bottom - 8, anchor: 'end' },
      { x: x(at) - 6, y: bottom - 24, anchor: 'end' },
      { x: x(at) + 6, y: bottom - 8, anchor: 'start' },
    ]);
    const style = { colour, size: SIZE, weight: 600, halo: theme.back } as const;
    if (place) parts.push(drawText(text, place, style));
  };
  if (breach !== null) mark(breach, `breach ${when(breach)}`, theme.danger);
  for (const { at, what } of alerts) mark(at, `${what} ${when(at)}`, theme.fit);
  return parts.join('\n');
}
