import { randomInt } from 'node:crypto';
import type { ProblemCode } from '../../problem.js';
import type { Doorkeeper } from '../intake.js';
import type { Names } from '../names/index.js';
import { Sums } from '../series/index.js';
import * as b from './influx-bytes.js';
import { parseKey } from './influx-key.js';
import { NumberReader } from './influx-number.js';
import { type LineRun, placeOf } from './influx-run.js';
import { fieldOf, type KnownField, type Series, SeriesCache } from './influx-series.js';
import { closingQuote, skipFields } from './influx-skip.js';
import { TimeReader } from './influx-time.js';
import { type LineFault, LineRow } from './line-row.js';

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);

/**
 * Reads InfluxDB line protocol (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/) into rows.
 * A line is kept whole or refused whole. Series and field names that were seen before are recognised by their bytes,
 * first of all by what followed last time, so that a line of a known kind allocates nothing.
 *
 * Functions that read return the offset after what they read, or -1 after setting the fault.
 */
export class InfluxLineParser {
  readonly #series: SeriesCache;
  readonly #row: LineRow;
  readonly #numbers = new NumberReader();
  readonly #times = new TimeReader();
  readonly #seed = randomInt(2 ** 31);
  #run!: LineRun;
  #previous: Series | undefined;
  #fault: LineFault | undefined;
  /** Where to look for the end of a refused line, when that is not where its fault is. */
  #resume = 0;

  constructor(doorkeeper: Doorkeeper, names: Names, sums = new Sums(doorkeeper.registry)) {
    this.#series = new SeriesCache(names);
    this.#row = new LineRow(doorkeeper, sums);
  }

  /** Reads on, `maxLines` at most. Returns whether the body has been read to its end. Bad input never throws. */
  advance(run: LineRun, maxLines = Number.POSITIVE_INFINITY): boolean {
    this.#run = run;
    const { body, batch } = run;
    const end = body.length;
    let { at } = run;
    for (let lines = 0; at < end && lines < maxLines; at++) {
      const byte = body[at];
      const isBlank = byte === b.LF || byte === b.SPACE || byte === b.CR || byte === b.TAB || byte === 0;
      if (isBlank) continue;
      lines++;
      if (byte === b.HASH) {
        at = b.endOfLine(body, at);
        continue;
      }
      this.#row.begin(batch);
      const lineEnd = this.#line(at);
      if (lineEnd === -1) at = this.#refuse();
      else {
        at = lineEnd;
        if (this.#row.hasSignal) batch.accepted++;
        else batch.ignored++;
      }
    }
    run.at = at;
    if (at < end) return false;
    this.#row.end(batch);
    return true;
  }

  #line(start: number): number {
    const { body, batch } = this.#run;
    const end = body.length;
    const series = this.#seriesAt(start);
    if (series === undefined) return -1;
    let at = this.#fields(series, this.#skipSpaces(start + series.key.length));
    if (at === -1) return -1;
    const timeAt = this.#skipSpaces(at);
    let time = batch.now;
    at = timeAt;
    if (at < end && body[at] !== b.LF && body[at] !== b.CR) {
      at = this.#times.read(body, at, end, this.#run.precision);
      if (at === -1) return this.#failTime(timeAt);
      time = this.#times.ms[0];
      at = this.#skipSpaces(at);
    }
    if (at < end && body[at] === b.CR) at++;
    if (at < end && body[at] !== b.LF) return this.#failTime(timeAt);
    if (!this.#row.hasSignal) return at;
    if (!batch.isInRange(time))
      return this.#fail(timeAt, 'out-of-range-time', () => batch.describeTime(time));
    const fault = this.#row.settle(series, time);
    if (fault === undefined) return at;
    this.#resume = at;
    this.#fault = fault;
    return -1;
  }

  #seriesAt(start: number): Series | undefined {
    const { body, text } = this.#run;
    const guess = this.#previous?.next;
    let series: Series | undefined;
    if (guess?.key.isAt(text, start) && body[start + guess.key.length] === b.SPACE) {
      series = guess;
    } else {
      series = this.#findSeries(start);
      if (series !== undefined && this.#previous !== undefined) this.#previous.next = series;
    }
    this.#previous = series;
    return series;
  }

  #findSeries(start: number): Series | undefined {
    const { body, text } = this.#run;
    const end = body.length;
    // FNV-1a, seeded so that nobody can choose names that collide.
    let hash = this.#seed;
    let at = start;
    let byte = b.LF;
    for (; at < end; at++) {
      byte = body[at];
      if (byte === b.LF || (byte === b.SPACE && body[at - 1] !== b.BACKSLASH)) break;
      hash = Math.imul(hash ^ byte, 16_777_619);
    }
    hash ^= hash >>> 15;
    const isComplete = at < end && byte === b.SPACE;
    const known = isComplete ? this.#series.find(hash, text, start, at) : undefined;
    if (known) return known;
    const keyEnd = isComplete ? at : b.trimEnd(body, start, at);
    const key = parseKey(body, start, keyEnd);
    if ('message' in key) this.#fail(key.at, 'bad-line', () => key.message, at);
    else if (!isComplete)
      this.#fail(keyEnd, 'bad-line', () => 'found the end of the line, expected a space and fields', at);
    else return this.#series.add(hash, body.subarray(start, at), key.measurement, key.tags);
    return undefined;
  }

