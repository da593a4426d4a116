import type { AlertNews } from '../../alert/index.js';
import { formatBytes, formatDuration, isSignal } from '../../telemetry/index.js';
import type { Cause, Growth, Outlook, Resource } from '../../trend/index.js';
import { isFar, type Times } from './times.js';

/** Half of a character, which no encoding can carry, becomes the sign for that. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}

/**
 * One line: control characters, line breaks and marks of direction, which could forge headers, lines and order, become
 * spaces.
 */
export function oneLine(text: string): string {
  return wellFormed(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** Only web addresses become links: anything else, such as javascript:, is shown as text. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s\p{Cc}\p{Cf}"<>]+$/iu.test(url);
}

/** At most `length` characters, with a sign that there were more; no character is cut in two, and what is isolated stays so. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text
    .slice(0, length - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
  const isOpen = cut.lastIndexOf('\u2068') > cut.lastIndexOf('\u2069');
  return `${cut}…${isOpen ? '\u2069' : ''}`;
}

/** Letters that are read from right to left: Hebrew, Arabic and their kin. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]|\uD802[\uDC00-\uDFFF]|\uD83A[\uDC00-\uDFFF]/;

/**
 * A name from outside as it stands in a sentence: one line, cut in its middle so that both ends can be seen. What is read from
 * right to left is isolated (UAX 9, FSI and PDI), so that it does not turn round what stands beside it.
 */
export function nameText(name: string, length = 60): string {
  const line = oneLine(name);
  const letters = [...line];
  const half = Math.floor((length - 1) / 2);
  const shown =
    letters.length <= length ? line : `${letters.slice(0, half).join('')}…${letters.slice(-half).join('')}`;
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** `r-1, r-2, r-3 and 12 more`. */
export function namesText(names: readonly string[], atMost: number): string {
  const shown = names.slice(0, atMost).map((name) => nameText(name));
  return names.length > atMost ? `${shown.join(', ')} and ${names.length - atMost} more` : shown.join(', ');
}

/** A clause such as a reason, to be put into a sentence. */
export function clause(text: string): string {
  return oneLine(text).replace(/\.+$/, '');
}

/** A clause as a sentence of its own. A name of a signal keeps its small letter. */
export function sentence(text: string): string {
  const words = clause(text);
  const isName = isSignal(words.split(' ', 1)[0]);
  return `${isName ? words : words.charAt(0).toUpperCase() + words.slice(1)}.`;
}

export function limitName(resource: Resource): string {
  return resource === 'rss' ? 'memory limit' : 'heap limit';
}

/** What a forecast says will be reached: `its memory limit`, or the level that the rule names. */
export function goalOf({ goal, outlook }: AlertNews): string {
  if (goal !== undefined) return clause(goal);
  return `its ${limitName(outlook?.signal ?? 'rss')}`;
}

/** `93 %`; never 0 % or 100 %, which nobody can know. */
export function percent(share: number): string {
  if (share > 0.99) return 'over 99 %';
  return share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`;
}

/** `in about 42 min (09:10 UTC, 09:02-09:31)`; undefined when no breach is expected. */
export function whenShort(outlook: Outlook, at: number, times: Times): string | undefined {
  const { breachP10, breachP50, breachP90 } = outlook;
  if (breachP50 === null) {
    return breachP10 === null ? undefined : `perhaps from ${times.utc(breachP10, at)} on`;
  }
  const range = breachP10 === null ? '' : `, ${times.range(breachP10, breachP90, at)}`;
  const wait = breachP50 - at;
  const distance = wait > 0 ? `in about ${formatDuration(wait)}` : 'at any moment';
  return `${distance} (${times.utc(breachP50, at)}${range})`;
}

/** The same in sentences, local time included. */
export function whenLong(outlook: Outlook, at: number, times: Times): string {
  const { breachP10, breachP50, breachP90 } = outlook;
  if (breachP50 === null) {
    if (breachP10 === null) return 'No time can be given.';
    return `Perhaps from ${times.both(breachP10, at)} on; more likely not at all.`;
  }
  const wait = breachP50 - at;
  const distance =
    wait > 0 ? `in about ${formatDuration(wait)}` : `${formatDuration(-wait)} ago: at any moment`;
  const range = breachP10 === null ? '' : ` ${rangeLong(breachP10, breachP90, at, times)}`;
  return `${times.both(breachP50, at)}, ${distance}.${range}`;
}

function rangeLong(from: number, to: number | null, at: number, times: Times): string {
  if (to === null || isFar(to, at)) {
    return `Nine times in ten not before ${times.both(from, at)}; it may also be much later.`;
  }
  return `Eight times in ten between ${times.between(from, to, at)}.`;
}

export function howSure(outlook: Outlook): string {
  if (outlook.probability === null) return 'There is too little history to say.';
  return `${percent(outlook.probability)} that it happens within ${formatDuration(outlook.horizonMs)}.`;
}

/** `820 MiB of 1 GiB (80 %)`. */
export function useShort({ now, limit }: Outlook): string {
  return `${formatBytes(now)} of ${formatBytes(limit)} (${Math.round((now / limit) * 100)} %)`;
}

/** `80 % of 1 GiB`. */
export function useShare({ now, limit }: Outlook): string {
  return `${Math.round((now / limit) * 100)} % of ${formatBytes(limit)}`;
}

export function useLong(outlook: Outlook): string {
  const { live, limit, effectiveLimit, signal } = outlook;
  const what = signal === 'rss' ? 'resident memory' : 'managed heap';
  const dies =
    effectiveLimit < limit * 0.995 ? ` In practice it ends at about ${formatBytes(effectiveLimit)}.` : '';
  return `${useShort(outlook)} of ${what} in use, ${formatBytes(live)} of it live.${dies}`;
}

export function growthText(growth: Growth): string {
  const [low, high] = [growth.low, growth.high].map(formatBytes);
  const bounds = low === high ? '' : ` (between ${low} and ${high})`;
  const over = `measured over ${formatDuration(growth.overMs)}`;
  return `${formatBytes(growth.perHour)} per hour${bounds}, ${over}.`;
}

/** A cause as a cell of a table has room for it. */
const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  leak: 'leak',
  native: 'off-heap',
  load: 'traffic',
  gc: 'GC behind',
  version: 'this version',
};

export function causeWord(cause: Cause): string {
  return CAUSE_WORDS[cause];
}

const CAUSES: Readonly<Record<Cause, string>> = {
  leak: 'Memory that nothing frees piles up: a leak.',
  native: 'Memory outside the managed heap grows: buffers, threads or a native library.',
  load: 'Memory follows the traffic, which is rising.',
  gc: 'Garbage collection does not keep up with allocation.',
  version: 'The growth began with the version that runs now.',
};

export function causeText(cause: Cause): string {
  return CAUSES[cause];
}

/** `pool edge, version 2026.11.2`; the labels that say most come first. */
export function labelText(labels: AlertNews['labels']): string {
  const first = ['pool', 'version', 'zone'].filter((key) => labels[key] !== undefined);
  const keys = [...first, ...Object.keys(labels).filter((key) => !first.includes(key))];
  const shown = keys.slice(0, 8).map((key) => `${nameText(key)} ${nameText(labels[key])}`);
  return [...shown, ...(keys.length > 8 ? [`and ${keys.length - 8} more`] : [])].join(', ');
}
