import { RE2JS, RE2JSException } from 're2js';
import type { Labels } from '../telemetry/index.js';
import { MatcherFault, readTokens } from './matcher-tokens.js';

export { MatcherFault } from './matcher-tokens.js';

/** `=` equals, `!=` does not, `=~` the whole value fits the regular expression, `!~` it does not. */
export type MatchType = '=' | '!=' | '=~' | '!~';

/** A matcher as Alertmanager's API has it. */
export interface MatcherJson {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  /** True when left out. */
  readonly isEqual?: boolean;
}

/** Values that no pattern singles out unless it takes every value. */
const PROBES = ['a', '0', 'Zz-9_.:/ ', '\u{1F642}', 'no-such-value-4711'];

/** Longest regular expression; matching takes time in proportion to it. */
const LONGEST_PATTERN = 1000;

/** One condition on one label. A label that is missing counts as an empty one, as in Alertmanager. */
export class LabelMatcher {
  readonly name: string;
  readonly op: MatchType;
  readonly value: string;
  readonly #pattern: RE2JS | undefined;

  /**
   * Regular expressions are those of RE2 and anchored at both ends: time is bounded whatever they say.
   * @throws MatcherFault when the regular expression is none
   */
  constructor(name: string, op: MatchType, value: string) {
    this.name = name;
    this.op = op;
    this.value = value;
    if (op === '=~' || op === '!~') this.#pattern = compile(value);
  }

  matches(labels: Labels): boolean {
    return this.#takes(Object.hasOwn(labels, this.name) ? labels[this.name] : '');
  }

  /** Whether it says next to nothing: alerts without the label fit, or any value does. */
  get isBroad(): boolean {
    return this.#takes('') || PROBES.every((probe) => this.#takes(probe));
  }

  /** As it is written, names and values quoted where they must be; `parseMatchers` reads it back. */
  toString(): string {
    const name = this.name === '' || RESERVED.test(this.name) ? quote(this.name) : this.name;
    return `${name}${this.op}${quote(this.value)}`;
  }

  toJSON(): MatcherJson {
    const isRegex = this.#pattern !== undefined;
    return { name: this.name, value: this.value, isRegex, isEqual: this.op.startsWith('=') };
  }

  #takes(value: string): boolean {
    const fits = this.#pattern ? this.#pattern.matches(value) : value === this.value;
    return this.op.startsWith('=') ? fits : !fits;
  }
}

/**
 * Matchers as Alertmanager writes them: `severity="page"`, `{pool=~"edge|core", node!="r-1"}`. Braces may be left out;
 * names and values need quotes only where they hold one of `{}!=~,\"'` or a backtick or white space.
 * Of a list of texts all matchers.
 * @returns none for an empty text
 * @throws MatcherFault with the column
 */
export function parseMatchers(text: string | readonly string[]): LabelMatcher[] {
  if (typeof text !== 'string') return text.flatMap((each) => parseMatchers(each));
  return readTokens(text).map(({ name, op, value, column, length }) => {
    try {
      return new LabelMatcher(name, op, value);
    } catch (error) {
      if (error instanceof MatcherFault) throw new MatcherFault(error.expected, column, length);
      throw error;
    }
  });
}

/** What is wrong with a text of matchers, for the faults of a configuration; undefined when it can be read. */
export function matcherFault(text: string): string | undefined {
  try {
    return parseMatchers(text).length === 0 ? 'must be a matcher such as severity="page"' : undefined;
  } catch (error) {
    if (!(error instanceof MatcherFault)) throw error;
    return `must be a matcher such as severity="page": ${error.expected} (character ${error.place.column})`;
  }
}

/** Exactly one matcher. @throws MatcherFault */
export function parseMatcher(text: string): LabelMatcher {
  const matchers = parseMatchers(text);
  if (matchers.length === 1) return matchers[0];
  throw new MatcherFault(`found ${matchers.length} matchers, expected one such as severity="page"`, 1, 1);
}

/** A matcher from the JSON of Alertmanager's API. @throws MatcherFault when its regular expression is none */
export function matcherOfJson({ name, value, isRegex, isEqual = true }: MatcherJson): LabelMatcher {
  return new LabelMatcher(name, isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=', value);
}

/** `{pool="edge",severity=~"page|ticket"}` */
export function formatMatchers(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.join(',')}}`;
}

/** Whether all of them match; no matchers match everything. */
export function matchesAll(matchers: readonly LabelMatcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels));
}

const RESERVED = /[\s{}!=~,\\"'`]/u;

/** Go's strconv.Quote as far as a reader needs it: line ends and what ends a quoted text. */
function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${escaped.replaceAll('\r', '\\r')}"`;
}

function compile(pattern: string): RE2JS {
  if (pattern.length > LONGEST_PATTERN) {
    const found = `found a regular expression of ${pattern.length} characters`;
    throw new MatcherFault(`${found}, expected at most ${LONGEST_PATTERN}`, 1, 1);
  }
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const why = error.message.replace(/^error parsing regexp: /, '');
    throw new MatcherFault(`found the regular expression "${pattern}", which RE2 refuses: ${why}`, 1, 1);
  }
}
