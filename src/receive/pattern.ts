/** Bytes that are looked for at many places, prepared so that four are compared at a time. */
export class Pattern {
  readonly length: number;
  readonly #words: Int32Array;
  /** The last four bytes, which may overlap the word before them; the whole when it is shorter. */
  readonly #last: number;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = Math.max(0, Math.ceil(bytes.length / 4) - 1);
    this.#words = Int32Array.from({ length: count }, (_, word) => view.getInt32(word * 4, true));
    this.#last = bytes.length >= 4 ? view.getInt32(bytes.length - 4, true) : shortWord(view, 0, bytes.length);
  }

  /** Whether these bytes stand at `at`. `text` ends where the body does. */
  isAt(text: DataView, at: number): boolean {
    const { length } = this;
    if (at + length > text.byteLength) return false;
    if (length < 4) return shortWord(text, at, length) === this.#last;
    if (text.getInt32(at + length - 4, true) !== this.#last) return false;
    const words = this.#words;
    for (let word = 0; word < words.length; word++) {
      if (text.getInt32(at + word * 4, true) !== words[word]) return false;
    }
    return true;
  }
}

/** Fewer than four bytes as a number. */
function shortWord(text: DataView, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word = (word << 8) | text.getUint8(at + i);
  return word;
}
