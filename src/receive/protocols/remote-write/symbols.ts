import { randomInt } from 'node:crypto';
import { ByteTable, hashBytes } from '../../byte-table.js';
import type { Pattern } from '../../pattern.js';

interface Symbol {
  readonly key: Pattern;
  readonly id: number;
}

const MAX_SYMBOLS = 262_144;
const MAX_BYTES = 64 * 2 ** 20;

/**
 * The symbols of a body of remote write 2.0, and the number of each that stays the same from body to body. Those that
 * no label refers to (texts of help) are never looked at.
 */
export class Symbols {
  readonly #table = new ByteTable<Symbol>();
  readonly #seed = randomInt(2 ** 31);
  #lastId = 0;
  /** Per symbol of the body: where it begins, where it ends, its number or 0. */
  #from = new Int32Array(1024);
  #to = new Int32Array(1024);
  #ids = new Int32Array(1024);
  count = 0;

  /** Begins a body. Returns whether all numbers were given up, so that keys made of them mean nothing any more. */
  begin(): boolean {
    this.count = 0;
    if (this.#table.count < MAX_SYMBOLS && this.#table.bytes < MAX_BYTES) return false;
    this.#table.clear();
    return true;
  }

  /** Notes the body's next symbol. */
  add(from: number, to: number): void {
    if (this.count === this.#from.length) {
      [this.#from, this.#to, this.#ids] = [this.#from, this.#to, this.#ids].map((old) => {
        const grown = new Int32Array(old.length * 2);
        grown.set(old);
        return grown;
      });
    }
    this.#from[this.count] = from;
    this.#to[this.count] = to;
    this.#ids[this.count] = 0;
    this.count++;
  }

  /** The number of a symbol; 0 for one that is not there. */
  idOf(ref: number, text: DataView): number {
    if (!(ref < this.count)) return 0;
    return this.#ids[ref] || this.#intern(ref, text);
  }

  bytesOf(ref: number, body: Buffer): Buffer {
    return body.subarray(this.#from[ref], this.#to[ref]);
  }

  #intern(ref: number, text: DataView): number {
    const from = this.#from[ref];
    const to = this.#to[ref];
    const hash = hashBytes(this.#seed, text, from, to);
    let symbol = this.#table.find(hash, text, from, to);
    if (!symbol) {
      // Never one that was used before: keys of old bodies must not come to mean something else.
      this.#lastId = this.#lastId === 0x7fffffff ? 1 : this.#lastId + 1;
      const key = this.#table.keyOf(new Uint8Array(text.buffer, text.byteOffset + from, to - from));
      symbol = { key, id: this.#lastId };
      this.#table.add(hash, symbol);
    }
    this.#ids[ref] = symbol.id;
    return symbol.id;
  }
}