  /** `name=value,...` */
  #fields(series: Series, start: number): number {
    const { body, text } = this.#run;
    const end = body.length;
    const known = series.layout.fields;
    let at = start;
    for (let index = 0; ; index++) {
      let field: KnownField | undefined = known[index];
      if (field === undefined || !field.written.isAt(text, at)) {
        const valueAt = this.#afterName(at);
        if (valueAt === -1) return -1;
        field = fieldOf(series.layout, body, text, at, valueAt);
        index = known.indexOf(field);
      }
      at = this.#value(series, field, at + field.written.length);
      if (at === -1 || at >= end || body[at] !== b.COMMA) return at;
      at++;
    }
  }

  /** The offset after the `=` of a field's name. */
  #afterName(start: number): number {
    const { body } = this.#run;
    const end = body.length;
    let at = start;
    for (; at < end; at++) {
      const byte = body[at];
      if (byte === b.LF) break;
      const isEscaped = at > start && body[at - 1] === b.BACKSLASH;
      if (!isEscaped && (byte === b.EQUALS || byte === b.COMMA || byte === b.SPACE)) break;
    }
    if (at > start && at < end && body[at] === b.EQUALS) return at + 1;
    return this.#fail(start, 'bad-line', () => {
      const found = b.quoted(body, start, b.trimEnd(body, start, at));
      return `found ${found}, expected a field as name=value`;
    });
  }

  #value(series: Series, field: KnownField, start: number): number {
    const { body } = this.#run;
    const end = body.length;
    const first = start < end ? body[start] : b.LF;
    const { target } = field;
    if (first === b.QUOTE) return this.#string(series, field, start);
    if ((first < b.ZERO || first > b.NINE) && first !== b.MINUS && first !== b.DOT)
      return this.#boolean(series, field, start);
    const at = this.#numbers.read(body, start, end);
    if (at === -1) return this.#failValue(field, start, this.#numbers.fault);
    if (!b.endsValue(body, at)) return this.#failValue(field, start, 'a number');
    if (target === undefined) return at;
    return this.#taken(this.#row.takeNumber(series, target, this.#numbers.value[0], start), at);
  }

  #boolean(series: Series, field: KnownField, start: number): number {
    const { body } = this.#run;
    const at = b.endOfToken(body, start);
    const found = BOOLEANS.get(body.toString('latin1', start, at));
    if (found === undefined)
      return this.#failValue(field, start, 'a number, true, false or a string in double quotes');
    if (field.target === undefined) return at;
    return this.#taken(this.#row.take(series, field.target, found, start), at);
  }

  #string(series: Series, field: KnownField, start: number): number {
    const { body } = this.#run;
    const closing = closingQuote(body, start, body.length);
    if (closing === -1) {
      return this.#fail(
        start,
        'bad-line',
        () => `${field.name}: found a string without its closing quote`,
        start - 1,
      );
    }
    const at = closing + 1;
    if (!b.endsValue(body, at)) {
      const after = () => b.quoted(body, at, b.endOfToken(body, at));
      return this.#fail(
        at,
        'bad-line',
        () => `${field.name}: found ${after()} after a string, expected a comma or a space`,
      );
    }
    if (field.target === undefined) return at;
    const found = b.unescapeName(body.toString('utf8', start + 1, closing), b.STRING_SPECIAL);
    return this.#taken(this.#row.take(series, field.target, found, start), at);
  }

  #taken(fault: LineFault | undefined, at: number): number {
    if (fault === undefined) return at;
    this.#resume = at;
    this.#fault = fault;
    return -1;
  }

  #skipSpaces(start: number): number {
    const { body } = this.#run;
    let at = start;
    while (body[at] === b.SPACE) at++;
    return at;
  }

  #failValue(field: KnownField, at: number, expected: string): number {
    const { body } = this.#run;
    const found = () => b.quoted(body, at, b.endOfToken(body, at));
    return this.#fail(at, 'bad-line', () => `${field.name}: found ${found()}, expected ${expected}`);
  }

  #failTime(at: number): number {
    const { body } = this.#run;
    const found = () => b.quoted(body, at, b.trimEnd(body, at, b.endOfLine(body, at)));
    const expected = this.#times.isTooLarge ? 'one from -2^63 to 2^63-1' : 'an integer, and nothing after it';
    return this.#fail(at, 'bad-line', () => `timestamp: found ${found()}, expected ${expected}`);
  }

  #fail(at: number, code: ProblemCode, describe: () => string, resume = at): -1 {
    this.#fault = { at, code, describe };
    this.#resume = resume;
    return -1;
  }

  /** Notes the refused line. Returns the offset of its end. */
  #refuse(): number {
    const { body, batch } = this.#run;
    const fault = this.#fault as LineFault;
    this.#row.drop();
    batch.refusals.add(fault.code, () => ({ ...placeOf(this.#run, fault.at), message: fault.describe() }));
    return skipFields(body, this.#resume);
  }
}
