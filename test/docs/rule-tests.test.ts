import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { packageRoot } from '../../src/paths.js';
import { testFileSchema } from '../../src/rule-test/index.js';
import { writeFiles } from '../rule-test/support.js';
import { runHeadroom } from '../support/run-headroom.js';
import { blocksOf, checkSection, readPage } from './pages.js';

const PAGE = 'docs/rule-tests.md';

interface Part {
  readonly properties: Readonly<Record<string, Part>>;
  readonly items: Part;
  readonly additionalProperties: Part;
  readonly description?: string;
  readonly required?: readonly string[];
}

const schema = z.toJSONSchema(testFileSchema, { io: 'input' }) as unknown as Part;
const test = schema.properties.tests.items;
const node = test.properties.input.additionalProperties;
const expectation = test.properties.expect.items;

function keysOf({ properties, required = [] }: Part): string {
  const rows = Object.entries(properties).map(([key, { description }]) => {
    assert.ok(description, `${key} has no description in the schema`);
    return `| \`${key}\` | ${description}${required.includes(key) ? ' Required.' : ''} |`;
  });
  return `| key | meaning |\n|---|---|\n${rows.join('\n')}`;
}

describe('docs/rule-tests.md', () => {
  it('explains every key', () => {
    checkSection(PAGE, 'file keys', keysOf(schema));
    checkSection(PAGE, 'test keys', keysOf(test));
    checkSection(PAGE, 'node keys', keysOf(node));
    checkSection(PAGE, 'expectation keys', keysOf(expectation));
  });

  it('has an example that passes, by the commands that it names', async (t) => {
    const blocks = blocksOf(PAGE);
    const files = blocks.flatMap(({ marks, text }) => {
      const name = marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
      return name ? [[name, text] as const] : [];
    });
    assert.deepEqual(
      files.map(([name]) => name),
      ['router.yaml', 'router.test.yaml'],
    );
    const folder = writeFiles(t, Object.fromEntries(files));
    const commands = blocks
      .filter(({ marks }) => marks.includes('run'))
      .flatMap(({ text }) => text.trim().split('\n'));
    assert.equal(commands.length, 2);
    for (const command of commands) {
      const args = command
        .replace(/^headroom /, '')
        .replace(/ > .*/, '')
        .split(' ');
      const { code, out, err } = await runHeadroom(folder, ...args);
      assert.equal(code, 0, out + err);
      assert.match(err, args.includes('--filter') ? /^1 test passed/ : /^3 tests passed/);
    }
    const coverage = await runHeadroom(folder, 'test', '--coverage', '.');
    assert.match(coverage.out, /^2 of 2 rules have/m);
  });

  it('shows what a failure looks like', () => {
    const [shown] = blocksOf(PAGE).filter(({ language }) => language === 'text');
    const printed = readFileSync(join(packageRoot, 'test/fixtures/rule-tests/failing/expected.txt'), 'utf8');
    assert.ok(printed.includes(`\n${shown.text}`));
  });

  it('has segments and expectations that can be read', async (t) => {
    const rules =
      'groups: [{ name: g, rules: [{ alert: RssGrowing, growth: { of: rss, atLeast: 1MiB per hour } }] }]\n';
    const page = readPage(PAGE);
    const cells = (heading: string) =>
      [
        ...page
          .split(`\n## ${heading}\n`)[1]
          .split('\n## ')[0]
          .matchAll(/^\|(.*)\|$/gm),
      ]
        .slice(2)
        .map(([, row]) => row);
    const segments = cells('Series').flatMap((row) =>
      [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, text]) => text),
    );
    assert.ok(segments.length >= 11);
    const series = segments.map((text) =>
      text === '400MiB' ? `[1B x 1, ${text}]` : `[400MiB x 1, ${text}, 1MiB x 9]`,
    );
    const expectations = cells('Expectations').flatMap((row) =>
      [...row.matchAll(/`(\{[^`]+\})`/g)].map(([, text]) => text),
    );
    assert.ok(expectations.length >= 6);
    const tests = series.map(
      (text, i) =>
        `  - { name: s${i}, input: { r-1: { rss: ${text}, ready: 1 x 9 } }, expect: ${JSON.stringify([{ never: 'RssGrowing' }])} }\n`,
    );
    const last = `  - { name: e, input: { r-1: { rss: 1B x 9 } }, expect: [${expectations.join(', ')}] }\n`;
    const folder = writeFiles(t, { 'x.yaml': rules, 'x.test.yaml': `tests:\n${tests.join('')}${last}` });
    const { code, out, err } = await runHeadroom(folder, 'check', 'x.test.yaml');
    assert.deepEqual([code, out], [0, ''], err);
  });
});
