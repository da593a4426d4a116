import { WIRE, type WireReader } from '../../wire-reader.js';
import { isCounted, KIND, type Point } from './point.js';

/** Field numbers of a point, as in metrics.proto. */
const NUMBER = { start: 2, time: 3, double: 4, int: 6, attributes: 7, flags: 8 } as const;
const COUNTED = { start: 2, time: 3, count: 4, sum: 5 } as const;
/** Attributes and flags of those with a count, by kind. */
const COUNTED_BY_KIND: Readonly<Record<number, { readonly attributes: number; readonly flags: number }>> = {
  [KIND.histogram]: { attributes: 9, flags: 10 },
  [KIND.exponentialHistogram]: { attributes: 1, flags: 10 },
  [KIND.summary]: { attributes: 7, flags: 8 },
};

/** Bytes of a body, from inclusive, to exclusive. */
export interface Span {
  from: number;
  to: number;
}

/** The field number of a point's attributes. */
export function attributesField(kind: number): number {
  return isCounted(kind) ? COUNTED_BY_KIND[kind].attributes : NUMBER.attributes;
}

/** Reads the message of one data point, its attributes as the bytes that they are. */
export class PointReader {
  readonly #reader: WireReader;
  /** Where the attributes of the last point stand, in what `read` returned. */
  readonly attributes: Span = { from: 0, to: 0 };
  #body: Buffer = Buffer.alloc(0);

  constructor(reader: WireReader) {
    this.#reader = reader;
  }

  /** Fills the point up to the reader's end. Returns what holds its attributes: the body, unless they were scattered. */
  read(body: Buffer, kind: number, point: Point): Buffer {
    this.#body = body;
    this.attributes.from = 0;
    this.attributes.to = 0;
    point.clear();
    return (isCounted(kind) ? this.#readCounted(kind, point) : this.#readNumber(point)) ?? body;
  }

  #readNumber(point: Point): Buffer | undefined {
    const reader = this.#reader;
    let scattered: Buffer | undefined;
    for (
      let start = reader.at, field = reader.next();
      field !== 0;
      start = reader.at, field = reader.next()
    ) {
      const { type } = reader;
      if (field === NUMBER.start && type === WIRE.fixed64) point.start = reader.fixed64();
      else if (field === NUMBER.time && type === WIRE.fixed64) point.time = reader.fixed64();
      else if (field === NUMBER.double && type === WIRE.fixed64) {
        point.value = reader.double();
        point.hasValue = true;
      } else if (field === NUMBER.int && type === WIRE.fixed64) {
        point.value = reader.sfixed64();
        point.hasValue = true;
      } else if (field === NUMBER.attributes) scattered = this.#takeAttribute(start, scattered);
      else if (field === NUMBER.flags && type === WIRE.varint) point.flags = reader.uint();
      else reader.skip();
    }
    return scattered;
  }

  #readCounted(kind: number, point: Point): Buffer | undefined {
    const reader = this.#reader;
    const numbers = COUNTED_BY_KIND[kind];
    // A count of zero is left out by proto3.
    point.value = 0;
    point.hasValue = true;
    // The sum of a summary is no optional field: left out it is zero.
    point.hasSum = kind === KIND.summary;
    if (point.hasSum) point.sum = 0;
    let scattered: Buffer | undefined;
    for (
      let start = reader.at, field = reader.next();
      field !== 0;
      start = reader.at, field = reader.next()
    ) {
      const { type } = reader;
      if (field === numbers.attributes) scattered = this.#takeAttribute(start, scattered);
      else if (field === COUNTED.start && type === WIRE.fixed64) point.start = reader.fixed64();
      else if (field === COUNTED.time && type === WIRE.fixed64) point.time = reader.fixed64();
      else if (field === COUNTED.count && type === WIRE.fixed64) point.value = reader.fixed64();
      else if (field === COUNTED.sum && type === WIRE.fixed64) {
        point.sum = reader.double();
        point.hasSum = true;
      } else if (field === numbers.flags && type === WIRE.varint) point.flags = reader.uint();
      else reader.skip();
    }
    return scattered;
  }

  /** Widens the span of the point's attributes. Those that do not stand together are put together in a buffer. */
  #takeAttribute(start: number, scattered: Buffer | undefined): Buffer | undefined {
    const reader = this.#reader;
    const { from, to } = this.attributes;
    reader.expect(WIRE.bytes, 'attributes');
    reader.skip();
    if (scattered || (to !== 0 && to !== start)) {
      const before = scattered ?? this.#body.subarray(from, to);
      const all = Buffer.concat([before, this.#body.subarray(start, reader.at)]);
      this.attributes.from = 0;
      this.attributes.to = all.length;
      return all;
    }
    if (to === 0) this.attributes.from = start;
    this.attributes.to = reader.at;
    return undefined;
  }
}
