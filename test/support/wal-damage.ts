import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Damage that a crash can leave behind the last whole entry of a write-ahead log; nothing acknowledged is touched. */
export const DAMAGES = ['torn', 'zeroed', 'flipped', 'garbage'] as const;
export type Damage = (typeof DAMAGES)[number];

const HEADER = 8;
const ENTRY_HEADER = 16;

/** Adds the damage to the end of the log; false when there is no log, or no entry in it to imitate. */
export function damageLog(path: string, damage: Damage, random: () => number): boolean {
  if (!existsSync(path)) return false;
  const log = readFileSync(path);
  const entry = lastEntry(log);
  if (!entry) return false;
  appendFileSync(path, tailOf(damage, entry, random));
  return true;
}

function tailOf(damage: Damage, entry: Buffer, random: () => number): Buffer {
  if (damage === 'zeroed') return Buffer.alloc(1 + Math.floor(random() * 8000));
  if (damage === 'garbage') return Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)));
  if (damage === 'torn') return entry.subarray(0, 1 + Math.floor(random() * (entry.length - 1)));
  const flipped = Buffer.from(entry);
  flipped[ENTRY_HEADER + Math.floor(random() * (entry.length - ENTRY_HEADER))] ^=
    1 << Math.floor(random() * 8);
  return flipped;
}

/** Whether the process was killed while it wrote an entry: the log ends within one. */
export function isTorn(path: string): boolean {
  if (!existsSync(path)) return false;
  const log = readFileSync(path);
  return entriesOf(log).end < log.length;
}

function lastEntry(log: Buffer): Buffer | undefined {
  return entriesOf(log).last;
}

/** The last whole entry and where it ends; DuckDB writes size and checksum, 64 bit each, before each. */
function entriesOf(log: Buffer): { readonly last: Buffer | undefined; readonly end: number } {
  let last: Buffer | undefined;
  let at = HEADER;
  while (at + ENTRY_HEADER < log.length) {
    const end = at + ENTRY_HEADER + Number(log.readBigUInt64LE(at));
    if (end > log.length) break;
    last = log.subarray(at, end);
    at = end;
  }
  return { last, end: at };
}
