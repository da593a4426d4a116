import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { loadTestFile, type TestFile } from '../../src/rule-test/index.js';
import { tempFolder } from '../support/temp-folder.js';

/** Rules whose reasons follow from the input alone, so that exact texts can be expected. */
export const RULES = `groups:
  - name: nodes
    rules:
      - alert: Down
        readiness: { notReady: 2m }
      - alert: Silent
        absent: { after: 5m }
        severity: page
`;

/** Writes files into a folder of the test; their names are relative to it. */
export function writeFiles(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = tempFolder(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Loads a test file beside rules, from a folder of the test. */
export function load(
  t: TestContext,
  text: string,
  others: Readonly<Record<string, string>> = {},
): Promise<TestFile> {
  const folder = writeFiles(t, { 'x.yaml': RULES, 'x.test.yaml': text, ...others });
  return loadTestFile(join(folder, 'x.test.yaml'));
}

/** A file with one case that sends `input` and expects `expect`. */
export function fileOf(input: string, expect = '- never: "*"'): string {
  return `tests:
  - name: a case
    input: ${input}
    expect:
      ${expect}
`;
}
