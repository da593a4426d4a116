import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import {
  type Finding,
  formatFinding,
  loadRules,
  matches,
  type Rule,
  ruleFileSchema,
} from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';

const fixtures = join(packageRoot, 'test/fixtures/rules');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Findings of each file in fixtures/rules/bad: line:column field: message (cure). A new check brings one file and its lines. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  'absent-forget-early': [
    '5:38 forget: must be longer than after, found "1h" (otherwise the alert could never fire)',
  ],
  'absent-null': ['5:16 absent: must be a map, found nothing'],
  'alert-missing': [
    '4:9 alert: is missing, must be a name of letters, digits, - and _, such as MemoryBreachPredicted',
  ],
  'alert-twice': [
    '6:16 alert: "A" is the name of another rule already, at FILE:4 (give each rule a name of its own)',
  ],
  'alert-with-space': [
    '4:16 alert: must be a name of letters, digits, - and _, such as MemoryBreachPredicted, found "memory breach"',
  ],
  empty: ['1:1 the file is empty (begin with `groups:`)'],
  'for-bare-number': [
    '6:14 for: must be a duration such as 5m, found 300 (a bare number has no unit: write 300s, 300m or 300h)',
  ],
  'for-words': [
    '6:14 for: must be a duration such as 5m, found "5 minutes" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
  ],
  'forecast-of-missing': ['5:19 of: is missing, must be one of rss, heap, heap_used, heap_after_gc'],
  'forecast-of-unknown': [
    '5:25 of: must be one of rss, heap, heap_used, heap_after_gc, found "rsss" (did you mean `rss`?)',
  ],
  'forecast-probability-percent': [
    '5:43 probability: must be a share such as 80% or 0.8, found 80 (did you mean 80%?)',
  ],
  'forecast-probability-zero': [
    '5:43 probability: must be a share such as 80% or 0.8, found "0%" (a share lies above 0% and at most at 100%)',
  ],
  'forecast-reaches-number': [
    '5:39 reaches: must be a limit, a share of one, or a size, found 512 (a bare number has no unit: write 512MiB or 512GiB)',
  ],
  'forecast-reaches-over': [
    '5:39 reaches: must be a limit, a share of one, or a size, found "120% of memory_limit" (a share lies above 0% and at most at 100%)',
  ],
  'forecast-reaches-percent': [
    '5:39 reaches: must be a limit, a share of one, or a size, found "90%" (say of what: 90% of memory_limit)',
  ],
  'forecast-soon-later': [
    '5:58 within: must be shorter than within of the rule, found "1h" (write a shorter time, such as 30m)',
  ],
  'forecast-within-zero': ['5:38 within: must be a duration such as 2h, more than zero, found "0s"'],
  'forecast-wrong-limit': ['5:39 reaches: must be a level of rss, found "heap_limit" (write memory_limit)'],
  'gc-rising-text': ['5:40 rising: must be true or false, found "sometimes"'],
  'gc-share-number': ['5:27 pauseShare: must be a share such as 10% or 0.1, found 10 (did you mean 10%?)'],
  'group-name-missing': ['2:5 name: is missing, must be a name of letters, digits, spaces, - and _'],
  'groups-map': ['2:3 groups: must be a list of groups, found a map'],
  'growth-rate-limitless': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "1% per hour" (say of which limit: 1% of heap_limit per hour)',
  ],
  'growth-rate-missing': [
    '5:17 atLeast: is missing, must be a rate such as 20MiB per hour or 1% of heap_limit per hour (write 20MiB per hour)',
  ],
  'growth-rate-number': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found 20 (a bare number has no unit: write 20MiB per hour)',
  ],
  'growth-rate-timeless': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "20MiB" (say in which time: 20MiB per hour)',
  ],
  'growth-rate-unit': [
    '5:37 atLeast: must be a rate such as 20MiB per hour or 1% of heap_limit per hour, found "20MiB per fortnight" (the time is one of second, minute, hour, day, week)',
  ],
  'keep-firing-zero': [
    '6:21 keepFiring: must be a duration such as 10m, found 0 (a bare number has no unit: write 0s)',
  ],
  'key-of-kind-unknown': ['5:30 withn: is not a known key (did you mean `within`?)'],
  'key-unknown-far': [
    '6:9 colour: is not a known key (known here: alert, forecast, growth, gc, readiness, absent, fleet, for, keepFiring, severity, runbook, summary, nodes, labels)',
  ],
  'key-unknown': ['6:9 severty: is not a known key (did you mean `severity`?)'],
  'kind-fleet': ['5:16 fleet: fleet rules are not available in this version (take this rule out)'],
  'kind-missing': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found none',
  ],
  'kind-twice': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found forecast and gc',
  ],
  'kind-unknown': [
    '4:9 rules[0]: must have exactly one of forecast, growth, gc, readiness, absent, found none',
    '5:9 forcast: is not a known key (did you mean `forecast`?)',
  ],
  'label-number': ['6:25 tier: must be text, found 1 (put it in quotes: "1")'],
  'no-rule': ['1:1 there is no rule in the whole set (write at least one)'],
  'nodes-list-number': [
    '6:24 tier: must be text, in which * stands for anything, or a list of such texts, found a list (put it in quotes: "1")',
  ],
  'nodes-number': [
    '6:24 tier: must be text, in which * stands for anything, or a list of such texts, found 1 (put it in quotes: "1")',
  ],
  'nodes-star-unquoted': ['6:24 a plain `*` or `&` begins a YAML alias or anchor (put the value in quotes)'],
  'nodes-text': ['6:16 nodes: must be a map of labels, such as { role: router }, found "router"'],
  'readiness-empty': [
    '5:20 readiness: must have notReady, flaps or both (write { notReady: 2m }, or { flaps: 6, within: 30m })',
  ],
  'readiness-flaps-half': ['5:29 flaps: must be a whole number of changes, such as 6, found 2.5'],
  'readiness-flaps-one': ['5:29 flaps: must be at least 2 changes, found 1'],
  'readiness-within-alone': [
    '5:44 within: needs flaps beside it, found "5m" (add flaps: 6, or take within away)',
  ],
  'rule-text': ['4:9 rules[0]: must be a map, found "MemoryBreachPredicted"'],
  'rules-missing': ['2:5 rules: is missing, must be a list of rules'],
  'runbook-words': [
    '6:18 runbook: must be an address such as https://runbooks.example/memory, or a path such as docs/runbooks/memory.md, found "ask Jim"',
  ],
  several: [
    '5:39 reaches: must be a level of rss, found "heap_limit" (write memory_limit)',
    '5:59 within: must be a duration such as 2h, found 2 (a bare number has no unit: write 2s, 2m or 2h)',
    '5:75 probability: must be a share such as 80% or 0.8, found 80 (did you mean 80%?)',
    '6:14 for: must be a duration such as 5m, found "5 minutes" (write a number and its unit without a space: 90s, 5m, 1h30m, 2d)',
    '7:9 severty: is not a known key (did you mean `severity`?)',
  ],
  'severity-capital': [
    '6:19 severity: must be a lower-case word such as page, ticket or info, found "PAGE!"',
  ],
  'summary-list': ['6:18 summary: must be text, found a list'],
  'top-level-list': ['1:1 must be a map with the key groups, found a list (begin with `groups:`)'],
  'yaml-alias-loose': [
    '6:16 no anchor &routers stands before this alias (put the value in quotes if it is meant as text: "*routers")',
  ],
  'yaml-key-twice': ['7:9 this key is there twice (keep one of them)'],
  'yaml-quote-open': ['4:1 is not YAML: Missing closing "quote'],
  'yaml-second-document': ['6:1 a second document begins here (put it into a file of its own)'],
  'yaml-tab': ['2:1 a tab indents this line (indent by spaces)'],
};

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
      assert.deepEqual(findings.map(textOf), BAD[fault] ?? 'add its findings to the table BAD');
      assert.deepEqual(rules, []);
    });
  }

  it('is known by every fixture of the table', () => {
    const files = readdirSync(join(fixtures, 'bad')).map((name) => name.replace('.bad.yaml', ''));
    assert.deepEqual(Object.keys(BAD).sort(), files.sort());
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
