import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ArmableKind, KINDS, type Timing } from './kinds/index.js';
import type { Rule } from './rule.js';
import { type RuleFile, ruleFileSchema, SEVERITIES, type WrittenRule } from './schema/rule-file.js';
import {
  type Finding,
  fileFinding,
  inReadingOrder,
  isError,
  nearest,
  readAs,
  readText,
  YamlSource,
} from './source/index.js';

export interface LoadedRules {
  /** Empty when any finding is an error: a set is taken whole or not at all. */
  readonly rules: readonly Rule[];
  /** Of the names and contents of all files. */
  readonly hash: string;
  /** In reading order; warnings included. */
  readonly findings: readonly Finding[];
}

/** A rule file as it was found on disk. */
export interface RuleText {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads rule files: a folder (and the folders in it), a file, or several of them. Files named `*.test.yaml` are rule
 * tests and are skipped in folders, and so is what begins with a dot, such as the folders behind a Kubernetes mount.
 * A path that cannot be read is a finding, too.
 */
export function loadRules(paths: string | readonly string[]): LoadedRules {
  const { texts, findings } = readRuleTexts([paths].flat());
  return compileRules(texts, findings);
}

/** The rules of texts already read; see `loadRules`. */
export function compileRules(texts: readonly RuleText[], known: readonly Finding[] = []): LoadedRules {
  const findings = [...known];
  const rules: Rule[] = [];
  const firstPlace = new Map<string, string>();
  for (const { file, text } of texts) {
    const source = new YamlSource(file, text);
    findings.push(...source.findings);
    if (source.findings.length > 0) continue;
    const read = readAs(ruleFileSchema, source);
    findings.push(...read.findings, ...duplicates(source, firstPlace), ...misspeltSeverities(source));
    if (read.value) rules.push(...rulesOf(read.value, source));
  }
  if (rules.length === 0 && !findings.some(isError)) {
    // A file that is emptied, or cut short while it is written, must not disarm alerting.
    findings.push(
      fileFinding(
        texts[0]?.file ?? '',
        'there is no rule in the whole set',
        'write at least one',
        'syntax/no-rule',
      ),
    );
  }
  const isUsable = !findings.some(isError);
  return { rules: isUsable ? rules : [], hash: hashOf(texts), findings: inReadingOrder(findings) };
}

/** Reads the texts that `loadRules` would read, in the order of their names. */
export function readRuleTexts(paths: readonly string[]): { texts: RuleText[]; findings: Finding[] } {
  const texts: RuleText[] = [];
  const findings: Finding[] = [];
  const fail = (file: string, error: unknown) =>
    findings.push(fileFinding(file, `cannot be read: ${error instanceof Error ? error.message : error}`, ''));
  for (const path of paths) {
    try {
      const files = statSync(path).isDirectory() ? ruleFilesIn(path) : [path];
      for (const file of files) {
        const { text, finding } = readText(file);
        if (finding) findings.push(finding);
        else texts.push({ file, text });
      }
      if (files.length === 0) fail(path, 'the folder holds no .yaml file');
    } catch (error) {
      fail(path, error);
    }
  }
  return { texts, findings };
}

function ruleFilesIn(folder: string): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...ruleFilesIn(path));
    else if (isRuleFile(entry.name)) files.push(path);
  }
  return files.sort();
}

/** Whether a file of that name is read as rules when its folder is. */
export function isRuleFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(basename(name));
}

/** Of names and contents, so that a renamed file is a change, too: findings name it. */
export function hashOf(texts: readonly RuleText[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of texts) hash.update(JSON.stringify([file, text]));
  return hash.digest('hex').slice(0, 16);
}

function rulesOf(content: RuleFile, source: YamlSource): Rule[] {
  return content.groups.flatMap((group, groupIndex) =>
    group.rules.map((written, index) => {
      const path = ['groups', groupIndex, 'rules', index];
      const { line } = source.finding([...path, 'alert'], '', '', { at: 'key' });
      const kind = (Object.keys(KINDS) as ArmableKind[]).find((name) => written[name] !== undefined);
      if (!kind) throw new Error(`a rule without a kind passed the schema: ${written.alert}`);
      return ruleOf(kind, written, {
        group: group.name,
        nodes: written.nodes ?? group.nodes ?? {},
        file: source.file,
        line,
      });
    }),
  );
}

function ruleOf<K extends ArmableKind>(
  kind: K,
  written: WrittenRule,
  place: Pick<Rule, 'group' | 'nodes' | 'file' | 'line'>,
): Rule {
  const condition = written[kind];
  const timing = (KINDS[kind].timing as (condition: unknown) => Timing)(condition);
  return {
    id: written.alert,
    kind,
    condition,
    ...place,
    forMs: written.for ?? timing.forMs,
    keepFiringMs: written.keepFiring ?? timing.keepFiringMs,
    severity: written.severity,
    runbook: written.runbook,
    summary: written.summary,
    labels: written.labels ?? {},
  } as Rule;
}

/** Names are compared even in files with other faults, so that all is told at once. */
function duplicates(source: YamlSource, firstPlace: Map<string, string>): Finding[] {
  return eachRule(source).flatMap(({ path, rule }) => {
    if (typeof rule.alert !== 'string') return [];
    const here = source.finding([...path, 'alert'], '', '', { code: 'syntax/duplicate-name' });
    const first = firstPlace.get(rule.alert);
    firstPlace.set(rule.alert, first ?? `${here.file}:${here.line}`);
    if (first === undefined) return [];
    const message = `"${rule.alert}" is the name of another rule already, at ${first}`;
    return [{ ...here, message, cure: 'give each rule a name of its own' }];
  });
}

function misspeltSeverities(source: YamlSource): Finding[] {
  return eachRule(source).flatMap(({ path, rule }) => {
    if (typeof rule.severity !== 'string' || !/^[a-z]+$/.test(rule.severity)) return [];
    const meant = nearest(rule.severity, SEVERITIES);
    if (meant === undefined || meant === rule.severity) return [];
    const message = `"${rule.severity}" is allowed, but looks like a slip`;
    const options = { severity: 'warning', code: 'syntax/severity-slip' } as const;
    return [source.finding([...path, 'severity'], message, `did you mean \`${meant}\`?`, options)];
  });
}

function eachRule(source: YamlSource): { path: (string | number)[]; rule: Record<string, unknown> }[] {
  const groups = isRecord(source.value) && Array.isArray(source.value.groups) ? source.value.groups : [];
  return groups.flatMap((group, groupIndex) => {
    const rules = isRecord(group) && Array.isArray(group.rules) ? group.rules : [];
    return rules.flatMap((rule, index) =>
      isRecord(rule) ? [{ path: ['groups', groupIndex, 'rules', index], rule }] : [],
    );
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
