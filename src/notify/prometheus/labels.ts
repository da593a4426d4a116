import fnv1a from '@sindresorhus/fnv1a';
import { labelsOf, type Message } from '../contract.js';
import { cut } from '../http/index.js';

type AlertNews = Message['alerts'][number];
export type Labels = Readonly<Record<string, string>>;

const VALUE_LENGTH = 1024;

/**
 * The labels that name an alert to Alertmanager: those by which Headroom's own routes see it. None is a number that changes,
 * which would make another alert each time.
 */
export function alertLabels(news: AlertNews): Labels {
  return wireLabels(labelsOf(news));
}

/**
 * Labels as Prometheus writes them: names of `[a-zA-Z_][a-zA-Z0-9_]*`, no empty values, sorted. Names that become the same
 * get `_2`, `_3`.
 */
export function wireLabels(own: Labels): Labels {
  const labels = new Map<string, string>();
  // Names that need no change come first, so that no other can take them.
  const names = Object.keys(own).sort(
    (a, b) => Number(a !== nameOf(a)) - Number(b !== nameOf(b)) || order(a, b),
  );
  for (const name of names) {
    const value = cut(own[name].replaceAll('\0', ' '), VALUE_LENGTH);
    if (value === '') continue;
    const wanted = nameOf(name);
    let free = wanted;
    for (let count = 2; labels.has(free); count++) free = `${wanted}_${count}`;
    labels.set(free, value);
  }
  return Object.fromEntries([...labels].sort(([a], [b]) => order(a, b)));
}

function nameOf(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The fingerprint that Alertmanager gives a label set, 16 hex digits: FNV-1a of 64 bits over the sorted names and values with a
 * byte 255 after each (prometheus/common `model/signature.go`).
 */
export function fingerprintOf(labels: Labels): string {
  const parts = Object.keys(labels)
    .sort(order)
    .flatMap((name) => [Buffer.from(name), SEPARATOR, Buffer.from(labels[name]), SEPARATOR]);
  return fnv1a(Buffer.concat(parts), { size: 64 }).toString(16).padStart(16, '0');
}

const SEPARATOR = Buffer.of(255);

/** What all of several maps have in common. */
export function commonOf(maps: readonly Labels[]): Labels {
  const [first, ...others] = maps;
  const shared = Object.entries(first).filter(([name, value]) => others.every((map) => map[name] === value));
  return Object.fromEntries(shared);
}
