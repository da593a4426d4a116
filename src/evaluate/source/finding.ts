import { Problem, type ProblemCode } from '../../problem.js';

/** A fault in a file that a person wrote. Lines and columns count from 1. */
export interface Finding {
  /** What kind of fault it is; `headroom check --explain CODE` prints its page, docs/checks/CODE.md. */
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters of the line are at fault, at least 1. */
  readonly length: number;
  /** Where in the document, such as `groups[0].rules[1].for`; empty for the document itself. */
  readonly path: string;
  /** What was expected and what was found. */
  readonly message: string;
  /** What to write instead; empty when the message already says it. */
  readonly cure: string;
  /** Only an error keeps a file from being used. */
  readonly severity: 'error' | 'warning';
  /** The line of the source, secrets in it masked by as many stars; empty when there is none to show. */
  readonly excerpt: string;
}

export type Path = readonly (string | number)[];

/** `groups[0].rules[1].for` */
export function formatPath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

/** What a finding says after its place: `for: must be a duration such as 5m, found "5 minutes"`. */
export function findingText(finding: Finding): string {
  const field = finding.path.slice(finding.path.lastIndexOf('.') + 1);
  return field === '' ? finding.message : `${field}: ${finding.message}`;
}

/** One line: `rules/disk.yaml:2:6 for: must be a duration such as 5m, found "5 minutes"`. */
export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line}:${finding.column} ${findingText(finding)}`;
}

/** Codes of what keeps a file from being used, with what each is; the checks of src/check have codes of their own. */
export const SYNTAX_CODES = {
  'syntax/unreadable': 'the file cannot be read as text, or is none that is known here',
  'syntax/yaml': 'the text is not YAML, or YAML that means something else than it seems to',
  'syntax/unknown-key': 'the key is not known here',
  'syntax/missing-key': 'a key that is required is missing',
  'syntax/wrong-type': 'the value is of another type: text, number, true or false, list, map',
  'syntax/bad-unit': 'a duration, size, share, level or rate is not written as one',
  'syntax/bad-value': 'the value is of the right type, but none that is allowed',
  'syntax/contradiction': 'two values do not go together',
  'syntax/duplicate-name': 'the name is that of another rule already',
  'syntax/no-rule': 'there is no rule in the whole set',
  'syntax/severity-slip': 'the severity is allowed, but looks like a slip',
  'syntax/variable': 'a variable of the environment is not set, or not written as one',
  'trace/bad-row': 'a row of a trace, or its header, is wrong',
  'trace/bad-label': 'a label of a recording is wrong, or of nothing that is there',
  'trace/odd': 'telemetry in a trace cannot be right',
} as const;

export type SyntaxCode = keyof typeof SYNTAX_CODES;

/** An error that concerns a file as a whole. */
export function fileFinding(
  file: string,
  message: string,
  cure: string,
  code: SyntaxCode = 'syntax/unreadable',
): Finding {
  const place = { file, line: 1, column: 1, length: 1, path: '', excerpt: '' };
  return { code, ...place, message, cure, severity: 'error' };
}

export function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** By file, then from top to bottom. */
export function inReadingOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

/** All errors of `findings` as one Problem: the one there is with its place, or a list of all of them. */
export function findingsProblem(code: ProblemCode, findings: readonly Finding[]): Problem {
  const errors = inReadingOrder(findings.filter(isError));
  const [{ file, line, column, path, message, cure }] = errors;
  if (errors.length === 1) {
    return new Problem(code, message, { place: { file, line, column, path }, ...(cure ? { cure } : {}) });
  }
  const lines = errors.map((finding) => formatFinding(finding) + (finding.cure ? ` (${finding.cure})` : ''));
  return new Problem(code, [`${errors.length} errors:`, ...lines].join('\n  '), {
    cure: 'Correct them; `headroom check` shows each with its line.',
  });
}

/**
 * Joins a message and its cure into the one string that a schema can carry; `explain` takes them apart again. Zod
 * gives an issue no other field that every kind of check can fill.
 */
export function withCure(message: string, cure: string): string {
  return `${message}\n${cure}`;
}
