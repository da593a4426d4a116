import { Problem, type ProblemCode } from '../../../problem.js';
import type { Batch } from '../../intake.js';
import type { SeriesDesk, SignalSeries } from '../../series/index.js';
import { viewOf } from '../../view.js';
import { WIRE, WireReader } from '../../wire-reader.js';
import { HistogramReader } from './histogram.js';
import { readLabels } from './labels.js';
import { LabelRefs } from './refs.js';
import {
  faulty,
  type HistogramSeries,
  type KnownSeries,
  NO_KEY,
  type RawLabels,
  SeriesBook,
  tagsOf,
} from './series.js';
import { CounterStarts } from './starts.js';
import { Symbols } from './symbols.js';
import { UsualSample } from './usual-sample.js';

export type RemoteWriteVersion = 1 | 2;

/** How much of a body was taken in: what carries no signal is judged and left, and counts as taken. */
export interface Written {
  samples: number;
  histograms: number;
  exemplars: number;
}

/** Numbers of the fields in which the two versions differ. */
const FIELDS = {
  1: { symbols: -1, timeseries: 1, labels: 1, samples: 2, exemplars: 3, histograms: 4 },
  2: { symbols: 4, timeseries: 5, labels: 1, samples: 2, exemplars: 4, histograms: 3 },
} as const;

const SAMPLE = { value: 1, time: 2, start: 3 } as const;

/**
 * Reads remote write 1.0 and 2.0. A series is recognised by the bytes of its labels (1.0) or by what its symbols are
 * (2.0), first of all as the one that followed last time, so that a sample of a known series allocates nothing.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec/ and .../remote_write_spec_2_0/
 */
export class RemoteWriteReader {
  readonly #desk: SeriesDesk;
  readonly #reader = new WireReader();
  readonly #usual = new UsualSample();
  readonly #histogram = new HistogramReader();
  readonly #symbols = new Symbols();
  readonly #refs = new LabelRefs(this.#symbols);
  readonly #starts: CounterStarts;
  #books: Readonly<Record<RemoteWriteVersion, SeriesBook>>;
  #body: Buffer = Buffer.alloc(0);
  #text: DataView = new DataView(new ArrayBuffer(0));
  #batch!: Batch;
  #version: RemoteWriteVersion = 1;
  #written: Written = { samples: 0, histograms: 0, exemplars: 0 };
  /** Number of the series in the body, and of the sample in its series. */
  #series = 0;
  #sample = 0;
  /** Where the message of the series at hand begins and ends. */
  #start = 0;
  #end = 0;

  constructor(desk: SeriesDesk) {
    this.#desk = desk;
    this.#starts = new CounterStarts(desk);
    this.#books = { 1: new SeriesBook(desk), 2: new SeriesBook(desk) };
  }

  /** How many series are kept in mind. */
  get knownSeries(): number {
    return this.#books[1].size + this.#books[2].size;
  }

