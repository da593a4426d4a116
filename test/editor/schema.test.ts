import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { readConfig } from '../../src/config/index.js';
import {
  EDITOR_SCHEMAS,
  editorSchemaText,
  type JsonSchema,
  type SchemaName,
} from '../../src/editor/index.js';
import { compileRules, isError, YamlSource } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { loadTestFile } from '../../src/rule-test/index.js';
import { runHeadroom } from '../support/run-headroom.js';

const names = Object.keys(EDITOR_SCHEMAS) as SchemaName[];
const read = (path: string) => readFileSync(join(packageRoot, path), 'utf8');

/** Files of a folder, relative to the package, as far as they hold rules. */
function ruleFilesIn(folder: string): string[] {
  return readdirSync(join(packageRoot, folder))
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .map((name) => join(folder, name));
}

/** Whether an independent validator takes a file's value; undefined where it is no YAML to begin with. */
function isTakenBySchema(schema: SchemaName, text: string): boolean | undefined {
  const { findings, value } = new YamlSource('', text);
  return findings.length > 0 ? undefined : validators[schema](value);
}

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
ajv.addKeyword('markdownDescription');
ajv.addFormat('uri', (text: string) => URL.canParse(text));
const validators = Object.fromEntries(
  names.map((name) => [name, ajv.compile(JSON.parse(editorSchemaText(name)))]),
);

/** How many examples and defaults each has at least. */
const LEAST_VALUES: Readonly<Record<SchemaName, number>> = { rules: 10, tests: 1, config: 10, names: 0 };

/** Wrong only in what one value means beside another, which a JSON Schema cannot say. */
const BEYOND_RULES_SCHEMA = [
  'absent-forget-early',
  'alert-twice',
  'forecast-probability-zero',
  'forecast-reaches-over',
  'forecast-soon-later',
  'forecast-within-zero',
  'forecast-wrong-limit',
  'gc-share-over',
  'no-rule',
  'readiness-empty',
  'readiness-within-alone',
];

/** A number may be a series, such as a count that stays; what it may be depends on the signal. */
const BEYOND_TESTS_SCHEMA = [
  'case-input-any-gc-pause-total-wrong-type',
  'case-input-any-heap-after-gc-wrong-type',
  'case-input-any-heap-limit-wrong-type',
  'case-input-any-heap-used-wrong-type',
  'case-input-any-memory-limit-wrong-type',
  'case-input-any-ready-wrong-type',
  'case-input-any-rss-wrong-type',
];

const BEYOND_CONFIG_SCHEMA = [
  'alertmanager-two-credentials',
  'listen-host-public',
  'notify-heartbeat-every-zero',
  'notify-inhibit-matcher-empty',
  'notify-route-below-receiver-unknown',
  'notify-route-interval-slip',
  'notify-route-interval-unknown',
  'notify-route-matcher-broken',
  'notify-route-matcher-pattern',
  'notify-route-receiver-slip',
  'notify-route-receiver-unknown',
  'notify-route-receiver-without-channels',
  'notify-time-interval-day-zero',
  'notify-time-interval-location-unknown',
  'notify-time-interval-month-unknown',
  'notify-time-interval-over-midnight',
  'notify-time-interval-time-short',
  'notify-time-interval-twice',
  'notify-time-interval-weekday-short',
  'notify-time-interval-year-short',
  'notify-time-zone-unknown',
  'people-longest-silence-zero',
  'slack-nowhere',
  'slack-token-without-channel',
  'slack-url-and-token',
  'store-influx-without-bucket',
  'store-memory-limit-small',
  'store-retention-zero',
  'store-url-bad-value',
  'store-victoriametrics-without-url',
  'tokens-twice',
  'variable-missing',
  'variable-open',
  'webhook-secret-short',
];

