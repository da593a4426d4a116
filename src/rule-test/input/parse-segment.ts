import { parseBytes, parseDuration } from '../../telemetry/index.js';
import type { Bend, Length, Segment } from './segment.js';

/** How the values of a signal are written. */
export interface ValueKind {
  /** What a value is called in messages, with an example. */
  readonly name: string;
  readonly example: string;
  /** Undefined for what is no such value. */
  parse(text: string): number | undefined;
}

export const SIZE: ValueKind = {
  name: 'a size such as 512MiB',
  example: '400MiB + 1MiB x 240',
  parse: parseBytes,
};
export const SECONDS: ValueKind = {
  name: 'a time such as 300ms',
  example: '0s + 300ms x 240',
  parse: (text) => {
    const ms = parseDuration(text);
    return ms === undefined ? undefined : ms / 1000;
  },
};
export const COUNT: ValueKind = {
  name: 'a number',
  example: '0 + 100 x 240',
  parse: (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
};
export const STATE: ValueKind = {
  name: '1 (ready) or 0 (not)',
  example: '1 x 240',
  parse: (text) => (text === '0' || text === '1' ? Number(text) : undefined),
};

/** What is wrong with a segment, after `must be a series such as ...`, and what to write instead. */
export class SegmentFault extends Error {
  readonly cure: string;

  constructor(message: string, cure: string) {
    super(message);
    this.cure = cure;
  }
}

// A number keeps its unit, also after a blank: `1.5 GiB`, `1h30m`. What is neither word nor sign is told as it stands.
const WORDS =
  /\d[\d.]*(?:\s*(?:[kKMGT]i?B|B)\b|(?:(?:ms|s|m|h|d|w)(?:\d[\d.]*(?:ms|s|m|h|d|w))*)\b)?|[+\-~]|_(?!\w)|[A-Za-z]+|\S/g;
const VERSION = /^(restart|deploy)(?:\s+(\S+))?$/;
/** Words that may follow on the values. */
const FOLLOWING = ['x', 'for', 'every'];
const FORM = 'VALUE, VALUE + STEP or VALUE to VALUE, then x COUNT or for TIME, then every TIME, then ~ NOISE';

/**
 * Reads one segment of a series: `400MiB + 1MiB x 240`, `400MiB to 900MiB saturating for 2h`, `1GiB`, `_ x 20`,
 * `restart`, `deploy 2026.11.2`; docs/rule-tests.md has the form.
 * @throws SegmentFault
 */
export function parseSegment(text: string, kind: ValueKind): Segment {
  const [, marker, version] = VERSION.exec(text.trim()) ?? [];
  if (marker !== undefined) return parseMarker(marker, version);
  const words = new Words(text, kind);
  if (words.take('_')) {
    const gap = { kind: 'gap', length: words.length(), everyMs: words.every() } as const;
    words.end();
    if (gap.length === undefined)
      throw new SegmentFault('a gap needs an end', 'write how long it is: _ x 20, or _ for 5m');
    return gap;
  }
  const from = words.value();
  const step = words.step();
  const to = step === undefined && words.take('to') ? words.needValue() : undefined;
  const bend = to === undefined ? 'straight' : words.bend();
  if (from === undefined && step === undefined && to === undefined) throw words.unexpected();
  const length = words.length();
  if (to !== undefined && length === undefined)
    throw new SegmentFault('a way from one value to another needs an end', 'add x 240, or for 1h');
  const everyMs = words.every();
  const noise = words.take('~') ? words.needValue() : 0;
  words.end();
  return { kind: 'values', from, step: step ?? 0, to, bend, length, everyMs, noise };
}

function parseMarker(marker: string, version: string | undefined): Segment {
  if (marker === 'restart' && version !== undefined)
    throw new SegmentFault(
      'a restart has no version',
      `write deploy ${version} for a restart with another one`,
    );
  if (marker === 'deploy' && version === undefined)
    throw new SegmentFault(
      'a deploy needs a version',
      'write deploy 2026.11.2, or restart for the same version',
    );
  return { kind: 'restart', version };
}

/** The words of a segment, taken one after the other. */
class Words {
  readonly #words: readonly string[];
  readonly #kind: ValueKind;
  #next = 0;

  constructor(text: string, kind: ValueKind) {
    this.#words = text.match(WORDS) ?? [];
    this.#kind = kind;
  }

  take(word: string): boolean {
    if (this.#words[this.#next] !== word) return false;
    this.#next++;
    return true;
  }

  /** A value, if a number comes next. */
  value(): number | undefined {
    return this.#isNumber() ? this.needValue() : undefined;
  }

  needValue(): number {
    const word = this.#words[this.#next] ?? '';
    const value = this.#kind.parse(word);
    if (value === undefined) throw this.#noValue(word);
    this.#next++;
    return value;
  }

  step(): number | undefined {
    if (this.take('+')) return this.needValue();
    return this.take('-') ? -this.needValue() : undefined;
  }

  bend(): Bend {
    if (this.take('saturating')) return 'saturating';
    if (this.take('accelerating')) return 'accelerating';
    const word = this.#words[this.#next] ?? '';
    if (!/^[A-Za-z]/.test(word) || FOLLOWING.includes(word)) return 'straight';
    throw new SegmentFault(`${found(word)} is no shape`, 'write saturating or accelerating, or leave it out');
  }

  length(): Length {
    if (this.take('for')) return { ms: this.#time('for') };
    if (!this.take('x')) return undefined;
    const word = this.#words[this.#next] ?? '';
    const samples = /^\d+$/.test(word) ? Number(word) : 0;
    if (samples < 1)
      throw new SegmentFault(
        `${found(word)} is no number of samples`,
        'write x and a whole number, such as x 240',
      );
    this.#next++;
    return { samples };
  }

  every(): number | undefined {
    return this.take('every') ? this.#time('every') : undefined;
  }

  end(): void {
    if (this.#next < this.#words.length) throw this.unexpected();
  }

  unexpected(): SegmentFault {
    const word = this.#words[this.#next];
    if (word === undefined) return new SegmentFault('it is empty', `write ${this.#kind.example}`);
    return new SegmentFault(`${found(word)} does not belong there`, `the form is ${FORM}`);
  }

  #isNumber(): boolean {
    return /^\d/.test(this.#words[this.#next] ?? '');
  }

  #time(after: string): number {
    const word = this.#words[this.#next] ?? '';
    const ms = parseDuration(word);
    if (!ms)
      throw new SegmentFault(`${found(word)} is no time`, `write ${after} ${after === 'for' ? '1h' : '15s'}`);
    this.#next++;
    return ms;
  }

  #noValue(word: string): SegmentFault {
    const isBare = /^\d[\d.]*$/.test(word);
    const cure =
      isBare && this.#kind === SIZE
        ? `a bare number has no unit: write ${word}MiB`
        : isBare && this.#kind === SECONDS
          ? `a bare number has no unit: write ${word}s or ${word}ms`
          : `write ${this.#kind.name}`;
    return new SegmentFault(`${found(word)} is not ${this.#kind.name}`, cure);
  }
}

function found(word: string): string {
  return word === '' ? 'nothing' : `"${word}"`;
}
