import type uPlot from 'uplot';
import type { SeriesMark } from '../../serve/node-shapes.js';
import type { AlertShape } from '../../serve/shapes.js';
import { colourOf } from '../kit/theme.js';
import { formatBytes } from '../kit/words.js';
import { tint } from './chart-base.js';

export interface Events {
  readonly marks: readonly SeriesMark[];
  readonly alerts: readonly AlertShape[];
  /** Unix ms. */
  readonly now: number;
  readonly moment: number | null;
}

const STRIP = 7;
const LABEL_ROOM = 74;
const LONGEST_LABEL = 18;

/** What happened, in words that fit beside a line. */
export function wordOf({ what, text }: SeriesMark): string {
  if (what === 'restart') return 'restart';
  if (what === 'version') return text;
  if (what === 'gap') return 'no samples';
  return `${what === 'heap_limit' ? 'heap' : 'memory'} limit ${formatBytes(Number(text))}`;
}

/** Below the lines: alerts as strips, gaps as grounds, the other marks as lines with a word. */
export function drawEvents(plot: uPlot, { marks, alerts, now }: Events): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const at = (ms: number) => plot.valToPos(ms / 1000, 'x', true);
  const clamp = (x: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { fired_at, resolved_at } of alerts) {
    if (fired_at === null) continue;
    const [left, right] = [clamp(at(fired_at)), clamp(at(resolved_at ?? now))];
    ctx.fillStyle = tint('--danger', resolved_at === null ? 0.85 : 0.45);
    ctx.fillRect(left, bbox.top, Math.max(2 * scale, right - left), STRIP * scale);
  }
  let labelledTo = Number.NEGATIVE_INFINITY;
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  for (const mark of marks) {
    const x = at(mark.at);
    if (mark.until !== null) {
      ctx.fillStyle = tint('--axis', 0.3);
      ctx.fillRect(clamp(x), bbox.top, clamp(at(mark.until)) - clamp(x), bbox.height);
      continue;
    }
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    vertical(plot, x, '--mark', [2, 3]);
    if (x < labelledTo) continue;
    labelledTo = x + LABEL_ROOM * scale;
    ctx.fillStyle = colourOf('--mark');
    ctx.fillText(shorten(wordOf(mark)), x + 3 * scale, bbox.top + (STRIP + 3) * scale);
  }
  ctx.restore();
}

/** Above the lines: now, and the moment whose forecast is shown. */
export function drawMoments(plot: uPlot, { now, moment }: Events): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  vertical(plot, plot.valToPos(now / 1000, 'x', true), '--quiet', []);
  if (moment !== null) vertical(plot, plot.valToPos(moment / 1000, 'x', true), '--mark', []);
  ctx.restore();
}

function vertical({ ctx, bbox }: uPlot, x: number, colour: string, dash: readonly number[]): void {
  const scale = devicePixelRatio;
  ctx.strokeStyle = colourOf(colour);
  ctx.lineWidth = scale;
  ctx.setLineDash(dash.map((length) => length * scale));
  ctx.beginPath();
  ctx.moveTo(Math.round(x) + 0.5, bbox.top);
  ctx.lineTo(Math.round(x) + 0.5, bbox.top + bbox.height);
  ctx.stroke();
}

function shorten(text: string): string {
  const signs = [...text];
  return signs.length > LONGEST_LABEL ? `${signs.slice(0, LONGEST_LABEL - 1).join('')}…` : text;
}
