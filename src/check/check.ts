import type { Config } from '../config/index.js';
import type { Finding, Path, Rule, YamlSource } from '../evaluate/index.js';
import type { History } from './history.js';

/** A rule and where it is written. */
export interface CheckedRule {
  readonly rule: Rule;
  readonly source: YamlSource;
  /** `groups[0].rules[1]` */
  readonly path: Path;
  /** The rule as it is written. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The group that it stands in, as it is written. */
  readonly group: Readonly<Record<string, unknown>>;
}

/** A configuration and where it is written. */
export interface CheckedConfig {
  readonly config: Config;
  readonly source: YamlSource;
}

/** What is known while one set of rules, or one configuration, is checked. */
export interface CheckContext {
  readonly rules: readonly CheckedRule[];
  /** The configuration that is checked along with the rules, if there is one. */
  readonly config: CheckedConfig | undefined;
  /** What was recorded; undefined when no source of it was given. */
  readonly history: History | undefined;
}

export type Severity = Finding['severity'];

/** What a check needs beside rule files. It is not run without, and the summary tells so. */
export type CheckNeed = 'history' | 'config';

/** Makes a finding at a place of a file; the code and the severity are the check's. */
export type Report = (
  place: {
    readonly source: YamlSource;
    readonly path: Path;
    readonly at?: 'key' | 'value';
    /** A piece of the value, to point at it alone. */
    readonly inside?: string;
  },
  message: string,
  cure: string,
) => void;

/**
 * One thing that is legal and unwise. A check looks at a whole set that has no errors of syntax and reports what it
 * finds; it never throws and keeps nothing. Its page is docs/checks/CODE.md.
 */
export interface Check {
  /** What it is found by, muted by, and documented under: `rule/window-too-short`. */
  readonly code: string;
  readonly severity: Severity;
  /** One line: what it finds. */
  readonly about: string;
  readonly needs: readonly CheckNeed[];
  run(context: CheckContext, report: Report): void;
}