  /** Reads a body whole; it is not looked at afterwards. @throws Problem bad-protobuf; nothing of it is to be kept then */
  read(body: Buffer, version: RemoteWriteVersion, batch: Batch): Written {
    this.#body = body;
    this.#text = viewOf(body);
    this.#reader.open(body);
    this.#batch = batch;
    this.#version = version;
    this.#written = { samples: 0, histograms: 0, exemplars: 0 };
    this.#series = 0;
    if (version === 2) {
      if (this.#symbols.begin()) this.#books = { 1: this.#books[1], 2: new SeriesBook(this.#desk) };
      this.#readSymbols();
    }
    this.#books[version].begin();
    this.#desk.begin();
    try {
      this.#readSeries(FIELDS[version].timeseries);
    } finally {
      this.#desk.end(batch);
      this.#body = EMPTY;
    }
    return this.#written;
  }

  /** All of them first: protobuf does not promise that they come before the series. */
  #readSymbols(): void {
    const reader = this.#reader;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field !== FIELDS[2].symbols || reader.type !== WIRE.bytes) {
        reader.skip();
        continue;
      }
      const length = reader.length();
      this.#symbols.add(reader.at, reader.at + length);
      reader.at += length;
    }
    reader.open(this.#body);
  }

  #readSeries(timeseries: number): void {
    const reader = this.#reader;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field !== timeseries) {
        reader.skip();
        continue;
      }
      reader.expect(WIRE.bytes, 'timeseries');
      const outer = reader.enter();
      this.#start = reader.at;
      this.#end = reader.end;
      this.#sample = 0;
      this.#readSamples(this.#version === 1 ? this.#identifyByBytes() : this.#identifyByRefs());
      reader.leave(outer);
      this.#series++;
    }
  }

  /** The labels stand first, one after the other, as everybody writes them; else they are gathered each time. */
  #identifyByBytes(): KnownSeries {
    const reader = this.#reader;
    const text = this.#text;
    const book = this.#books[1];
    const { guess } = book;
    const start = this.#start;
    const end = this.#end;
    if (guess !== -1) {
      const after = start + guess;
      const isWhole = after === end || (after < end && text.getUint8(after) !== LABELS_KEY);
      const followed = isWhole ? book.follow(text, start) : undefined;
      if (followed !== undefined) {
        reader.at = after;
        return followed;
      }
    }
    while (reader.at < end && text.getUint8(reader.at) === LABELS_KEY) {
      reader.next();
      reader.skip();
    }
    const labelsEnd = reader.at;
    if (this.#hasLabelsLater()) {
      const series = book.make(NO_KEY, this.#labels());
      reader.at = start;
      return series;
    }
    const known = book.find(text, start, labelsEnd) ?? book.add(text, start, labelsEnd, this.#labels());
    reader.at = labelsEnd;
    return known;
  }

  #hasLabelsLater(): boolean {
    const reader = this.#reader;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === FIELDS[1].labels) return true;
      reader.skip();
    }
    return false;
  }

  /** All labels of the series at hand. Leaves the reader at its end. */
  #labels(): RawLabels {
    const reader = this.#reader;
    if (this.#version === 2) return this.#refs.labels(this.#body);
    reader.at = this.#start;
    return readLabels(reader, this.#body);
  }

  #identifyByRefs(): KnownSeries {
    const refs = this.#refs;
    refs.read(this.#reader, this.#text);
    this.#reader.at = this.#start;
    const { fault } = refs;
    if (fault !== undefined) return faulty(fault);
    const book = this.#books[2];
    return book.find(refs.key, 0, refs.keyLength) ?? book.add(refs.key, 0, refs.keyLength, this.#labels());
  }

  #readSamples(series: KnownSeries): void {
    const reader = this.#reader;
    const { labels, samples, histograms, exemplars } = FIELDS[this.#version];
    const { fault } = series;
    this.#readUsualSamples(series);
    let histogramCount = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === samples) {
        reader.expect(WIRE.bytes, 'samples');
        const outer = reader.enter();
        this.#readSample(series, fault ?? (histogramCount > 0 ? MIXED : undefined));
        reader.leave(outer);
      } else if (field === histograms) {
        reader.expect(WIRE.bytes, 'histograms');
        const outer = reader.enter();
        this.#readHistogram(series, fault ?? (this.#sample > 0 ? MIXED : undefined));
        reader.leave(outer);
        histogramCount++;
      } else if (field === labels && this.#version === 1 && series.key.length > 0) {
        throw new Problem('bad-protobuf', `byte ${reader.at}: found labels behind the samples of a series`);
      } else {
        reader.skip();
        if (field === exemplars && fault === undefined) this.#written.exemplars++;
      }
    }
    if (fault !== undefined && this.#sample + histogramCount === 0) this.#refuseFor(fault);
  }

  /** Reads on while samples of the usual form follow. */
  #readUsualSamples(series: KnownSeries): void {
    const reader = this.#reader;
    const usual = this.#usual;
    for (;;) {
      const after = usual.read(this.#text, reader.at, reader.end);
      if (after === -1) return;
      reader.at = after;
      this.#takeSample(series, series.fault, usual.valueAt, usual.time, 0);
    }
  }

  #readSample(series: KnownSeries, fault: string | undefined): void {
    const reader = this.#reader;
    let valueAt = -1;
    let time = 0;
    let start = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === SAMPLE.value) {
        reader.expect(WIRE.fixed64, 'value');
        valueAt = reader.at;
        reader.skip();
      } else if (field === SAMPLE.time) {
        reader.expect(WIRE.varint, 'timestamp');
        time = reader.int();
      } else if (field === SAMPLE.start && this.#version === 2 && reader.type === WIRE.varint) {
        start = reader.int();
      } else reader.skip();
    }
    this.#takeSample(series, fault, valueAt, time, start);
  }

  /** `valueAt` is where the value stands; -1 where it is left out since it is 0. */
  #takeSample(
    series: KnownSeries,
    fault: string | undefined,
    valueAt: number,
    time: number,
    start: number,
  ): void {
    const index = this.#sample++;
    if (fault !== undefined) {
      this.#refuseFor(fault);
      return;
    }
    const { signal } = series;
    const value = valueAt === -1 ? 0 : this.#text.getFloat64(valueAt, true);
    // A NaN that says "ended" is no value, nor is any other.
    if (signal === undefined || Number.isNaN(value)) {
      if (signal && isStale(this.#text, valueAt)) this.#desk.stop(signal);
      this.#batch.ignored++;
      this.#written.samples++;
      return;
    }
    const wrong = this.#desk.put(this.#batch, signal, time, value);
    if (wrong) {
      this.#refuse(wrong.code, `.samples[${index}]`, wrong.describe);
      return;
    }
    this.#written.samples++;
    if (start !== 0 && signal.uses.some(({ target }) => target.kind === 'counter')) {
      series.start = this.#starts.take(this.#batch, series.start, signal, start, time);
    }
  }

  #readHistogram(series: KnownSeries, fault: string | undefined): void {
    const histogram = this.#histogram;
    histogram.read(this.#reader);
    const wrong = fault ?? histogram.fault;
    if (wrong !== undefined) {
      this.#refuse('bad-sample', '.histograms', () => wrong);
      return;
    }
    series.histogram ??= this.#openHistogram();
    const { count, sum } = series.histogram;
    // A sum that is NaN ends the series, or says nothing.
    const isEnded = Number.isNaN(histogram.sum);
    if (isEnded || (!count && !sum)) this.#batch.ignored++;
    else {
      const refused =
        (count && this.#desk.put(this.#batch, count, histogram.time, histogram.count)) ??
        (sum && this.#desk.put(this.#batch, sum, histogram.time, histogram.sum));
      if (refused) {
        this.#refuse(refused.code, '.histograms', refused.describe);
        return;
      }
    }
    this.#written.histograms++;
  }

  /** What `_count` and `_sum` of a classic histogram are. */
  #openHistogram(): HistogramSeries {
    const reader = this.#reader;
    const { at, end } = reader;
    reader.end = this.#end;
    const tags = tagsOf(this.#labels());
    reader.at = at;
    reader.end = end;
    if (typeof tags === 'string') return { count: undefined, sum: undefined };
    const open = (ending: string): SignalSeries | undefined =>
      this.#desk.open({ name: `${tags.get('__name__')}${ending}`, labels: tags });
    return { count: open('_count'), sum: open('_sum') };
  }

  #refuseFor(fault: string): void {
    this.#refuse('bad-sample', '', () => fault);
  }

  #refuse(code: ProblemCode, where: string, describe: () => string): void {
    const path = `timeseries[${this.#series}]${where}`;
    this.#batch.refusals.add(code, () => ({ path, message: describe() }));
  }
}

/** Key of the field `labels` of version 1: its number and wire type. */
const LABELS_KEY = (FIELDS[1].labels << 3) | WIRE.bytes;
const EMPTY = Buffer.alloc(0);
const MIXED = 'found samples and histograms in one series, expected one of them';

/** Whether the bits are those by which Prometheus says that a series has ended. */
function isStale(text: DataView, at: number): boolean {
  return text.getUint32(at + 4, true) === 0x7ff00000 && text.getUint32(at, true) === 2;
}
