import { COLUMN, formatBytes, isNoLimit, type Signal } from '../telemetry/index.js';
import { ODDITIES, type Oddity, type OddityCode } from './oddity.js';
import type { ProcessTrend } from './process-trend.js';
import { findStretchOddities } from './stretches.js';

/** Message of each code that was found. */
export type Found = (code: OddityCode, message: string) => void;

/**
 * What is odd about a node's telemetry as it stands, at most one of each code. `at` is now, unix ms: a node that has
 * just appeared has one sample and is fine; where no more will come (a trace has ended), it is infinite.
 */
export function findOddities(process: ProcessTrend, at: number): Oddity[] {
  const messages = new Map<OddityCode, string>();
  const found: Found = (code, message) => {
    if (!messages.has(code)) messages.set(code, message);
  };
  findMissing(process, at, found);
  findUnits(process, found);
  findAboveLimits(process, found);
  findStretchOddities(process, found);
  findLives(process, found);
  leaveOutConsequences(messages);
  return (Object.keys(ODDITIES) as OddityCode[]).flatMap((code) => {
    const message = messages.get(code);
    return message === undefined ? [] : [{ code, message, cure: ODDITIES[code].cure }];
  });
}

/** One fault, one finding: memory that is not in bytes is small, and less than what it holds, for that reason. */
function leaveOutConsequences(messages: Map<OddityCode, string>): void {
  if (messages.has('changing-unit')) messages.delete('small-use');
  if (!messages.has('changing-unit') && !messages.has('small-use')) return;
  messages.delete('heap-above-rss');
  messages.delete('live-above-used');
}

/** A node that is younger than this has had no time to send all that it will. */
const YOUNG_MS = 2 * 60_000;

const USES = ['rss', 'heap_used', 'heap_after_gc'] as const satisfies Signal[];
const LIMITS = [
  ['rss', 'memory_limit'],
  ['heap_used', 'heap_limit'],
] as const satisfies (readonly [Signal, Signal])[];

function findMissing(process: ProcessTrend, at: number, found: Found): void {
  const of = reader(process);
  if (at - process.since < YOUNG_MS) return;
  const hasMemory = USES.some((signal) => of(signal) > 0);
  if (!hasMemory) {
    const zeros = USES.filter((signal) => of(signal) === 0);
    const what = zeros.length > 0 ? `${zeros.join(' and ')} 0 and nothing else` : 'neither rss nor heap';
    found('no-memory', `the node sends ${what}, so there is nothing to forecast`);
  }
  if (Number.isNaN(process.interval) && process.lives.length === 0) {
    found('one-sample', 'there is one sample only, and a trend needs many');
  }
  const none = LIMITS.filter(([, limit]) => isSaidNone(of(limit)));
  const usable = LIMITS.some(([use, limit]) => of(use) > 0 && !isNoLimit(of(limit)));
  if (none.length > 0) {
    const said = none.map(([, limit]) => `${limit} is ${noneAsSent(of(limit))}`).join(' and ');
    found('no-limit', `${said}, which says that there is none: no breach of it can be forecast`);
  } else if (hasMemory && !usable) {
    const uses = LIMITS.filter(([use]) => of(use) > 0);
    const missing = (uses.length > 0 ? uses : LIMITS).map(([, limit]) => limit).join(' and no ');
    found('no-limit', `there is no ${missing}, or what is sent says "none", so no breach can be forecast`);
  }
}

function isSaidNone(limit: number): boolean {
  return !Number.isNaN(limit) && isNoLimit(limit);
}

function noneAsSent(limit: number): string {
  if (limit < 2 ** 62) return String(limit);
  return limit > 0.99 * 2 ** 63 ? '2^63' : '2^62 or more';
}

const KIB = 1024;
const MIB = 1024 ** 2;
/** No process is so small: a page table alone is larger. */
const LEAST_USE = 64 * KIB;
/** No runtime with a heap fits into less, and no limit below it lets anything run. */
const LEAST_RUNTIME = MIB;
/** Between two sizes of one node; in use and its limit may be far apart, or a small process on a large machine. */
const FAR_APART = 500;
/** No machine has as much memory. */
const MOST_LIMIT = 2 ** 46;
/** What is so far above its limit is not killed late: the two are not in the same unit. */
const FAR_ABOVE = 20;

