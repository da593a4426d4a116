/** What is kept under a run of bytes within its parent. */
export interface ByteEntry<Value> {
  /** Unique for as long as the cache lives; the parent of what is below it. */
  readonly id: number;
  readonly parent: number;
  readonly hash: number;
  /** The bytes, as latin1. */
  readonly key: string;
  readonly value: Value;
  /** Another entry with the same hash. */
  next: ByteEntry<Value> | undefined;
}

/**
 * Finds values by bytes of a body, without copying them and without making a string. Bounded: entries live in two
 * generations, and when the younger one is full the older one is dropped, so what is in use stays and what was seen
 * once goes.
 */
export class ByteCache<Value> {
  readonly #mostBytes: number;
  readonly #entryBytes: number;
  #young = new Map<number, ByteEntry<Value>>();
  #old = new Map<number, ByteEntry<Value>>();
  #bytes = 0;
  #lastId = 0;

  /** At most about twice `generationBytes` are held, where an entry takes `entryBytes` beside its key. */
  constructor(generationBytes: number, entryBytes: number) {
    this.#mostBytes = generationBytes;
    this.#entryBytes = entryBytes;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  find(parent: number, body: Uint8Array, from: number, to: number): ByteEntry<Value> | undefined {
    const hash = hashOf(parent, body, from, to);
    const found = findIn(this.#young.get(hash), parent, body, from, to);
    if (found) return found;
    const old = findIn(this.#old.get(hash), parent, body, from, to);
    // A copy, so that the chain of the older generation stays whole.
    return old && this.#put({ ...old });
  }

  /** Keeps a value that `find` did not find. */
  add(parent: number, body: Buffer, from: number, to: number, value: Value): ByteEntry<Value> {
    const hash = hashOf(parent, body, from, to);
    const key = body.toString('latin1', from, to);
    this.#lastId++;
    return this.#put({ id: this.#lastId, parent, hash, key, value, next: undefined });
  }

  #put(entry: ByteEntry<Value>): ByteEntry<Value> {
    const bytes = entry.key.length + this.#entryBytes;
    this.#bytes += bytes;
    if (this.#bytes > this.#mostBytes) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = bytes;
    }
    entry.next = this.#young.get(entry.hash);
    this.#young.set(entry.hash, entry);
    return entry;
  }
}

function findIn<Value>(
  first: ByteEntry<Value> | undefined,
  parent: number,
  body: Uint8Array,
  from: number,
  to: number,
): ByteEntry<Value> | undefined {
  const length = to - from;
  for (let entry = first; entry; entry = entry.next) {
    if (entry.parent !== parent || entry.key.length !== length) continue;
    const { key } = entry;
    let i = 0;
    while (i < length && key.charCodeAt(i) === body[from + i]) i++;
    if (i === length) return entry;
  }
  return undefined;
}

/**
 * FNV-1a over the bytes, 30 bits so that it is a small integer. Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
function hashOf(parent: number, body: Uint8Array, from: number, to: number): number {
  let hash = (0x811c9dc5 ^ parent) | 0;
  hash = Math.imul(hash ^ (parent >>> 8), 0x01000193);
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ body[i], 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
