import { isWrittenAt } from '../../pattern.js';
import type { KnownSeries } from './series.js';

const FIRST_SIZE = 1024;

/**
 * Which series came after which last time: agents send theirs in the same order. What is asked of each for that stands
 * side by side, so that following the order reads memory in one sweep.
 */
export class SeriesOrder {
  #series: KnownSeries[] = [];
  /** By number of the series: where its key stands, and the number of the one that came after it, or -1. */
  #words: Int32Array[] = [];
  #first = new Int32Array(FIRST_SIZE);
  #length = new Int32Array(FIRST_SIZE);
  #next = new Int32Array(FIRST_SIZE);
  #previous = -1;

  /** Begins a body: nothing came before its first series. */
  begin(): void {
    this.#previous = -1;
  }

  /** Length of the key that is likely the next; -1 where there is none. */
  get guess(): number {
    const next = this.#previous === -1 ? -1 : this.#next[this.#previous];
    return next === -1 ? -1 : this.#length[next];
  }

  /** The series of the guess, of which there is one, if its key stands at `from`; it is then the one before the next. */
  follow(text: DataView, from: number): KnownSeries | undefined {
    const next = this.#next[this.#previous];
    if (!isWrittenAt(this.#words[next], this.#first[next], this.#length[next], text, from)) return undefined;
    this.#previous = next;
    return this.#series[next];
  }

  /** Takes in a series that is new, with a number of its own. */
  add(series: KnownSeries): void {
    const number = this.#series.length;
    if (number === this.#next.length) this.#grow();
    series.number = number;
    this.#series.push(series);
    const { words, first, length } = series.key;
    this.#words.push(words);
    this.#first[number] = first;
    this.#length[number] = length;
    this.#next[number] = -1;
  }

  /** Says which series came now. */
  note({ number }: KnownSeries): void {
    if (this.#previous !== -1) this.#next[this.#previous] = number;
    this.#previous = number;
  }

  clear(): void {
    this.#series = [];
    this.#words = [];
    this.#previous = -1;
  }

  #grow(): void {
    [this.#first, this.#length, this.#next] = [this.#first, this.#length, this.#next].map((old) => {
      const grown = new Int32Array(old.length * 2);
      grown.set(old);
      return grown;
    });
  }
}
