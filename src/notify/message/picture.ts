import type { AlertNews } from '../../alert/index.js';
import { formatBytes } from '../../telemetry/index.js';
import { goalOf } from './phrases.js';
import type { Times } from './times.js';
import { nameOf } from './who.js';

/** What a picture of one node shows, for those who do not see it. */
export interface Picture {
  /** Which alert of the message it belongs to. */
  readonly place: number;
  readonly node: string;
  /** The picture in words. */
  readonly about: string;
  /** The course of memory from nothing (lowest block) to the limit (full block), oldest first. */
  readonly spark: string;
}

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const SPARK_LENGTH = 32;

/** The picture of an alert in words and blocks; none without a portrait. */
export function pictureOf(alert: AlertNews, place: number, times: Times): Picture[] {
  const { portrait } = alert;
  if (!portrait) return [];
  const course = portrait.used.length > 0 ? portrait.used : portrait.live;
  const [first, last] = [course[0], course.at(-1)];
  if (!first || !last) return [];
  const { now, limit, breachP10, breachP50, breachP90 } = portrait;
  const range = breachP10 === null ? '' : `, range ${times.range(breachP10, breachP90, now)}`;
  const end =
    breachP50 === null ? '' : `; the trend reaches ${goalOf(alert)} at ${times.utc(breachP50, now)}${range}`;
  const about =
    `Memory of ${nameOf(alert)}: ${formatBytes(first[1])} at ${times.utc(first[0], now)}, ` +
    `${formatBytes(last[1])} at ${times.utc(last[0], now)}, limit ${formatBytes(limit)}${end}`;
  return [{ place, node: nameOf(alert), about, spark: sparkOf(course, limit) }];
}

/** Of each stretch of time the highest level; a blank where nothing was reported. */
function sparkOf(course: readonly (readonly [number, number])[], limit: number): string {
  const [from, to] = [course[0][0], course[course.length - 1][0]];
  const highest = new Array<number | undefined>(SPARK_LENGTH).fill(undefined);
  for (const [time, bytes] of course) {
    const share = to > from ? (time - from) / (to - from) : 0;
    const slot = Math.min(SPARK_LENGTH - 1, Math.floor(share * SPARK_LENGTH));
    highest[slot] = Math.max(highest[slot] ?? 0, bytes);
  }
  const used = course.length < SPARK_LENGTH ? highest.filter((bytes) => bytes !== undefined) : highest;
  return used
    .map((bytes) => {
      if (bytes === undefined) return ' ';
      const share = limit > 0 ? Math.max(0, Math.min(1, bytes / limit)) : 1;
      return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))];
    })
    .join('');
}
