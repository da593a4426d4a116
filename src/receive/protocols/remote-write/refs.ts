import { WIRE, type WireReader } from '../../wire-reader.js';
import type { RawLabels } from './series.js';
import type { Symbols } from './symbols.js';

const LABELS_REFS = 1;
const ODD = 'found an odd number of labels_refs, expected pairs of name and value';

/** The labels of one series of remote write 2.0: pairs of symbols, and the bytes that stand for them from body to body. */
export class LabelRefs {
  readonly #symbols: Symbols;
  #refs = new Int32Array(64);
  #ids = new Int32Array(64);
  #count = 0;
  /** Which stands for the labels, up to `keyLength`. */
  key: DataView = new DataView(this.#ids.buffer);

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  get keyLength(): number {
    return this.#count * 4;
  }

  /** Reads the labels of the series message that the reader has entered. They come packed or one by one. @throws Problem bad-protobuf */
  read(reader: WireReader, text: DataView): void {
    this.#count = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field !== LABELS_REFS) reader.skip();
      else if (reader.type === WIRE.varint) this.#add(reader.uint(), text);
      else {
        reader.expect(WIRE.bytes, 'labels_refs');
        const outer = reader.enter();
        while (reader.at < reader.end) this.#add(reader.uint(), text);
        reader.leave(outer);
      }
    }
  }

  /** What is wrong with the references; undefined where they are pairs of symbols. */
  get fault(): string | undefined {
    if (this.#count % 2 === 1) return ODD;
    const missing = this.#ids.subarray(0, this.#count).indexOf(0);
    if (missing === -1) return undefined;
    return `found symbol ${this.#refs[missing]}, expected one of the ${this.#symbols.count} that are there`;
  }

  labels(body: Buffer): RawLabels {
    const labels: [Buffer, Buffer][] = [];
    for (let i = 0; i + 1 < this.#count; i += 2) {
      labels.push([
        this.#symbols.bytesOf(this.#refs[i], body),
        this.#symbols.bytesOf(this.#refs[i + 1], body),
      ]);
    }
    return labels;
  }

  #add(ref: number, text: DataView): void {
    if (this.#count === this.#refs.length) {
      const [refs, ids] = [this.#refs, this.#ids];
      this.#refs = new Int32Array(refs.length * 2);
      this.#refs.set(refs);
      this.#ids = new Int32Array(ids.length * 2);
      this.#ids.set(ids);
      this.key = new DataView(this.#ids.buffer);
    }
    this.#ids[this.#count] = this.#symbols.idOf(ref, text);
    this.#refs[this.#count++] = ref;
  }
}
