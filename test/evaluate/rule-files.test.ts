import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { JsonSchema } from '../../src/editor/index.js';
import {
  type Finding,
  formatFinding,
  loadRules,
  matches,
  type Rule,
  ruleFileSchema,
  writtenSchema,
  YamlSource,
} from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { wayOf, wrongWays } from '../support/wrong-ways.js';
import { BAD_RULES } from './bad-rules.js';

const fixtures = join(packageRoot, 'test/fixtures/rules');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What follows the file's name, with the cure in parentheses. */
function textOf(finding: Finding): string {
  const text = formatFinding(finding)
    .slice(finding.file.length + 1)
    .replaceAll(finding.file, 'FILE');
  return finding.cure ? `${text} (${finding.cure})` : text;
}

function ruleById(id: string): Rule {
  const { rules, findings } = loadRules(join(fixtures, 'good/every-kind.yaml'));
  assert.deepEqual(findings, []);
  const rule = rules.find((candidate) => candidate.id === id);
  assert.ok(rule, `no rule ${id}`);
  return rule;
}

describe('a rule file with a fault', () => {
  for (const name of readdirSync(join(fixtures, 'bad'))) {
    const fault = name.replace('.bad.yaml', '');
    it(`${fault} is refused, with its place and its cure`, () => {
      const { rules, findings } = loadRules(join(fixtures, 'bad', name));
      assert.deepEqual(findings.map(textOf), BAD_RULES[fault] ?? 'add its findings to the table BAD_RULES');
      assert.deepEqual(rules, []);
    });
  }

  it('is known by every fixture of the table', () => {
    const files = readdirSync(join(fixtures, 'bad')).map((name) => name.replace('.bad.yaml', ''));
    assert.deepEqual(Object.keys(BAD_RULES).sort(), files.sort());
  });

  it('is there for every way in which the schema can be broken', () => {
    const schema = writtenSchema(ruleFileSchema) as JsonSchema;
    const shown = readdirSync(join(fixtures, 'bad')).flatMap((name) => {
      const file = join(fixtures, 'bad', name);
      const { value } = new YamlSource(file, readFileSync(file, 'utf8'));
      return loadRules(file).findings.map((finding) => wayOf(finding, value, schema));
    });
    const ways = wrongWays(schema);
    assert.ok(ways.size > 60, `${ways.size} ways`);
    assert.deepEqual(
      [...ways].filter((way) => !shown.includes(way)),
      [],
    );
  });

  it('that is no text in UTF-8, or far too large, says what it is', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const good = readFileSync(join(fixtures, 'good/anchors.yaml'), 'utf8');
    const found = (bytes: Buffer) => {
      const file = join(folder, 'a.yaml');
      writeFileSync(file, bytes);
      return loadRules(file).findings.map((finding) => textOf(finding));
    };
    assert.deepEqual(found(Buffer.from(`\ufeff${good}`)), [], 'a byte order mark does no harm');
    assert.deepEqual(found(Buffer.from(`\ufeff${good}`, 'utf16le')), [
      '1:1 is UTF-16 text; must be UTF-8 (save the file as UTF-8)',
    ]);
    assert.deepEqual(found(Buffer.from('# Caf\u00e9\n', 'latin1')), [
      '1:6 a character here is not UTF-8 (save the file as UTF-8)',
    ]);
    assert.deepEqual(found(Buffer.alloc(5 * 2 ** 20, '# \n')), [
      '1:1 is 5 MiB large; at most 4 MiB are read (check its name, or divide it into several files)',
    ]);
  });

  it('shows the line and how much of it is at fault', () => {
    const { findings } = loadRules(join(fixtures, 'bad/for-words.bad.yaml'));
    const [{ excerpt, column, length }] = findings;
    assert.equal(excerpt, '        for: 5 minutes');
    assert.equal(excerpt.slice(column - 1, column - 1 + length), '5 minutes');
  });

  it('takes the whole set with it, other files included', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
    t.after(() => rmSync(folder, { recursive: true }));
    cpSync(join(fixtures, 'good/every-kind.yaml'), join(folder, 'good.yaml'));
    cpSync(join(fixtures, 'bad/for-words.bad.yaml'), join(folder, 'bad.yaml'));
    assert.deepEqual(loadRules(folder).rules, []);
    const both = loadRules([join(folder, 'good.yaml'), join(folder, 'bad.yaml')]);
    assert.equal(both.findings.length, 1);
  });
});

