/** Durations and byte sizes as people write them in rules, and as they want to read them. */

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `1h30m`, `1.5h`, `250ms` in milliseconds; undefined for anything else, a bare number included. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim();
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, , unit] of compact.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d|w)/g)) {
    total += Number(amount) * DURATION_MS[unit];
  }
  return Number.isFinite(total) ? total : undefined;
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** `512MiB`, `1.5 GB`, `100B` in bytes; undefined for anything else, a bare number included. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGT]?i?B)$/.exec(text.trim());
  if (!match) return undefined;
  const bytes = Number(match[1]) * (BYTE_UNITS[match[2]] ?? Number.NaN);
  return Number.isFinite(bytes) ? bytes : undefined;
}

/** `812 MiB`, `1.9 GiB`: three significant digits, binary units. Negative values keep their sign. */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  while (power < units.length - 1 && size >= 1000 * 1024 ** power) power++;
  const value = bytes / 1024 ** power;
  const digits = power === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${units[power]}`;
}

/** `45 s`, `12 min`, `1 h 50 min`, `3 d 4 h`: at most two units, for people. */
export function formatDuration(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 100) return `${sign}${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${sign}${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${sign}${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  const days = Math.floor(hours / 24);
  return `${sign}${days} d${hours % 24 ? ` ${hours % 24} h` : ''}`;
}

/** `1 node`, `2 nodes`. */
export function formatCount(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
