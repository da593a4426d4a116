import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, fileFinding } from '../evaluate/index.js';

/**
 * The files of rule tests that paths stand for: those in a folder (and the folders in it), a file of tests itself, or
 * the one beside a rule file. In the order of their names, each once; what is none of these is a finding.
 */
export function findTestFiles(paths: readonly string[]): {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
} {
  const files = new Set<string>();
  const findings: Finding[] = [];
  for (const path of paths) {
    const found = filesOf(path);
    if (Array.isArray(found)) for (const file of found) files.add(file);
    else findings.push(found);
  }
  return { files: [...files], findings };
}

/** The file of tests beside a rule file: `x.test.yaml` for `x.yaml`. */
export function testFileOf(ruleFile: string): string {
  return ruleFile.replace(/(\.ya?ml)$/, '.test$1');
}

function filesOf(path: string): string[] | Finding {
  if (!existsSync(path))
    return fileFinding(path, 'is not there', 'name a folder of rules, a rule file or a file of rule tests');
  if (statSync(path).isDirectory()) {
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => isTestFile(name) && !/(^|\/)\./.test(name))
      .sort()
      .map((name) => join(path, name));
    if (files.length > 0) return files;
    return fileFinding(
      path,
      'holds no rule tests',
      'write x.test.yaml beside x.yaml; docs/rule-tests.md says how',
    );
  }
  if (isTestFile(path)) return [path];
  const beside = testFileOf(path);
  if (beside !== path && existsSync(beside)) return [beside];
  return fileFinding(
    path,
    'has no rule tests',
    `write ${beside === path ? 'x.test.yaml' : beside}; docs/rule-tests.md says how`,
  );
}

function isTestFile(name: string): boolean {
  return /\.test\.ya?ml$/.test(name);
}
