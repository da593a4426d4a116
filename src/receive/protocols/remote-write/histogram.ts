import { WIRE, type WireReader } from '../../wire-reader.js';

const FIELD = {
  countInt: 1,
  countFloat: 2,
  sum: 3,
  zeroInt: 6,
  negativeDeltas: 9,
  negativeCounts: 10,
  zeroFloat: 7,
  positiveDeltas: 12,
  positiveCounts: 13,
  timestamp: 15,
} as const;

/**
 * A native histogram, of either version of remote write: what of it may be a signal (how many, how much in all), and
 * what tells whether it is sound. Its buckets are counted and left.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/
 */
export class HistogramReader {
  count = 0;
  sum = 0;
  /** Unix ms. */
  time = 0;
  #buckets = 0;
  #isFloat = false;
  #isNegative = false;

  /** Reads the message that the reader has entered. @throws Problem bad-protobuf */
  read(reader: WireReader): void {
    this.count = 0;
    this.sum = 0;
    this.time = 0;
    this.#buckets = 0;
    this.#isFloat = false;
    this.#isNegative = false;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === FIELD.countInt && reader.type === WIRE.varint) this.count = reader.uint();
      else if (field === FIELD.zeroInt && reader.type === WIRE.varint) this.#add(reader.uint());
      else if (field === FIELD.countFloat && reader.type === WIRE.fixed64) this.#float(reader.double());
      else if (field === FIELD.zeroFloat && reader.type === WIRE.fixed64) this.#add(reader.double());
      else if (field === FIELD.sum && reader.type === WIRE.fixed64) this.sum = reader.double();
      else if (field === FIELD.timestamp && reader.type === WIRE.varint) this.time = reader.int();
      else if (reader.type === WIRE.bytes && isDeltas(field)) this.#deltas(reader);
      else if (reader.type === WIRE.bytes && isCounts(field)) this.#counts(reader);
      else reader.skip();
    }
  }

  /** What makes it no histogram; undefined where it is one. */
  get fault(): string | undefined {
    if (this.#isNegative) return 'found a bucket of less than nothing';
    // Observations that are NaN are counted and are in no bucket.
    const mayBeMore = Number.isNaN(this.sum) || this.#isFloat;
    if (mayBeMore ? this.#buckets <= this.count * (1 + 1e-9) : this.#buckets === this.count) return undefined;
    return `found ${this.#buckets} observations in the buckets, expected the ${this.count} that are counted`;
  }

  #float(count: number): void {
    this.count = count;
    this.#isFloat = true;
  }

  #add(observations: number): void {
    if (observations < 0) this.#isNegative = true;
    this.#buckets += observations;
  }

  /** Each bucket as its difference from the one before, zigzag. */
  #deltas(reader: WireReader): void {
    const outer = reader.enter();
    let bucket = 0;
    while (reader.at < reader.end) {
      const zigzag = reader.uint();
      bucket += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      this.#add(bucket);
    }
    reader.leave(outer);
  }

  #counts(reader: WireReader): void {
    const outer = reader.enter();
    while (reader.at < reader.end) this.#add(reader.double());
    reader.leave(outer);
  }
}

function isDeltas(field: number): boolean {
  return field === FIELD.negativeDeltas || field === FIELD.positiveDeltas;
}

function isCounts(field: number): boolean {
  return field === FIELD.negativeCounts || field === FIELD.positiveCounts;
}