describe('the schemas for editors', () => {
  for (const name of names) {
    const { file, title } = EDITOR_SCHEMAS[name];

    it(`ship ${file}, which is what \`headroom schema ${name}\` prints`, async () => {
      const { code, out, err } = await runHeadroom(packageRoot, 'schema', name);
      assert.deepEqual([code, err], [0, '']);
      if (process.env.UPDATE_DOCS) writeFileSync(join(packageRoot, file), out);
      assert.equal(read(file), out, 'UPDATE_DOCS=1 writes it');
      assert.equal(JSON.parse(out).title, title);
    });

    it(`explain every key of ${name}, and refuse others`, () => {
      const bare: string[] = [];
      const visit = (part: JsonSchema, path: string): void => {
        for (const [key, child] of Object.entries(part.definitions ?? {})) visit(child, key);
        for (const branch of [...(part.anyOf ?? []), ...(part.oneOf ?? [])]) visit(branch, path);
        for (const entry of [part.items ?? []].flat()) visit(entry, `${path}[]`);
        if (typeof part.additionalProperties === 'object') visit(part.additionalProperties, `${path}.*`);
        if (!part.properties) return;
        if (part.additionalProperties !== false) bare.push(`${path} takes any key`);
        for (const [key, field] of Object.entries(part.properties)) {
          const isExplained = field.title && field.description && field.markdownDescription;
          if (!isExplained && field.const === undefined) bare.push(`${path}.${key}`);
          visit(field, `${path}.${key}`);
        }
      };
      visit(JSON.parse(editorSchemaText(name)) as JsonSchema, name);
      assert.deepEqual(bare, []);
    });

    it(`have examples and defaults in ${name} that they take themselves`, () => {
      let count = 0;
      const whole = JSON.parse(editorSchemaText(name)) as JsonSchema;
      const { definitions = {} } = whole;
      const visit = (part: JsonSchema, path: string): void => {
        const { default: initial, examples = [], ...rest } = part;
        for (const value of [...examples, ...(initial === undefined ? [] : [initial])]) {
          assert.ok(
            ajv.validate({ ...rest, definitions }, value),
            `${path}: ${JSON.stringify(value)} ${ajv.errorsText()}`,
          );
          count++;
        }
        for (const [key, field] of Object.entries(part.properties ?? {})) visit(field, `${path}.${key}`);
        for (const entry of [part.items ?? []].flat()) visit(entry, `${path}[]`);
        if (typeof part.additionalProperties === 'object') visit(part.additionalProperties, `${path}.*`);
        for (const branch of [...(part.anyOf ?? []), ...(part.oneOf ?? [])]) visit(branch, path);
        for (const [key, child] of Object.entries(part.definitions ?? {})) visit(child, key);
      };
      visit(whole, name);
      assert.ok(count >= LEAST_VALUES[name], `${count} values`);
    });
  }

  it('do not know other kinds', async () => {
    const { code, err } = await runHeadroom(packageRoot, 'schema', 'nonsense');
    assert.equal(code, 1);
    assert.match(err, /Allowed choices are rules, tests, names, config/);
  });

  it('take every rule file that the loader takes', () => {
    const files = ['rules', 'examples/quick-rules', 'test/fixtures/rules/good', 'test/fixtures/traces/rules'];
    for (const file of files.flatMap(ruleFilesIn)) {
      const text = read(file);
      assert.deepEqual(compileRules([{ file, text }]).findings.filter(isError), []);
      assert.equal(
        isTakenBySchema('rules', text),
        true,
        `${file}: ${ajv.errorsText(validators.rules.errors)}`,
      );
    }
  });

  it('take every file of rule tests that the loader takes', async () => {
    const files = ['rules/memory.test.yaml', 'test/fixtures/rule-tests/passing/nodes.test.yaml'];
    for (const file of files) {
      assert.deepEqual((await loadTestFile(join(packageRoot, file))).findings, []);
      const isTaken = isTakenBySchema('tests', read(file));
      assert.equal(isTaken, true, `${file}: ${ajv.errorsText(validators.tests.errors)}`);
    }
  });

  it('refuse every rule file that is wrong by its structure', () => {
    const taken = ruleFilesIn('test/fixtures/rules/bad').filter((file) =>
      isTakenBySchema('rules', read(file)),
    );
    const faults = taken.map((file) => file.replace(/^.*\/|\.bad\.yaml$/g, ''));
    assert.deepEqual(faults.sort(), BEYOND_RULES_SCHEMA);
  });

  it('refuse every file of rule tests that is wrong by its structure', () => {
    const files = ruleFilesIn('test/fixtures/rule-tests/bad');
    const taken = files.filter((file) => isTakenBySchema('tests', read(file)));
    const faults = taken.map((file) => file.replace(/^.*\/|\.bad\.yaml$/g, ''));
    assert.deepEqual(faults.sort(), BEYOND_TESTS_SCHEMA);
  });

  it('refuse every configuration that is wrong by its structure', () => {
    const files = ruleFilesIn('test/fixtures/config/bad');
    const taken = files.filter((file) => isTakenBySchema('config', read(file)));
    const faults = taken.map((file) => file.replace(/^.*\/|\.bad\.yaml$/g, ''));
    assert.deepEqual(faults.sort(), BEYOND_CONFIG_SCHEMA);
  });

  it('take configurations, variables of the environment included', () => {
    const variables = { HEADROOM_AGENT_TOKEN: 'token-of-agents', HEADROOM_ADMIN_TOKEN: 'token-of-people' };
    for (const file of ['examples/headroom.yaml', 'examples/quick.yaml', 'test/fixtures/config/full.yaml']) {
      const text = read(file);
      assert.equal(isTakenBySchema('config', text), true, ajv.errorsText(validators.config.errors));
      if (file.startsWith('examples'))
        assert.deepEqual(readConfig(file, text, variables).findings, [], 'the loader takes it, too');
    }
    for (const wrong of ['listen: { prt: 1 }', 'listen: { port: "80" }', 'log: { level: loud }'])
      assert.equal(isTakenBySchema('config', wrong), false, wrong);
  });

  it('are named by the files that ship', () => {
    const files = ['rules', 'examples', 'examples/quick-rules'].flatMap(ruleFilesIn);
    for (const file of [...files, 'rules/memory.test.yaml']) {
      const [, path] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(read(file)) ?? [];
      assert.ok(path, `${file} names its schema`);
      const named = join(file, '..', path);
      assert.ok(
        Object.values(EDITOR_SCHEMAS).some((schema) => schema.file === named),
        `${file}: ${named}`,
      );
    }
  });
});
