import type { Boundary } from './boundary.js';
import type { Window } from './window.js';

/** What is remembered of an earlier process of the node: how long it lived and how far it climbed. */
export interface Life {
  readonly from: number;
  readonly to: number;
  readonly endedBy: Boundary['kind'];
  readonly version: string;
  /** How it grew towards its end, bytes an hour; NaN when it was too short to tell. */
  readonly rssPerHour: number;
  readonly heapPerHour: number;
  readonly rssEnd: number;
  readonly rssPeak: number;
  readonly heapEnd: number;
  readonly heapPeak: number;
  readonly heapLimit: number;
  /** Whether its start-up still climbed when it ended, and had not settled. */
  readonly rssClimbed: boolean;
  readonly heapClimbed: boolean;
}

export interface Mark {
  readonly at: number;
  readonly what: string;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** More lives or marks than these are not needed to see a pattern. */
const MOST_LIVES = 12;
const MOST_MARKS = 12;

const NO_LIFE: Life = {
  from: Number.NaN,
  to: Number.NaN,
  endedBy: 'restart',
  version: '',
  rssPerHour: Number.NaN,
  heapPerHour: Number.NaN,
  rssEnd: Number.NaN,
  rssPeak: Number.NaN,
  heapEnd: Number.NaN,
  heapPeak: Number.NaN,
  heapLimit: Number.NaN,
  rssClimbed: false,
  heapClimbed: false,
};

/**
 * Puts one more life last, to be filled in. Where there are enough it is the oldest one, written anew: a node in a crash loop
 * must not make garbage of old objects.
 */
export function addLife(lives: Life[]): Writable<Life> {
  const life = lives.length === MOST_LIVES ? lives.shift()! : { ...NO_LIFE };
  lives.push(life);
  return life;
}

/** The same for a mark. */
export function addMark(marks: Mark[]): Writable<Mark> {
  const mark = marks.length === MOST_MARKS ? marks.shift()! : { at: Number.NaN, what: '' };
  marks.push(mark);
  return mark;
}

/** Mean of the last quarter against the second, so that neither the warm-up nor a single spike counts. */
export function climbOf(window: Window, column: 'rssMin' | 'heapMin'): number {
  const quarter = window.length >> 2;
  if (quarter < 2) return Number.NaN;
  const mean = (from: number, value: (bucket: number) => number): number => {
    let sum = 0;
    for (let i = from; i < from + quarter; i++) sum += value(i);
    return sum / quarter;
  };
  const late = window.length - quarter;
  const climbed = mean(late, (i) => window.get(i, column)) - mean(quarter, (i) => window.get(i, column));
  const hours = (mean(late, (i) => window.last[i]) - mean(quarter, (i) => window.last[i])) / 3_600_000;
  return climbed / hours;
}
