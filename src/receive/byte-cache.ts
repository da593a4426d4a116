import { randomInt } from 'node:crypto';
import { hashBytes } from './byte-table.js';
import { Pattern, PatternRoom } from './pattern.js';

/** What is kept under a run of bytes within its parent. */
export class ByteEntry<Value> {
  isYoung = true;
  /** Another entry with the same hash. */
  next: ByteEntry<Value> | undefined = undefined;
  /** What was found after this one the last time: senders keep their order, so it is likely the next. */
  follower: ByteEntry<Value> | undefined = undefined;

  constructor(
    /** Unique for as long as the cache lives; the parent of what is below it. */
    readonly id: number,
    readonly parent: number,
    readonly hash: number,
    readonly key: Pattern,
    readonly value: Value,
  ) {}
}

/**
 * Finds values by bytes of a body, without copying them and without making a string. Bounded: entries live in two
 * generations, and when the younger one is full the older one is dropped, so what is in use stays and what was seen
 * once goes.
 */
export class ByteCache<Value> {
  readonly #mostBytes: number;
  readonly #entryBytes: number;
  readonly #seed = randomInt(2 ** 31);
  /** Of the younger generation. */
  #room = new PatternRoom();
  #young = new Map<number, ByteEntry<Value>>();
  #old = new Map<number, ByteEntry<Value>>();
  #bytes = 0;
  #lastId = 0;
  #last: ByteEntry<Value> | undefined;

  /** At most about twice `generationBytes` are held, where an entry takes `entryBytes` beside its key. */
  constructor(generationBytes: number, entryBytes: number) {
    this.#mostBytes = generationBytes;
    this.#entryBytes = entryBytes;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  find(parent: number, text: DataView, from: number, to: number): ByteEntry<Value> | undefined {
    const likely = this.#last?.follower;
    if (likely?.isYoung && isThis(likely, parent, text, from, to)) {
      this.#last = likely;
      return likely;
    }
    const hash = this.#hashOf(parent, text, from, to);
    const found = findIn(this.#young.get(hash), parent, text, from, to);
    if (found) return this.#follow(found);
    const old = findIn(this.#old.get(hash), parent, text, from, to);
    if (!old) return undefined;
    // A copy, so that the chain of the older generation stays whole.
    const young = this.#put(new ByteEntry(old.id, parent, hash, old.key, old.value));
    old.key.move(this.#room);
    return this.#follow(young);
  }

  /** Keeps a value that `find` did not find. */
  add(parent: number, text: DataView, from: number, to: number, value: Value): ByteEntry<Value> {
    const hash = this.#hashOf(parent, text, from, to);
    const key = new Pattern(new Uint8Array(text.buffer, text.byteOffset + from, to - from));
    this.#lastId++;
    const entry = this.#put(new ByteEntry(this.#lastId, parent, hash, key, value));
    key.move(this.#room);
    return this.#follow(entry);
  }

  /** 30 bits, so that it is a small integer. */
  #hashOf(parent: number, text: DataView, from: number, to: number): number {
    return hashBytes(this.#seed ^ Math.imul(parent, 0x9e3779b1), text, from, to) & 0x3fffffff;
  }

  #follow(entry: ByteEntry<Value>): ByteEntry<Value> {
    if (this.#last) this.#last.follower = entry;
    this.#last = entry;
    return entry;
  }

  #put(entry: ByteEntry<Value>): ByteEntry<Value> {
    const bytes = entry.key.length + this.#entryBytes;
    this.#bytes += bytes;
    if (this.#bytes > this.#mostBytes) {
      this.#age();
      this.#bytes = bytes;
    }
    entry.next = this.#young.get(entry.hash);
    this.#young.set(entry.hash, entry);
    return entry;
  }

  /** The younger generation becomes the older one, of which nobody is to hold what was before. */
  #age(): void {
    for (const first of this.#young.values()) {
      for (let entry: ByteEntry<Value> | undefined = first; entry; entry = entry.next) {
        entry.isYoung = false;
        entry.follower = undefined;
      }
    }
    this.#last = undefined;
    this.#old = this.#young;
    this.#young = new Map();
    this.#room = new PatternRoom();
  }
}

function findIn<Value>(
  first: ByteEntry<Value> | undefined,
  parent: number,
  text: DataView,
  from: number,
  to: number,
): ByteEntry<Value> | undefined {
  for (let entry = first; entry; entry = entry.next) {
    if (isThis(entry, parent, text, from, to)) return entry;
  }
  return undefined;
}

function isThis(
  { parent: itsParent, key }: ByteEntry<unknown>,
  parent: number,
  text: DataView,
  from: number,
  to: number,
): boolean {
  return itsParent === parent && key.length === to - from && key.isAt(text, from);
}