describe('rule files without faults', () => {
  it('give rules with times in ms and sizes in bytes', () => {
    const { line, ...rule } = ruleById('Forecast');
    assert.equal(line, 6);
    assert.deepEqual(rule, {
      id: 'Forecast',
      kind: 'forecast',
      condition: {
        of: 'heap',
        reaches: { text: '90% of heap_limit', limit: 'heap_limit', target: { kind: 'share', of: 0.9 } },
        withinMs: 90 * MINUTE,
        probability: 0.75,
        soon: null,
      },
      group: 'full',
      nodes: { role: 'cache' },
      forMs: 90_000,
      keepFiringMs: 15 * MINUTE,
      severity: 'page',
      runbook: 'https://runbooks.example/memory#forecast',
      summary: 'Drain it before it falls.',
      labels: { team: 'edge' },
      file: join(fixtures, 'good/every-kind.yaml'),
    });
    assert.deepEqual(ruleById('Growth').condition, {
      of: 'rss',
      signal: 'rss',
      atLeast: { text: '1.5% of memory_limit per day', limit: 'memory_limit', perHour: 0.015 / 24 },
      overMs: 12 * HOUR,
    });
    assert.deepEqual(ruleById('Gc').condition, { pauseShare: 0.2, rising: true, overMs: 5 * MINUTE });
    assert.deepEqual(ruleById('Readiness').condition, {
      notReadyMs: 90_000,
      flaps: 4,
      withinMs: 10 * MINUTE,
    });
    assert.deepEqual(ruleById('Absent').condition, { afterMs: 3 * MINUTE, forgetMs: 6 * HOUR });
  });

  it('fill what is left out', () => {
    const least = ruleById('ForecastLeast');
    assert.deepEqual(least.condition, {
      of: 'rss',
      reaches: { text: 'memory_limit', limit: 'memory_limit', target: undefined },
      withinMs: 2 * HOUR,
      probability: 0.8,
      soon: null,
    });
    assert.deepEqual(
      [least.nodes, least.severity, least.runbook, least.labels, least.forMs, least.keepFiringMs],
      [{}, 'ticket', undefined, {}, 5 * MINUTE, 10 * MINUTE],
    );
    const timings = ['GrowthLeast', 'GcLeast', 'ReadinessLeast', 'AbsentLeast'].map((id) => {
      const { forMs, keepFiringMs } = ruleById(id);
      return [id, forMs / MINUTE, keepFiringMs / MINUTE];
    });
    assert.deepEqual(timings, [
      ['GrowthLeast', 15, 30],
      ['GcLeast', 5, 10],
      ['ReadinessLeast', 0, 1],
      ['AbsentLeast', 1, 0],
    ]);
    const bytes = ruleById('ForecastBytes');
    assert.ok(bytes.kind === 'forecast');
    assert.deepEqual(bytes.condition.reaches.target, { kind: 'bytes', bytes: 512 * 2 ** 20 });
    const perMinute = ruleById('GrowthLeast');
    assert.ok(perMinute.kind === 'growth');
    assert.equal(Math.round(perMinute.condition.atLeast.perHour), 60 * 20 * 2 ** 20);
  });

  it('take over the nodes of their group, anchors included, and leave rule tests out', () => {
    const { rules, findings } = loadRules(join(fixtures, 'good'));
    assert.deepEqual(findings, []);
    const nodes = (id: string) => rules.find((rule) => rule.id === id)?.nodes;
    assert.deepEqual(nodes('EdgeLost'), { role: 'router' });
    assert.deepEqual(nodes('Gc'), { role: 'router', zone: ['eu-1', 'eu-2'], node: 'edge-*' });
    assert.equal(rules.length, 13);
  });

  it('have a hash that follows the content', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'a.yaml');
    const text = (severity: string) =>
      `groups: [{ name: a, rules: [{ alert: A, absent: { after: 5m }, severity: ${severity} }] }]\n`;
    writeFileSync(file, text('page'));
    const first = loadRules(folder).hash;
    assert.equal(loadRules(folder).hash, first);
    writeFileSync(file, text('ticket'));
    assert.notEqual(loadRules(folder).hash, first);
  });

  it('are warned of a severity that looks like a slip, and used', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-rules-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'a.yaml'),
      'groups: [{ name: a, rules: [{ alert: A, absent: { after: 5m }, severity: pgae }] }]\n',
    );
    const { rules, findings } = loadRules(folder);
    assert.equal(rules.length, 1);
    assert.deepEqual(
      findings.map(({ severity, cure }) => [severity, cure]),
      [['warning', 'did you mean `page`?']],
    );
  });

  it('are what ships, and its runbooks exist', () => {
    const { rules, findings } = loadRules(join(packageRoot, 'rules'));
    assert.deepEqual(findings, []);
    assert.deepEqual(
      rules.map(({ id, severity }) => `${id} ${severity}`),
      [
        'MemoryBreachPredicted page',
        'HeapBreachPredicted page',
        'LiveSetGrowing ticket',
        'RssGrowing ticket',
        'GcFallingBehind ticket',
        'NodeNotReady ticket',
        'NodeFlapping ticket',
        'TelemetryLost ticket',
      ],
    );
    const page = readFileSync(join(packageRoot, 'docs/runbooks/memory.md'), 'utf8');
    for (const { id, runbook } of rules) {
      assert.equal(runbook, `docs/runbooks/memory.md#${id.toLowerCase()}`);
      assert.match(page, new RegExp(`^## ${id}$`, 'm'));
    }
  });
});

