import { createHash } from 'node:crypto';
import { isSameRule } from '../../backtest/index.js';
import { runChecks } from '../../check/index.js';
import { compileRules, type Finding, isError, type Rule, type RuleText } from '../../evaluate/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { historyOfPipeline } from './live-history.js';

/** A rule file as it is in an editor. Nothing of it is ever written. */
export interface Draft {
  readonly file: string;
  readonly text: string;
}

export interface CheckedTexts {
  /** Empty when a finding is an error. */
  readonly rules: readonly Rule[];
  readonly hash: string;
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
  /** Codes of the checks that could not run: they need the configuration. */
  readonly skipped: readonly string[];
}

/** The armed files with the draft in place of its file. @throws Problem not-found */
export function textsWith(armed: readonly RuleText[], draft: Draft): RuleText[] {
  if (!armed.some(({ file }) => file === draft.file)) {
    throw new Problem('not-found', `found file "${draft.file}", which is not armed`, {
      cure: `Take one of ${armed.map(({ file }) => file).join(', ')}.`,
    });
  }
  return armed.map((each) => (each.file === draft.file ? { file: each.file, text: draft.text } : each));
}

/** What `headroom check` says of these texts, against what the service has seen; the configuration is left out. */
export function checkTexts(pipeline: Pipeline, texts: readonly RuleText[]): CheckedTexts {
  const { rules, hash, findings } = compileRules(texts);
  if (findings.some(isError)) return { rules, hash, isUsable: false, findings, skipped: [] };
  const done = runChecks([{ rules, texts, config: undefined }], historyOfPipeline(pipeline));
  return {
    rules,
    hash,
    isUsable: true,
    findings: [...findings, ...done.findings],
    skipped: done.skipped.config,
  };
}

/** Names of rules that differ between two sets, those included that only one of them has. */
export function changedRules(armed: readonly Rule[], edited: readonly Rule[]): string[] {
  const before = new Map(armed.map((rule) => [rule.id, rule]));
  const after = new Set(edited.map(({ id }) => id));
  const changed = edited.filter((rule) => {
    const old = before.get(rule.id);
    return !old || !isSameRule(old, rule);
  });
  const removed = armed.filter(({ id }) => !after.has(id));
  return [...changed, ...removed].map(({ id }) => id);
}

export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
