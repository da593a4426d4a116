import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { JsonSchema } from '../../src/editor/index.js';
import { compileRules, formatFinding, KINDS, type Rule, ruleFileSchema } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { parseDuration } from '../../src/telemetry/index.js';
import { keyTable } from '../docs/key-table.js';
import { checkSection } from '../docs/pages.js';

const page = readFileSync(join(packageRoot, 'docs/rules.md'), 'utf8');

/** The rules of a block; one that is a list of rules alone is put into a group. */
function rulesOf(block: string): readonly Rule[] {
  const indented = block.replace(/^(?=.)/gm, '      ');
  const text = block.startsWith('groups:') ? block : `groups:\n  - name: docs\n    rules:\n${indented}`;
  const { rules, findings } = compileRules([{ file: 'docs/rules.md', text }]);
  assert.deepEqual(findings.map(formatFinding), []);
  return rules;
}

/** The rows below a heading: the cells of each, backticks taken away. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return section
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|--'))
    .slice(1)
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}

const written = z.toJSONSchema(ruleFileSchema, { io: 'input' }) as JsonSchema;
const group = written.properties?.groups.items ?? {};
const rule = group.properties?.rules.items ?? {};
const keysOf = (part: JsonSchema | undefined) => Object.keys(part?.properties ?? {});

describe('docs/rules.md', () => {
  // The line that names the schema is YAML, but no rule.
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, block]) => block)
    .filter((block) => !block.startsWith('# yaml-language-server'));

  it('has examples that load, one of every kind at least', () => {
    const kinds = new Set(blocks.flatMap(rulesOf).map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), Object.keys(KINDS).sort());
  });

  it('has the tables of the schema (UPDATE_DOCS=1 writes them)', () => {
    checkSection('docs/rules.md', 'keys of a group', keyTable(group));
    checkSection('docs/rules.md', 'keys of a rule', keyTable(rule));
    for (const kind of Object.keys(KINDS))
      checkSection('docs/rules.md', `keys of ${kind}`, keyTable(rule.properties?.[kind] ?? {}));
  });

  it('explains every key of a group and of a rule, and no other', () => {
    const keys = (heading: string) => rowsBelow(heading).flatMap(([key]) => key.split(', '));
    assert.deepEqual(keys('Groups').sort(), keysOf(group).sort());
    const known = keysOf(rule).filter((key) => key !== 'fleet');
    assert.deepEqual(
      rowsBelow('Every rule')
        .flatMap(([key]) => key.split(', '))
        .sort(),
      known.sort(),
    );
  });

  for (const kind of Object.keys(KINDS)) {
    it(`explains every key of ${kind}, with its default`, () => {
      const written = Object.fromEntries(rowsBelow(kind).map(([key, initial]) => [key, initial]));
      const schema = rule.properties?.[kind].properties ?? {};
      assert.deepEqual(Object.keys(written).sort(), Object.keys(schema).sort());
      for (const [key, { default: initial }] of Object.entries(schema)) {
        if (initial !== undefined) assert.equal(written[key], String(initial), key);
      }
    });
  }

  it('gives the times that rules have where they are left out', () => {
    const least = {
      forecast: '{ of: rss }',
      growth: '{ of: rss, atLeast: 1MiB per hour }',
      gc: '{ pauseShare: 10% }',
      readiness: '{ notReady: 2m }',
      absent: '{ after: 5m }',
    };
    const timings = rowsBelow('Times by kind').map(([kind, , , times]) => [kind, ...times.split(', ')]);
    assert.deepEqual(timings.map(([kind]) => kind).sort(), Object.keys(least).sort());
    for (const [kind, forTime, keepFiring] of timings) {
      const [found] = rulesOf(`- alert: A\n  ${kind}: ${least[kind as keyof typeof least]}\n`);
      assert.deepEqual([found.forMs, found.keepFiringMs], [forTime, keepFiring].map(parseDuration), kind);
    }
  });

  it('names units that are read, and those that are refused', () => {
    const example = (what: string, value: string) =>
      ({
        duration: `forecast: { of: rss, within: ${value} }`,
        size: `forecast: { of: rss, reaches: ${value} }`,
        share: `forecast: { of: rss, probability: ${value} }`,
        level: `forecast: { of: rss, reaches: ${value} }`,
        rate: `growth: { of: rss, atLeast: ${value} }`,
      })[what];
    const units = page.split('\n## Units\n')[1].split('\n## ')[0];
    const rows = [...units.matchAll(/^\| (duration|size|share|level|rate) \| (.*) \| (.*) \|$/gm)];
    assert.equal(rows.length, 5);
    for (const [, what, good, bad] of rows) {
      const isRead = ([, value]: RegExpMatchArray) => {
        const text = `groups: [{ name: g, rules: [{ alert: A, ${example(what, value)} }] }]`;
        return compileRules([{ file: 'a.yaml', text }]).findings.length === 0;
      };
      const values = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)];
      for (const value of values(good)) assert.ok(isRead(value), `${value[1]} is a ${what}`);
      for (const value of values(bad)) assert.ok(!isRead(value), `${value[1]} is no ${what}`);
    }
  });
});
