import { Problem } from '../problem.js';
import { viewOf } from './view.js';

/** Wire types that are in use; 3 and 4 (groups) are gone since proto3 and are refused. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Reads protobuf's wire format from a body, without copying and without making objects: `next` moves to a field and
 * tells its number, then one of the readers takes its value, or `skip` leaves it. A message within is read by the same
 * reader up to an end that `enter` tells. What is malformed throws, with its offset.
 *
 * Source of the format: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  #body: Buffer = EMPTY;
  #view: DataView = viewOf(EMPTY);
  /** Offset of the next byte. */
  at = 0;
  /** Offset where the message that is being read ends. */
  end = 0;
  /** Wire type of the field that `next` moved to. */
  type = 0;

  open(body: Buffer): void {
    this.#body = body;
    this.#view = viewOf(body);
    this.at = 0;
    this.end = body.length;
  }

  /** Number of the next field of this message; 0 at its end. @throws Problem bad-protobuf */
  next(): number {
    if (this.at >= this.end) return 0;
    const start = this.at;
    const key = this.uint();
    this.type = key & 7;
    const field = key < 0x80 ? key >>> 3 : Math.floor(key / 8);
    if (field === 0 || field > 0x1fffffff) throw fault(start, `found field number ${field}`);
    return field;
  }

  /** A varint as a number; above 2^53 it loses its lowest bits. @throws Problem bad-protobuf */
  uint(): number {
    if (this.at >= this.end) throw fault(this.at, NO_NUMBER);
    // One byte nearly always: keys, and lengths of what is short.
    const byte = this.#body[this.at++];
    return byte < 0x80 ? byte : this.#longUint(byte & 0x7f);
  }

  /** The rest of a varint, from its second byte on. */
  #longUint(first: number): number {
    const start = this.at - 1;
    let low = first;
    let factor = 128;
    for (let length = 2; length <= 10; length++) {
      if (this.at >= this.end) throw fault(start, NO_NUMBER);
      const byte = this.#body[this.at++];
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return low;
      factor *= 128;
    }
    throw fault(start, 'found a number of more than ten bytes');
  }

  /** A varint of type int64 (two's complement). Exact up to 2^53 either way. @throws Problem bad-protobuf */
  int(): number {
    const start = this.at;
    let bits = 0n;
    if (this.end - start < 10 || this.#body[start + 9] === undefined || this.#body[start] < 0x80)
      return this.uint();
    for (let i = 0; i < 9; i++) if (this.#body[start + i] < 0x80) return this.uint();
    // Ten bytes: negative.
    for (let i = 0; i < 10; i++) bits |= BigInt(this.#body[start + i] & 0x7f) << BigInt(7 * i);
    if (this.#body[start + 9] >= 0x80) throw fault(start, 'found a number of more than ten bytes');
    this.at = start + 10;
    return Number(BigInt.asIntN(64, bits));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A fixed64 as a number; above 2^53 it loses its lowest bits. */
  fixed64(): number {
    const from = this.#take(8);
    return this.#view.getUint32(from + 4, true) * 2 ** 32 + this.#view.getUint32(from, true);
  }

  /** An sfixed64 as a number; beyond 2^53 either way it loses its lowest bits. */
  sfixed64(): number {
    const from = this.#take(8);
    return this.#view.getInt32(from + 4, true) * 2 ** 32 + this.#view.getUint32(from, true);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** Length of a string, of bytes or of a message, whose first byte is then at `at`. It is within this message. */
  length(): number {
    const start = this.at;
    const length = this.uint();
    if (length > this.end - this.at) {
      throw fault(start, `found a length of ${length} where ${this.end - this.at} bytes are left`);
    }
    return length;
  }

  string(): string {
    const length = this.length();
    const from = this.at;
    this.at += length;
    return this.#body.toString('utf8', from, this.at);
  }

  /** A view of the body, not a copy. */
  bytes(): Buffer {
    const length = this.length();
    this.at += length;
    return this.#body.subarray(this.at - length, this.at);
  }

  /**
   * Enters the message at hand: its fields come next, until `next` gives 0. Returns the end of the one around it, to be
   * given to `leave`.
   */
  enter(): number {
    const length = this.length();
    const outer = this.end;
    this.end = this.at + length;
    return outer;
  }

  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Leaves the value of the field at hand. @throws Problem bad-protobuf for a wire type that does not exist any more */
  skip(): void {
    if (this.type === WIRE.varint) this.uint();
    else if (this.type === WIRE.fixed64) this.#take(8);
    else if (this.type === WIRE.bytes) {
      // Not `at += length()`: that would read `at` before the length was passed.
      const length = this.length();
      this.at += length;
    } else if (this.type === WIRE.fixed32) this.#take(4);
    else throw fault(this.at, `found wire type ${this.type}`);
  }

  /** Refuses the field at hand unless it has the type that its number should have. @throws Problem bad-protobuf */
  expect(type: number, what: string): void {
    if (this.type !== type)
      throw fault(this.at, `found wire type ${this.type} for ${what}, expected ${type}`);
  }

  #take(length: number): number {
    const from = this.at;
    if (this.end - from < length) throw fault(from, 'found the end within a value');
    this.at = from + length;
    return from;
  }
}

const EMPTY = Buffer.alloc(0);
const NO_NUMBER = 'found the end within a number';

function fault(offset: number, found: string): Problem {
  return new Problem('bad-protobuf', `byte ${offset}: ${found}`);
}
