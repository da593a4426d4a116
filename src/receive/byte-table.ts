import { Pattern, PatternRoom } from './pattern.js';

const FIRST_SIZE = 1024;

/** Things by the bytes that stand for them: open addressing, so that looking up allocates nothing. */
export class ByteTable<T extends { readonly key: Pattern }> {
  #slots: (T | undefined)[] = new Array(FIRST_SIZE).fill(undefined);
  #hashes = new Int32Array(FIRST_SIZE);
  #room = new PatternRoom();
  /** How many there are, and how many bytes their keys have. */
  count = 0;
  bytes = 0;

  /** What stands for a thing that is to be added. */
  keyOf(bytes: Uint8Array): Pattern {
    return new Pattern(bytes, this.#room);
  }

  find(hash: number, text: DataView, from: number, to: number): T | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = this.#slots[slot];
      if (known === undefined) return undefined;
      if (this.#hashes[slot] === hash && known.key.length === to - from && known.key.isAt(text, from))
        return known;
    }
  }

  add(hash: number, thing: T): void {
    if (this.count * 2 >= this.#slots.length) this.#resize(this.#slots.length * 2, () => true);
    this.#put(hash, thing);
  }

  *things(): Iterable<T> {
    for (const thing of this.#slots) if (thing) yield thing;
  }

  /** Takes out all that `isKept` is not true of. */
  keep(isKept: (thing: T) => boolean): void {
    // Else the few that are kept would hold the room of all.
    const room = new PatternRoom();
    this.#room = room;
    this.#resize(this.#slots.length, (thing) => {
      if (!isKept(thing)) return false;
      thing.key.move(room);
      return true;
    });
  }

  clear(): void {
    this.#slots = new Array(FIRST_SIZE).fill(undefined);
    this.#hashes = new Int32Array(FIRST_SIZE);
    this.#room = new PatternRoom();
    this.count = 0;
    this.bytes = 0;
  }

  #put(hash: number, thing: T): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#slots[slot] = thing;
    this.#hashes[slot] = hash;
    this.count++;
    this.bytes += thing.key.length;
  }

  #resize(size: number, isKept: (thing: T) => boolean): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    this.#slots = new Array(size).fill(undefined);
    this.#hashes = new Int32Array(size);
    this.count = 0;
    this.bytes = 0;
    slots.forEach((thing, slot) => {
      if (thing && isKept(thing)) this.#put(hashes[slot], thing);
    });
  }
}

/** FNV-1a of four bytes at a time; seeded, so that nobody can choose keys that collide. */
export function hashBytes(seed: number, text: DataView, from: number, to: number): number {
  let hash = seed;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ text.getInt32(at, true), 16_777_619);
    hash ^= hash >>> 15;
  }
  for (; at < to; at++) hash = Math.imul(hash ^ text.getUint8(at), 16_777_619);
  return hash ^ (hash >>> 13);
}
