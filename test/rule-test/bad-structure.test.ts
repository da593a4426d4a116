import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { JsonSchema } from '../../src/editor/index.js';
import { formatFinding, writtenSchema, YamlSource } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { loadTestFile, testFileSchema } from '../../src/rule-test/index.js';
import { wayOf, wrongWays } from '../support/wrong-ways.js';
import { BAD_STRUCTURE } from './bad-structure.js';

const folder = join(packageRoot, 'test/fixtures/rule-tests/bad');
const files = readdirSync(folder);
const nameOf = (file: string) => file.replace('.bad.yaml', '');

describe('a file of rule tests that is wrong by its structure', () => {
  for (const file of files) {
    it(`${nameOf(file)} is refused, with its place and its cure`, async () => {
      const { cases, findings } = await loadTestFile(join(folder, file));
      const texts = findings.map((finding) => {
        const text = formatFinding(finding).slice(finding.file.length + 1);
        return finding.cure ? `${text} (${finding.cure})` : text;
      });
      assert.deepEqual(texts, BAD_STRUCTURE[nameOf(file)] ?? 'add its findings to the table BAD_STRUCTURE');
      assert.deepEqual(cases, []);
    });
  }

  it('is known by every fixture of the table', () => {
    assert.deepEqual(Object.keys(BAD_STRUCTURE).sort(), files.map(nameOf).sort());
  });

  it('is there for every way in which the schema can be broken', async () => {
    const schema = writtenSchema(testFileSchema) as JsonSchema;
    const shown = new Set<string>();
    for (const file of files) {
      const { value } = new YamlSource(file, readFileSync(join(folder, file), 'utf8'));
      const { findings } = await loadTestFile(join(folder, file));
      for (const finding of findings) shown.add(wayOf(finding, value, schema));
    }
    const ways = wrongWays(schema);
    assert.ok(ways.size > 60, `${ways.size} ways`);
    assert.deepEqual(
      [...ways].filter((way) => !shown.has(way)),
      [],
    );
  });
});
