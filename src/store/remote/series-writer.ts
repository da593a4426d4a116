import type { SeriesPoint } from '../forecasts.js';
import type { Lines } from './durable-queue.js';
import { writeTags } from './line-writer.js';

export interface SeriesForm {
  /** The store's measurement, of which the names of series begin: `headroom` makes `headroom_forecast`. */
  readonly measurement: string;
  /** Whether fields of text are written, or left out. */
  readonly withText: boolean;
}

/** As forecasts.ts names its measurements, for the store's own to take its place. */
const USUAL = /^headroom(?=_)/;

/**
 * Points as InfluxDB line protocol, times in ms: `headroom_alert,node=r-1,rule=Leak firing=1,state="firing" 1795349340000`.
 * Values that are not finite have no field, and points without any have no line.
 */
export function writeSeries(points: readonly SeriesPoint[], { measurement, withText }: SeriesForm): Lines {
  let text = '';
  let rows = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    const fields = Object.entries(point.fields)
      .filter(([, value]) => (typeof value === 'string' ? withText : Number.isFinite(value)))
      .map(([key, value]) => `${key}=${typeof value === 'string' ? quoted(value) : value}`);
    if (fields.length === 0) continue;
    const name = point.measurement.replace(USUAL, measurement);
    const time = Math.floor(point.time);
    text += `${name}${writeTags(Object.entries(point.tags))} ${fields.join(',')} ${time}\n`;
    rows++;
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return { text, rows, from, to };
}

/** One line, as lines are what the queue counts and the forwarder cuts at. */
function quoted(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/[\\"]/g, '\\$&')}"`;
}
