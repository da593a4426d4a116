import { scaleLinear } from 'd3-scale';
import { timeTicks } from './axes.js';
import { PAGE_THEME } from './page-theme.js';
import { drawLine, drawText, escapeXml, px } from './svg.js';

/** One row of a timeline: what happened when, each in the colour of its kind. */
export interface TimelineRow {
  readonly name: string;
  readonly events: readonly {
    readonly at: number;
    /** Null while it goes on. */
    readonly until: number | null;
    readonly colour: 'danger' | 'live' | 'fit' | 'quiet';
    /** What it is, for the pointer. */
    readonly title: string;
  }[];
}

const WIDTH = 960;
const ROW = 26;
const TOP = 12;
const LEFT = 210;

/** Events in rows over one stretch of time, in the colours of the page. @returns an SVG element */
export function drawTimeline(
  rows: readonly TimelineRow[],
  from: number,
  to: number,
  isElapsed = false,
): string {
  const theme = PAGE_THEME;
  const right = WIDTH - 16;
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 42;
  const x = scaleLinear([from, Math.max(to, from + 1)], [LEFT, right]);
  const label = { colour: theme.quiet, size: 11.5 };
  const ticks = timeTicks(from, Math.max(to, from + 1), 8);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="Inter, sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="${theme.back}"/>`,
    ...ticks.map(({ value }) => drawLine(x(value), TOP, x(value), bottom, theme.grid)),
    ...ticks.map((tick) =>
      drawText(tick.label, { x: x(tick.value), y: bottom + 17, anchor: 'middle' }, label),
    ),
    ...ticks
      .filter(({ below }) => below !== undefined && !isElapsed)
      .map((tick) =>
        drawText(tick.below ?? '', { x: x(tick.value), y: bottom + 31, anchor: 'middle' }, label),
      ),
  ];
  rows.forEach(({ name, events }, index) => {
    const y = TOP + index * ROW;
    const short = name.length > 28 ? `${name.slice(0, 27)}…` : name;
    parts.push(
      drawLine(LEFT, y + ROW, right, y + ROW, theme.grid),
      drawText(short, { x: LEFT - 10, y: y + 17, anchor: 'end' }, { colour: theme.ink, size: 12.5 }),
      ...events.map(({ at, until, colour, title }) => {
        const start = Math.max(LEFT, Math.min(right, x(at)));
        const end = until === null ? right : Math.max(LEFT, Math.min(right, x(until)));
        const box = `x="${px(start - 1.5)}" y="${y + 5}" width="${px(Math.max(3, end - start))}" height="${ROW - 10}"`;
        return `<rect ${box} fill="${theme[colour]}" fill-opacity="0.75"><title>${escapeXml(title)}</title></rect>`;
      }),
    );
  });
  return [...parts, '</svg>'].join('\n');
}
