import { Problem } from '../problem.js';
import type { MatchType } from './matchers.js';

/** A matcher that cannot be read. A Problem of code bad-request; `place.column` counts characters from 1. */
export class MatcherFault extends Problem {
  /** What was found and what was expected, without the place. */
  readonly expected: string;
  /** How many characters are at fault, at least 1. */
  readonly length: number;

  constructor(expected: string, column: number, length: number) {
    super('bad-request', `matcher, column ${column}: ${expected}`, {
      place: { column },
      cure: 'Write matchers such as severity="page", pool=~"edge|core" or node!="r-1", with commas between them.',
    });
    this.expected = expected;
    this.length = Math.max(1, length);
  }
}

interface Token {
  readonly kind: '{' | '}' | ',' | 'operator' | 'text' | 'end';
  /** As it was written. */
  readonly raw: string;
  /** Of a text: without its quotes. */
  readonly value: string;
  readonly column: number;
}

export interface MatcherText {
  readonly name: string;
  readonly op: MatchType;
  readonly value: string;
  /** Where its value begins, and its length as written. */
  readonly column: number;
  readonly length: number;
}

/** One token at the start of a text: white space, sign, operator, quoted text, bare text. */
const TOKEN = /^(?:(\s+)|([{},])|(!=|=~|!~|=)|("(?:[^"\\]|\\.)*")|([^\s{}!=~,\\"'`]+))/su;

const OPERATORS: readonly string[] = ['=', '!=', '=~', '!~'] satisfies MatchType[];

/**
 * Takes matchers apart as Alertmanager's parser does, UTF-8 names included; its messages are our own.
 * @throws MatcherFault
 */
export function readTokens(text: string): MatcherText[] {
  const tokens = tokensOf(text);
  let at = 0;
  const next = (): Token => tokens[Math.min(at++, tokens.length - 1)];
  const peek = (): Token => tokens[Math.min(at, tokens.length - 1)];
  const found: MatcherText[] = [];
  const opened = peek().kind === '{' ? next() : undefined;
  while (peek().kind !== '}' && peek().kind !== 'end') {
    found.push(readMatcher(next));
    if (peek().kind === ',') next();
    else if (peek().kind === 'text' || peek().kind === 'operator' || peek().kind === '{') {
      refuse(peek(), opened ? 'a comma or }' : 'a comma');
    }
  }
  const end = next();
  if (end.kind === '}' && !opened) refuse(end, 'a { before it');
  if (end.kind === 'end' && opened) refuse(end, `a } for the { of column ${opened.column}`);
  if (end.kind === '}' && peek().kind !== 'end') refuse(peek(), 'nothing after }');
  return found;
}

function readMatcher(next: () => Token): MatcherText {
  const name = next();
  if (name.kind !== 'text') refuse(name, 'the name of a label');
  const operator = next();
  if (operator.kind !== 'operator') refuse(operator, `one of ${OPERATORS.join(' ')} after ${name.raw}`);
  const value = next();
  if (value.kind !== 'text') refuse(value, 'a value, in quotes if it is empty or has signs in it');
  const { column, raw } = value;
  return {
    name: name.value,
    op: operator.raw as MatchType,
    value: value.value,
    column,
    length: [...raw].length,
  };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  let column = 1;
  while (rest !== '') {
    const match = TOKEN.exec(rest);
    if (!match) throw strayCharacter(rest, column);
    const [raw, space, sign, operator, quoted] = match;
    if (space === undefined) {
      const kind = (sign as '{' | '}' | ',' | undefined) ?? (operator === undefined ? 'text' : 'operator');
      tokens.push({ kind, raw, value: quoted === undefined ? raw : unquote(quoted, column), column });
    }
    column += [...raw].length;
    rest = rest.slice(raw.length);
  }
  return [...tokens, { kind: 'end', raw: '', value: '', column }];
}

function strayCharacter(rest: string, column: number): MatcherFault {
  const [character] = rest;
  if (character === '"') return new MatcherFault('found a quote that is not closed', column, rest.length);
  if (character === "'" || character === '`') {
    return new MatcherFault(`found ${character}, expected double quotes`, column, 1);
  }
  return new MatcherFault(`found ${character}, expected one of ${OPERATORS.join(' ')}, or quotes`, column, 1);
}

function refuse(token: Token, expected: string): never {
  const what = token.kind === 'end' ? 'the end' : token.raw;
  throw new MatcherFault(`found ${what}, expected ${expected}`, token.column, [...token.raw].length);
}

/** Go's escapes in double quotes; bytes (\x, octal) may spell UTF-8 together. */
const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unquote(quoted: string, column: number): string {
  const inside = quoted.slice(1, -1);
  const fault = (expected: string, at: number) =>
    new MatcherFault(`found ${expected}`, column + 1 + [...inside.slice(0, at)].length, 1);
  if (inside.includes('\n')) throw fault('a line end within quotes, expected \\n', inside.indexOf('\n'));
  if (!inside.includes('\\')) return inside;
  const bytes: Buffer[] = [];
  let from = 0;
  for (let at = inside.indexOf('\\'); at !== -1; at = inside.indexOf('\\', from)) {
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(inside);
    if (!match) throw fault(`the escape ${inside.slice(at, at + 2)}, expected such as \\n, \\" or \\\\`, at);
    bytes.push(
      Buffer.from(inside.slice(from, at)),
      bytesOf(match, () => fault('no character', at)),
    );
    from = at + match[0].length;
  }
  bytes.push(Buffer.from(inside.slice(from)));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
  } catch {
    throw fault('bytes that are not UTF-8', 0);
  }
}

function bytesOf(match: RegExpExecArray, fault: () => MatcherFault): Buffer {
  const [, simple, hex, octal, short, long] = match;
  if (simple !== undefined) return Buffer.from(SIMPLE[simple] ?? simple);
  if (hex !== undefined) return Buffer.from([Number.parseInt(hex, 16)]);
  const code = Number.parseInt(octal ?? short ?? long, octal === undefined ? 16 : 8);
  const isByte = octal !== undefined;
  if (isByte ? code > 255 : code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw fault();
  return isByte ? Buffer.from([code]) : Buffer.from(String.fromCodePoint(code));
}
