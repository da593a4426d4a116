import { viewOf } from './view.js';

/** Words of one piece of a room: 64 KiB. */
const PIECE_WORDS = 16_384;

/**
 * Where patterns keep their bytes, side by side in the order in which they were made: who then looks for them in that
 * order reads memory in one sweep, and one piece stands for thousands of arrays.
 */
export class PatternRoom {
  words = new Int32Array(0);
  #used = 0;

  /** Index in `words` where so many are free; they are taken then. */
  take(count: number): number {
    if (this.#used + count > this.words.length) {
      this.words = new Int32Array(Math.max(PIECE_WORDS, count));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += count;
    return at;
  }
}

/** Bytes that are looked for at many places, prepared so that four are compared at a time. */
export class Pattern {
  readonly length: number;
  /** Where its words stand: see `isWrittenAt`. Only `move` changes them. */
  words: Int32Array;
  first: number;

  constructor(bytes: Uint8Array, room?: PatternRoom) {
    const { length } = bytes;
    this.length = length;
    const count = wordsOf(length);
    this.first = room?.take(count) ?? 0;
    this.words = room?.words ?? new Int32Array(count);
    const view = viewOf(bytes);
    for (let word = 0; word < count - 1; word++)
      this.words[this.first + word] = view.getInt32(word * 4, true);
    this.words[this.first + count - 1] =
      length >= 4 ? view.getInt32(length - 4, true) : shortWord(view, 0, length);
  }

  /** Keeps the bytes in another room from now on. */
  move(room: PatternRoom): void {
    const count = wordsOf(this.length);
    const first = room.take(count);
    room.words.set(this.words.subarray(this.first, this.first + count), first);
    this.words = room.words;
    this.first = first;
  }

  /** Whether these bytes stand at `at`. */
  isAt(text: DataView, at: number): boolean {
    return isWrittenAt(this.words, this.first, this.length, text, at);
  }
}

/**
 * Whether so many bytes stand at `at` of a text that ends where the body does. They are by fours in `words` from `first` on;
 * the last four may overlap the word before them.
 */
export function isWrittenAt(
  words: Int32Array,
  first: number,
  length: number,
  text: DataView,
  at: number,
): boolean {
  if (at + length > text.byteLength) return false;
  let word = first;
  if (length < 4) return shortWord(text, at, length) === words[word];
  const last = at + length - 4;
  let from = at;
  for (; from < last; from += 4, word++) if (text.getInt32(from, true) !== words[word]) return false;
  return text.getInt32(last, true) === words[word];
}

function wordsOf(length: number): number {
  return Math.max(1, Math.ceil(length / 4));
}

/** Fewer than four bytes as a number. */
function shortWord(text: DataView, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word = (word << 8) | text.getUint8(at + i);
  return word;
}