function findUnits(process: ProcessTrend, found: Found): void {
  const of = reader(process);
  const isManaged = of('heap_used') > 0 || of('heap_limit') > 0;
  const largest = Math.max(
    ...[...USES, 'memory_limit' as const].map(of).filter((bytes) => bytes < MOST_LIMIT),
  );
  for (const signal of USES) {
    const bytes = of(signal);
    // Of the live set little may be left, honestly, and 0 is "not measured yet".
    if (!(bytes > 0) || signal === 'heap_after_gc') continue;
    const isTiny = bytes < LEAST_USE;
    const isSmall = bytes < LEAST_RUNTIME && ((signal === 'rss' && isManaged) || largest > FAR_APART * bytes);
    if (isTiny || isSmall) {
      const beside = largest > FAR_APART * bytes ? ` beside ${formatBytes(largest)} of the same node` : '';
      found(
        'small-use',
        `${signal} is ${sized(bytes)}${beside}: is it in ${likelyUnit(bytes)} and not in bytes?`,
      );
    }
  }
  for (const [use, limit] of LIMITS) {
    const [used, most] = [of(use), of(limit)];
    if (isNoLimit(most)) continue;
    if (most < LEAST_RUNTIME || used > FAR_ABOVE * most) {
      const beside = used > most ? ` and ${use} is ${formatBytes(used)}` : '';
      const unit = likelyUnit(most, used);
      found(
        'wrong-limit-unit',
        `${limit} is ${sized(most)}${beside}: is the limit in ${unit} and not in bytes?`,
      );
    } else if (most > MOST_LIMIT) {
      found('wrong-limit-unit', `${limit} is ${formatBytes(most)}: was it multiplied by 1024 twice?`);
    }
  }
}

/** The unit in which a number makes sense as memory: one that reaches what is known to be in use, else 1 MiB. */
function likelyUnit(value: number, used = Number.NaN): string {
  const least = used > MIB ? used / 1.1 : MIB;
  if (value * KIB >= least) return 'KiB';
  return value * MIB >= least ? 'MiB' : 'GiB';
}

function sized(bytes: number): string {
  return bytes < 1000 ? `${Number(bytes.toPrecision(3))} bytes` : formatBytes(bytes);
}

/** Less may be a sample between two of the limit, or what the kernel has not killed yet. */
const ABOVE = 1.1;

function findAboveLimits(process: ProcessTrend, found: Found): void {
  const of = reader(process);
  for (const [use, limit] of LIMITS) {
    const [used, most] = [of(use), of(limit)];
    if (isNoLimit(most) || most < LEAST_RUNTIME) continue;
    if (!(used > ABOVE * most) || used > FAR_ABOVE * most) continue;
    const code = use === 'rss' ? 'rss-above-limit' : 'heap-above-limit';
    const percent = Math.round((used / most - 1) * 100);
    found(code, `${use} is ${formatBytes(used)}, ${percent} % above its ${limit} of ${formatBytes(most)}`);
  }
  if (of('ready') !== 0 && of('ready') !== 1 && !Number.isNaN(of('ready'))) {
    found('wrong-ready', `ready is ${of('ready')}, and only 0 and 1 mean something`);
  }
  const ahead = of('start_time') - process.lastSeen / 1000;
  if (ahead > AHEAD_S) {
    const unit = ahead > 1e9 ? 'is it in milliseconds?' : 'which of the two clocks is wrong?';
    found('start-ahead', `start_time is ${Math.round(ahead)} s after the newest sample: ${unit}`);
  }
}

/** Clocks of node and agent may differ a little. */
const AHEAD_S = 300;
/** A counter may be reset by its library once; again and again it is no counter. */
const MOST_FALLS = 3;
const SHORT_LIVES = 8;
/** Of the marks that are kept (twelve). */
const MOST_GAPS = 10;

function findLives(process: ProcessTrend, found: Found): void {
  const { lives, marks, interval, falls } = process;
  if (falls >= MOST_FALLS) {
    found(
      'falling-counter',
      `a counter fell ${falls} times, but start_time says that the process is the same`,
    );
  }
  const newest = lives.slice(-SHORT_LIVES);
  if (newest.length === SHORT_LIVES && newest.every(({ from, to }) => to - from <= 1.5 * interval)) {
    found('endless-restarts', `each of the last ${SHORT_LIVES} processes lived for two samples or less`);
  }
  const gaps = marks.filter(({ what, at }) => what === 'gap' && at >= process.since).length;
  if (gaps >= MOST_GAPS)
    found('many-gaps', `${gaps} gaps: samples come in bursts, with long silence between`);
}

function reader(process: ProcessTrend): (signal: Signal) => number {
  return (signal) => process.latest[COLUMN[signal]];
}
