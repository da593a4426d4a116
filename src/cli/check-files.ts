import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { CheckedSet } from '../check/index.js';
import { configSchema, DEFAULT_CONFIG_FILE, type ReadConfig, readConfig } from '../config/index.js';
import {
  compileRules,
  type Finding,
  fileFinding,
  isError,
  type RuleText,
  readRuleTexts,
  YamlSource,
} from '../evaluate/index.js';
import { loadTestFile } from '../rule-test/index.js';

/** What was read of the paths that are checked, and what is wrong with its syntax. */
export interface ReadFiles {
  readonly files: number;
  readonly rules: number;
  readonly findings: readonly Finding[];
  /** Sets of rules, and configurations, that have no error: what checks can look at. */
  readonly sets: readonly Omit<CheckedSet, 'config'>[];
  readonly configs: readonly ReadConfig[];
}

/** Reads rule files and configurations. A folder with a rule file in it is one set, as the service takes it. */
export async function readFiles(paths: readonly string[]): Promise<ReadFiles> {
  return total(await Promise.all(paths.map(readPath)));
}

async function readPath(path: string): Promise<ReadFiles> {
  const { texts, findings } = readRuleTexts([path]);
  if (findings.length > 0) return { ...nothing, files: texts.length, findings };
  const isFolder = statSync(path).isDirectory();
  if (isFolder && texts.some((text) => kindOf(text) === 'rules')) return readRules(texts);
  return total(await Promise.all(texts.map(readFile)));
}

const nothing: ReadFiles = { files: 0, rules: 0, findings: [], sets: [], configs: [] };

async function readFile(text: RuleText): Promise<ReadFiles> {
  const kind = kindOf(text);
  if (kind === 'rules') return readRules([text]);
  if (kind === 'config') {
    const read = readConfig(text.file, text.text, process.env);
    return { ...nothing, files: 1, findings: read.findings, configs: read.config ? [read] : [] };
  }
  if (kind === 'tests') return { ...nothing, files: 1, findings: (await loadTestFile(text.file)).findings };
  const message = 'is neither a rule file nor a configuration';
  const cure = `a rule file begins with groups:, a configuration with ${Object.keys(configSchema.shape).join(':, ')}:`;
  return { ...nothing, files: 1, findings: [fileFinding(text.file, message, cure)] };
}

function readRules(texts: readonly RuleText[]): ReadFiles {
  const { rules, findings } = compileRules(texts);
  const sets = findings.some(isError) ? [] : [{ rules, texts }];
  return { ...nothing, files: texts.length, rules: rules.length, findings, sets };
}

function kindOf({ file, text }: RuleText): 'rules' | 'config' | 'tests' | 'unknown' {
  const { value } = new YamlSource(file, text);
  // A file with broken syntax has no value; its lines still tell what it is meant to be.
  const keys =
    value === undefined || value === null
      ? [...text.matchAll(/^([a-z]+)\s*:/gm)].map(([, key]) => key)
      : Object.keys(Object(value));
  if (keys.includes('groups')) return 'rules';
  if (keys.includes('tests')) return 'tests';
  if (keys.some((key) => key in configSchema.shape) || basename(file) === DEFAULT_CONFIG_FILE)
    return 'config';
  return keys.length === 0 ? 'rules' : 'unknown';
}

function total(parts: readonly ReadFiles[]): ReadFiles {
  return {
    files: parts.reduce((sum, { files }) => sum + files, 0),
    rules: parts.reduce((sum, { rules }) => sum + rules, 0),
    findings: parts.flatMap(({ findings }) => findings),
    sets: parts.flatMap(({ sets }) => sets),
    configs: parts.flatMap(({ configs }) => configs),
  };
}
