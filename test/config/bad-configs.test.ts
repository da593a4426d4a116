import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { configSchema, readConfig } from '../../src/config/index.js';
import type { JsonSchema } from '../../src/editor/index.js';
import { formatFinding, writtenSchema, YamlSource } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { wayOf, wrongWays } from '../support/wrong-ways.js';
import { BAD_CONFIGS } from './bad-configs.js';

const folder = join(packageRoot, 'test/fixtures/config/bad');
const names = readdirSync(folder).map((name) => name.replace('.bad.yaml', ''));

function read(name: string) {
  const text = readFileSync(join(folder, `${name}.bad.yaml`), 'utf8');
  return { text, ...readConfig(name, text, {}) };
}

describe('a configuration with a fault', () => {
  for (const name of names) {
    it(`${name} is refused, with its place and its cure`, () => {
      const { config, findings } = read(name);
      const texts = findings.map((finding) => {
        const text = formatFinding(finding).slice(name.length + 1);
        return finding.cure ? `${text} (${finding.cure})` : text;
      });
      assert.deepEqual(texts, BAD_CONFIGS[name] ?? 'add its findings to the table BAD_CONFIGS');
      assert.equal(config, undefined);
    });
  }

  it('is known by every fixture of the table', () => {
    assert.deepEqual(Object.keys(BAD_CONFIGS).sort(), names.sort());
  });

  it('is there for every way in which the schema can be broken', () => {
    const schema = writtenSchema(configSchema) as JsonSchema;
    const shown = names.flatMap((name) => {
      const { text, findings } = read(name);
      const { value } = new YamlSource(name, text);
      return findings.map((finding) => wayOf(finding, value, schema));
    });
    const ways = wrongWays(schema);
    assert.ok(ways.size > 100, `${ways.size} ways`);
    assert.deepEqual(
      [...ways].filter((way) => !shown.includes(way)),
      [],
    );
  });

  it('never shows a secret, not even one of digits without quotes', () => {
    const { findings } = read('people-token-number');
    assert.equal(findings.length, 1);
    assert.ok(!JSON.stringify(findings).includes('1234567890'));
  });
});
