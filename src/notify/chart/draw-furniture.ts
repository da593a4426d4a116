import { formatBytes, formatDuration } from '../../telemetry/index.js';
import { byteTicks, timeLabel, timeTicks } from './axes.js';
import { type Frame, limitNameOf } from './frame.js';
import type { Place } from './labels.js';
import { drawLine, drawText, px } from './svg.js';
import { textWidth } from './text-width.js';

/** Where title and legend begin, in px. */
const EDGE = 16;
/** A long name rather makes the title smaller than being cut. */
const TITLE_SIZES = [18, 16, 15, 14];

/** Grid and axes with their labels. */
export function drawAxes(frame: Frame): string {
  const { theme, left, right, top, bottom, x, y, options } = frame;
  const label = { colour: theme.quiet, size: 11.5 };
  const [low, high] = y.domain();
  const [from, to] = x.domain();
  const bytes = byteTicks(low, high, Math.max(2, Math.floor((bottom - top) / 44)));
  const times = timeTicks(from, to, Math.max(2, Math.floor((right - left) / 95)));
  return [
    ...bytes.map(({ value }) => drawLine(left, y(value), right, y(value), theme.grid)),
    ...bytes.map((tick) => drawText(tick.label, { x: left - 8, y: y(tick.value) + 4, anchor: 'end' }, label)),
    ...times.map(({ value }) => drawLine(x(value), top, x(value), bottom, theme.grid)),
    ...times.map(({ value }) => drawLine(x(value), bottom, x(value), bottom + 4, theme.axis)),
    ...times.map((tick) => drawText(tick.label, middleOf(frame, tick.label, tick.value, bottom + 17), label)),
    ...times
      .filter(({ below }) => below !== undefined && !options.isElapsed)
      .map((tick) =>
        drawText(tick.below ?? '', middleOf(frame, tick.below ?? '', tick.value, bottom + 31), label),
      ),
    drawLine(left, bottom, right, bottom, theme.axis),
  ].join('\n');
}

/** Below its tick, moved so far that the picture's right edge does not cut it. */
function middleOf({ options, x }: Frame, text: string, time: number, y: number): Place {
  const rightmost = options.width - 4 - textWidth(text, 11.5) / 2;
  return { x: Math.min(x(time), rightmost), y, anchor: 'middle' };
}

/** What will happen in one line, and what is now in a second. */
export function drawTitle(frame: Frame): string {
  const { portrait, theme, options } = frame;
  const { signal, breachP10, breachP50, breachP90, now, to, used, limit } = portrait;
  const name = `${options.goal === undefined ? 'its ' : ''}${limitNameOf(frame)}`;
  const expected =
    breachP50 !== null
      ? `reaches ${name} ${breachP50 > now ? `in about ${formatDuration(breachP50 - now)}` : 'at any moment'}`
      : breachP10 !== null
        ? `may reach ${name}`
        : `is not expected to reach ${name}`;
  const what = ` ${options.says ?? expected}`;
  const room = options.width - 2 * EDGE;
  const size = TITLE_SIZES.find((each) => textWidth(options.title + what, each) <= room) ?? 14;
  const title = `${shortenTo(options.title, room - textWidth(what, size), size)}${what}`;
  const current = used.at(-1)?.[1];
  const share = (current ?? 0) / limit;
  const use =
    current === undefined
      ? ''
      : `${formatBytes(current)} of ${formatBytes(limit)} (${share < 0.01 ? 'under 1' : Math.round(share * 100)} %) in use`;
  const times = [breachP10, breachP90].map((time) => (time === null ? null : timeLabel(time, now, to - now)));
  const range =
    times[0] && times[1]
      ? `; expected between ${times[0]} and ${times[1]} UTC`
      : times[0]
        ? `; not before ${times[0]} UTC`
        : '';
  const kind = signal === 'rss' ? 'Resident memory' : 'Managed heap';
  const fits = (text: string) => textWidth(text, 13) <= options.width - 24;
  const subtitle = [`${kind}, ${use}${range}`, `${use}${range}`].find(fits) ?? use;
  const style = { colour: theme.ink, size, weight: 600 } as const;
  return [
    drawText(title, { x: EDGE, y: 28, anchor: 'start' }, style),
    drawText(subtitle, { x: EDGE, y: 48, anchor: 'start' }, { colour: theme.quiet, size: 13 }),
  ].join('\n');
}

/** Which line is what; only of what is there. */
export function drawLegend({ portrait, theme, options }: Frame): string {
  const y = options.height - 12;
  const entries = [
    {
      show: portrait.used.length > 0,
      text: ['in use'],
      swatch: (x: number) => stroke(x, y, theme.used, '1.5'),
    },
    {
      show: portrait.live.length > 0,
      text: ['live (no garbage)', 'live'],
      swatch: (x: number) => stroke(x, y, theme.live, '3'),
    },
    {
      show: portrait.fit.length > 0,
      text: ['trend'],
      swatch: (x: number) => stroke(x, y, theme.fit, '2" stroke-dasharray="7 5'),
    },
    {
      show: portrait.cone.length > 0,
      text: ['likely range, 8 in 10', 'likely, 8 in 10'],
      swatch: (x: number) => box(x, y, theme.cone, 0.3),
    },
    {
      show: portrait.breachP10 !== null && portrait.breachP10 <= portrait.to,
      text: ['limit reached'],
      swatch: (x: number) => box(x, y, theme.danger, 0.2),
    },
  ].filter(({ show }) => show);
  const long = entries.map(({ text }) => text[0]);
  const isWide = EDGE + legendWidth(long, 18) <= options.width;
  const texts = isWide ? long : entries.map(({ text }) => text[text.length - 1]);
  const gap = isWide ? 18 : 10;
  let x = EDGE;
  const parts: string[] = [];
  for (const [i, { swatch }] of entries.entries()) {
    parts.push(
      swatch(x),
      drawText(texts[i], { x: x + 30, y, anchor: 'start' }, { colour: theme.quiet, size: 11.5 }),
    );
    x += legendWidth([texts[i]], gap);
  }
  return parts.join('\n');
}

function legendWidth(texts: readonly string[], gap: number): number {
  return texts.reduce((sum, text) => sum + 30 + textWidth(text, 11.5) + gap, 0);
}

function stroke(x: number, y: number, colour: string, width: string): string {
  return drawLine(x, y - 4, x + 24, y - 4, colour, `stroke-width="${width}"`);
}

function box(x: number, y: number, colour: string, opacity: number): string {
  return `<rect x="${px(x)}" y="${y - 9}" width="24" height="10" fill="${colour}" fill-opacity="${opacity}"/>`;
}

/** A text cut to a width in px, with a sign that it was. */
function shortenTo(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text;
  while (kept.length > 1 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}
