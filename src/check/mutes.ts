import { Lexer } from 'yaml';
import type { Finding, YamlSource } from '../evaluate/index.js';

/** A comment that mutes a check: `# headroom: ignore rule/window-too-short short-lived workers`. */
export interface Mute {
  readonly code: string;
  /** Empty when none is given; such a mute mutes nothing. */
  readonly reason: string;
  /** Offsets of the comment in the text. */
  readonly range: readonly [number, number];
  /** The line, from 1, whose findings it mutes. */
  readonly line: number;
}

const COMMENT = /^#\s*headroom:\s*ignore\b:?[ \t]*(\S*)[ \t]*(.*)$/;

/** All mutes of a text. One behind something mutes its own line; one that is alone in a line the next that is none. */
export function mutesOf(source: YamlSource): Mute[] {
  const lines = source.text.split('\n');
  return commentsOf(source.text).flatMap(({ text, start, line }) => {
    const [, code, reason] = COMMENT.exec(text) ?? [];
    if (code === undefined) return [];
    let muted = line;
    while (/^\s*(#|$)/.test(lines[muted - 1] ?? 'end')) muted++;
    return [{ code, reason: reason.trim(), range: [start, start + text.length] as const, line: muted }];
  });
}

/** What the lexer puts in for the beginning of a document, a flow's end and a scalar; no characters of the text. */
const MARKS = ['\u0002', '\u0018', '\u001f'];

/** The tokens of the text decide what is a comment: a `#` may also stand in a value. */
function commentsOf(text: string) {
  const comments: { text: string; start: number; line: number }[] = [];
  let offset = 0;
  let line = 1;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.includes(token)) continue;
    if (token.startsWith('#')) comments.push({ text: token.trimEnd(), start: offset, line });
    offset += token.length;
    line += token.split('\n').length - 1;
  }
  return comments;
}

/** What became of the findings of a file under its mutes. */
export interface Muted {
  readonly kept: readonly Finding[];
  readonly count: number;
  /** What is wrong with the mutes themselves. */
  readonly faults: readonly Finding[];
}

export interface Mutable {
  /** Codes that may be muted. */
  readonly codes: ReadonlySet<string>;
  /** Those of them that have been looked for; of the others nobody knows whether there is anything to mute. */
  readonly ran: ReadonlySet<string>;
}

/** Takes away the findings of one file that are muted. */
export function applyMutes(source: YamlSource, findings: readonly Finding[], mutable: Mutable): Muted {
  const kept = new Set(findings);
  const faults: Finding[] = [];
  let count = 0;
  for (const mute of mutesOf(source)) {
    const fault = faultOf(mute, source, mutable);
    if (fault) {
      faults.push(fault);
      continue;
    }
    const hit = findings.filter(({ code, line }) => code === mute.code && line === mute.line);
    for (const finding of hit) if (kept.delete(finding)) count++;
    if (hit.length === 0 && mutable.ran.has(mute.code)) faults.push(unused(mute, source));
  }
  return { kept: [...kept], count, faults };
}

function faultOf({ code, reason, range }: Mute, source: YamlSource, { codes }: Mutable): Finding | undefined {
  if (!codes.has(code)) {
    const message =
      code === '' ? 'mutes nothing: the code is missing' : `mutes nothing: no check has the code ${code}`;
    const cure = 'write # headroom: ignore CODE REASON, with the code that the finding shows';
    return source.findingAt(range, message, cure, { code: 'mute/unknown-code' });
  }
  if (reason !== '') return undefined;
  const cure = `say why: # headroom: ignore ${code} REASON`;
  return source.findingAt(range, 'mutes nothing without a reason', cure, { code: 'mute/no-reason' });
}

function unused({ code, range, line }: Mute, source: YamlSource): Finding {
  const options = { code: 'mute/unused', severity: 'warning' } as const;
  return source.findingAt(
    range,
    `there is no ${code} on line ${line} to mute`,
    'take the comment away',
    options,
  );
}

/** Codes of what is wrong with a mute, with what each is. */
export const MUTE_CODES = {
  'mute/no-reason': 'a comment that mutes a check gives no reason',
  'mute/unknown-code': 'a comment mutes a check that is none',
  'mute/unused': 'a comment mutes what is not there',
} as const;