describe('the schema of rule files', () => {
  it('describes every field for editors', () => {
    interface Part {
      readonly description?: string;
      readonly properties?: Readonly<Record<string, Part>>;
      readonly items?: Part;
    }
    const undescribed = (part: Part, path: string): string[] =>
      Object.entries(part.properties ?? {}).flatMap(([key, field]) => [
        ...(field.description ? [] : [`${path}.${key}`]),
        ...undescribed(field, `${path}.${key}`),
        ...(field.items ? undescribed(field.items, `${path}.${key}[]`) : []),
      ]);
    const schema = z.toJSONSchema(ruleFileSchema, { target: 'draft-7', io: 'input' });
    assert.deepEqual(undescribed(schema as Part, ''), []);
    assert.match(JSON.stringify(schema), /"required":\["forecast"\]/);
  });
});

describe('matching', () => {
  const labels = { role: 'router', zone: 'eu-1', 'app.kubernetes.io/name': 'edge' };
  const cases: [string, Rule['nodes'], boolean][] = [
    ['no matcher matches every node', {}, true],
    ['an equal value', { role: 'router' }, true],
    ['another value', { role: 'cache' }, false],
    ['a label that the node lacks', { pool: 'a' }, false],
    ['a lacking label against a star', { pool: '*' }, false],
    ['a name that every object has', { constructor: '*' }, false],
    ['all labels must match', { role: 'router', zone: 'eu-2' }, false],
    ['one of a list', { zone: ['eu-2', 'eu-1'] }, true],
    ['none of a list', { zone: ['eu-2', 'us-1'] }, false],
    ['a star at the end', { zone: 'eu-*' }, true],
    ['a star at the start', { zone: '*-1' }, true],
    ['a star in the middle', { zone: 'e*1' }, true],
    ['stars around', { role: '*out*' }, true],
    ['parts in the wrong order', { role: '*er*ro*' }, false],
    ['parts that overlap', { role: 'route*uter' }, false],
    ['a dot is a dot', { zone: 'eu.1' }, false],
    ['the name of the node', { node: 'edge-*' }, true],
    ['another name of the node', { node: 'core-*' }, false],
    ['a key with dots and slashes', { 'app.kubernetes.io/name': 'edge' }, true],
  ];
  for (const [name, nodes, expected] of cases) {
    it(name, () => assert.equal(matches({ nodes }, labels, 'edge-7'), expected));
  }
});
