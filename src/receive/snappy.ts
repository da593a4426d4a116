import { Problem } from '../problem.js';
import { viewOf } from './view.js';

/** A copy of three bytes gives 64 at most, so no body grows by more than this. */
const MOST_GROWTH = 22;

/** Buffers above this size are not kept for the next body. */
const KEPT_BYTES = 4 * 2 ** 20;

/** Literals from here on are copied by the runtime; below, the call costs more than the bytes. */
const LONG = 64;

/** Runs are copied by words, so that up to so many bytes are written behind them. */
const SLACK = 3;

/**
 * Decodes snappy's block format into a buffer that is used again: what it gives is valid until the next call.
 *
 * Source of the format: https://github.com/google/snappy/blob/main/format_description.txt
 */
export class SnappyDecoder {
  #kept: Buffer = Buffer.alloc(SLACK);

  /** @throws Problem bad-snappy; too-large where the header announces more than `maxBytes` */
  decode(input: Buffer, maxBytes: number): Buffer {
    let length = 0;
    let at = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= input.length || shift > 28) throw fault(0, 'no length');
      const byte = input[at++];
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (length > maxBytes) {
      throw new Problem(
        'too-large',
        `found ${length} bytes after decompression, expected at most ${maxBytes}`,
        {
          cure: 'Send smaller batches, or raise limits.decompressedBytes in the configuration.',
        },
      );
    }
    if (length > input.length * MOST_GROWTH) {
      throw fault(0, `the length ${length}, which ${input.length} bytes cannot give`);
    }
    const output = this.#bufferOf(length);
    expand(input, at, output, length);
    return output.subarray(0, length);
  }

  #bufferOf(length: number): Buffer {
    if (length + SLACK <= this.#kept.length) return this.#kept;
    const made = Buffer.allocUnsafeSlow(Math.max(length + SLACK, 65_536));
    if (made.length <= KEPT_BYTES) this.#kept = made;
    return made;
  }
}

/** `output` has room for `length` and SLACK bytes. */
function expand(input: Buffer, from: number, output: Buffer, length: number): void {
  const source = viewOf(input);
  const target = viewOf(output);
  const end = input.length;
  let at = from;
  let to = 0;
  while (at < end) {
    const start = at;
    const tag = input[at++];
    let run = (tag >>> 2) + 1;
    if ((tag & 3) === 0) {
      if (run > 60) {
        const bytes = run - 60;
        if (at + bytes > end) throw fault(start, 'the end within a literal');
        run = input.readUIntLE(at, bytes) + 1;
        at += bytes;
      }
      if (run > end - at) throw fault(start, `a literal of ${run} bytes where ${end - at} are left`);
      if (run > length - to) throw fault(start, `more than the ${length} bytes that the header announces`);
      if (run >= LONG) input.copy(output, to, at, at + run);
      else if (at + run + SLACK <= end) copyWords(source, at, target, to, run);
      else for (let i = 0; i < run; i++) output[to + i] = input[at + i];
      at += run;
      to += run;
      continue;
    }
    let offset: number;
    if ((tag & 3) === 1) {
      run = ((tag >>> 2) & 7) + 4;
      offset = at < end ? ((tag >>> 5) << 8) | input[at] : 0;
      at += 1;
    } else if ((tag & 3) === 2) {
      offset = at + 2 <= end ? input[at] | (input[at + 1] << 8) : 0;
      at += 2;
    } else {
      offset = at + 4 <= end ? input.readUInt32LE(at) : 0;
      at += 4;
    }
    if (at > end) throw fault(start, 'the end within a copy');
    if (offset === 0 || offset > to) throw fault(start, `a copy from ${offset} bytes before byte ${to}`);
    if (run > length - to) throw fault(start, `more than the ${length} bytes that the header announces`);
    // A run that overlaps itself repeats what it has just written: each word must be whole before it is read.
    if (offset >= 4) copyWords(target, to - offset, target, to, run);
    else for (let i = 0; i < run; i++) output[to + i] = output[to + i - offset];
    to += run;
  }
  if (to !== length) throw fault(end, `${to} bytes, expected the ${length} that the header announces`);
}

/** Copies so many bytes and up to SLACK more. */
function copyWords(source: DataView, from: number, target: DataView, to: number, length: number): void {
  for (let i = 0; i < length; i += 4) target.setInt32(to + i, source.getInt32(from + i, true), true);
}

function fault(offset: number, found: string): Problem {
  return new Problem('bad-snappy', `byte ${offset}: found ${found}`);
}
