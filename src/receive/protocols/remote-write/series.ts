import { isUtf8 } from 'node:buffer';
import { randomInt } from 'node:crypto';
import { ByteTable, hashBytes } from '../../byte-table.js';
import { Pattern } from '../../pattern.js';
import type { SeriesDesk, SignalSeries } from '../../series/index.js';
import { SeriesOrder } from './series-order.js';
import type { CounterStart } from './starts.js';

/** Labels as they stand in a message: name and value of each, not decoded yet. */
export type RawLabels = readonly (readonly [name: Buffer, value: Buffer])[];

/** One set of labels, as it is written. What follows from it is found out once. */
export class KnownSeries {
  /** Of a native histogram: the series that its count and its sum are. Made when the first one comes. */
  histogram: HistogramSeries | undefined = undefined;
  /** Of a counter that comes with its start: what it last said. */
  start: CounterStart | undefined = undefined;
  /** In the order of its book. */
  number = -1;

  constructor(
    readonly key: Pattern,
    /** Undefined where it carries no signal. */
    readonly signal: SignalSeries | undefined,
    /** What is wrong with its labels; it is the same each time. */
    readonly fault: string | undefined,
  ) {}
}

export interface HistogramSeries {
  readonly count: SignalSeries | undefined;
  readonly sum: SignalSeries | undefined;
}

/** Beyond these the cache begins anew; those with a signal stay if they are the smaller part. */
const MAX_SERIES = 262_144;
const MAX_KEY_BYTES = 64 * 2 ** 20;

/** The series that were seen, by their bytes. */
export class SeriesBook {
  readonly #desk: SeriesDesk;
  readonly #table = new ByteTable<KnownSeries>();
  readonly #seed = randomInt(2 ** 31);
  /** Of those in the table. */
  readonly #order = new SeriesOrder();

  constructor(desk: SeriesDesk) {
    this.#desk = desk;
  }

  get size(): number {
    return this.#table.count;
  }

  /** Begins a body. */
  begin(): void {
    this.#order.begin();
  }

  /** Length of the key of the series that came after the one before, last time; -1 where there is none. */
  get guess(): number {
    return this.#order.guess;
  }

  /** The series of the guess, if its key stands there. What is found is the one before the next. */
  follow(text: DataView, from: number): KnownSeries | undefined {
    return this.#order.follow(text, from);
  }

  /** The series whose key stands there; undefined where it is not known. */
  find(text: DataView, from: number, to: number): KnownSeries | undefined {
    const followed = this.guess === to - from ? this.follow(text, from) : undefined;
    if (followed) return followed;
    const found = this.#table.find(hashBytes(this.#seed, text, from, to), text, from, to);
    if (found) this.#order.note(found);
    return found;
  }

  /** Makes the series of that key known. */
  add(text: DataView, from: number, to: number, labels: RawLabels): KnownSeries {
    if (this.#table.count >= MAX_SERIES || this.#table.bytes >= MAX_KEY_BYTES) this.#shed();
    const key = this.#table.keyOf(new Uint8Array(text.buffer, text.byteOffset + from, to - from));
    const series = this.make(key, labels);
    this.#table.add(hashBytes(this.#seed, text, from, to), series);
    this.#order.add(series);
    this.#order.note(series);
    return series;
  }

  /** A series that is not kept in mind. */
  make(key: Pattern, labels: RawLabels): KnownSeries {
    const tags = tagsOf(labels);
    if (typeof tags === 'string') return faulty(tags, key);
    const signal = this.#desk.open({ name: tags.get('__name__')!, labels: tags });
    return new KnownSeries(key, signal, undefined);
  }

  /** Series without a signal are many and cheap to find out about anew. */
  #shed(): void {
    this.#order.clear();
    this.#table.keep(({ signal }) => signal !== undefined);
    if (this.#table.count > MAX_SERIES / 2 || this.#table.bytes > MAX_KEY_BYTES / 2) this.#table.clear();
    for (const series of this.#table.things()) this.#order.add(series);
  }
}

/** A series whose samples are refused for what is wrong with its labels. */
export function faulty(fault: string, key: Pattern = NO_KEY): KnownSeries {
  return new KnownSeries(key, undefined, fault);
}

/** Of a series that is not kept in mind. */
export const NO_KEY = new Pattern(new Uint8Array(0));

/**
 * Name and value of each label, or what is wrong with them. Their order is not: vmagent sends them as they come, and
 * which node and signal they mean does not depend on it.
 */
export function tagsOf(labels: RawLabels): Map<string, string> | string {
  const tags = new Map<string, string>();
  for (const [name, value] of labels) {
    if (!isUtf8(name) || !isUtf8(value)) return 'found a label that is not UTF-8';
    const text = name.toString('utf8');
    if (text === '') return 'found a label without a name';
    if (value.length === 0) return `found the label ${shown(text)} without a value, expected it left out`;
    if (tags.has(text)) return `found the label ${shown(text)} twice`;
    tags.set(text, value.toString('utf8'));
  }
  return tags.has('__name__') ? tags : 'found no label __name__, expected the name of the metric in it';
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
