import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type History, reachesNobodyBy, runChecks } from '../../src/check/index.js';
import { readConfig } from '../../src/config/index.js';
import { compileRules, formatFinding, isError } from '../../src/evaluate/index.js';
import type { Labels, Signal } from '../../src/telemetry/index.js';

const MIB = 2 ** 20;
const SIGNALS: readonly Signal[] = ['rss', 'memory_limit', 'ready', 'heap_used'];

interface Node {
  readonly name: string;
  readonly labels?: Labels;
  readonly signals?: readonly Signal[];
  readonly intervalMs?: number | null;
  readonly gcEveryMs?: number;
  readonly majorGcEveryMs?: number;
}

function historyOf(nodes: readonly Node[], said: History['said'] = new Map()): History {
  return {
    name: 'the record',
    labels: null,
    said,
    nodes: nodes.map(({ name, labels = {}, signals = SIGNALS, intervalMs = 15_000, ...gc }) => ({
      name,
      labels,
      signals: new Set(signals),
      highest: new Map(signals.map((signal) => [signal, 512 * MIB])),
      intervalMs,
      gcEveryMs: gc.gcEveryMs ?? null,
      majorGcEveryMs: gc.majorGcEveryMs ?? null,
      spanMs: 3_600_000,
    })),
  };
}

/** Findings of rules that are written on one line each, as `CODE line:column message`. */
function found(lines: readonly string[], history?: History, group = ''): string[] {
  const text = `groups:\n  - name: g\n    ${group}\n    rules:\n${lines.map((line) => `      ${line}\n`).join('')}`;
  const file = 'a.yaml';
  const { rules, findings } = compileRules([{ file, text }]);
  assert.deepEqual(findings.filter(isError).map(formatFinding), []);
  const set = { rules, texts: [{ file, text }], config: undefined };
  return runChecks([set], history).findings.map(
    (finding) => `${finding.code} ${formatFinding(finding).slice(file.length + 1)}`,
  );
}

const withoutText = (finding: string) => finding.replace(/^(\S+ \d+:\d+ \w+).*$/, '$1');

describe('rules that never fire', () => {
  const cases: [string, string, string[]][] = [
    ['for of a minute within two hours', '- { alert: A, forecast: { of: rss }, for: 1m }', []],
    [
      'soon with for as long',
      '- { alert: A, forecast: { of: rss, soon: { within: 5m, probability: 40% } }, for: 5m }',
      ['rule/never-fires 5:58 within'],
    ],
    [
      'soon as unlikely as the rule',
      '- { alert: A, forecast: { of: rss, soon: { within: 30m, probability: 80% } } }',
      ['rule/never-fires 5:76 probability'],
    ],
    [
      'a node forgotten while it is waited for',
      '- { alert: A, absent: { after: 5m, forget: 6m } }',
      ['rule/never-fires 5:50 forget'],
    ],
    ['the same without waiting', '- { alert: A, absent: { after: 5m, forget: 6m }, for: 0s }', []],
    [
      'all of the time in collections',
      '- { alert: A, gc: { pauseShare: 100% } }',
      ['rule/never-fires 5:39 pauseShare'],
    ],
    [
      'a limit that is full before the alert fires',
      '- { alert: A, growth: { of: rss, atLeast: 100% of memory_limit per minute } }',
      ['rule/never-fires 5:49 atLeast'],
    ],
    [
      'the same speed in bytes, of which nobody knows',
      '- { alert: A, growth: { of: rss, atLeast: 1GiB per minute } }',
      [],
    ],
    [
      'no bytes at all',
      '- { alert: A, forecast: { of: rss, reaches: 0B } }',
      ['rule/always-fires 5:51 reaches'],
    ],
  ];
  for (const [what, rule, expected] of cases)
    it(what, () => assert.deepEqual(found([rule]).map(withoutText), expected));
});

describe('two rules for one thing', () => {
  const pair = (a: string, b: string) =>
    found([`- { alert: A, ${a} }`, `- { alert: B, ${b} }`]).map(withoutText);
  const TWICE = ['rule/same-alert-twice 6:18 alert'];
  const cases: [string, string, string, string[]][] = [
    ['the same nodes', 'forecast: { of: rss }', 'forecast: { of: rss, within: 1h }', TWICE],
    ['other names of one resource', 'forecast: { of: heap }', 'forecast: { of: heap_used }', TWICE],
    ['two resources', 'forecast: { of: heap }', 'forecast: { of: rss }', []],
    ['two severities', 'gc: { pauseShare: 10% }, severity: page', 'gc: { pauseShare: 20% }', []],
    ['flapping and failing', 'readiness: { flaps: 6 }', 'readiness: { notReady: 2m }', []],
    ['failing twice', 'readiness: { flaps: 6, notReady: 1m }', 'readiness: { notReady: 2m }', TWICE],
    [
      'pools that differ',
      'absent: { after: 5m }, nodes: { pool: a }',
      'absent: { after: 5m }, nodes: { pool: [b, c] }',
      [],
    ],
    [
      'patterns that meet',
      'absent: { after: 5m }, nodes: { pool: "a*" }',
      'absent: { after: 5m }, nodes: { pool: "*b" }',
      TWICE,
    ],
    [
      'patterns that do not',
      'absent: { after: 5m }, nodes: { pool: "a*" }',
      'absent: { after: 5m }, nodes: { pool: "b*" }',
      [],
    ],
    [
      'labels that differ',
      'absent: { after: 5m }, nodes: { pool: a }',
      'absent: { after: 5m }, nodes: { zone: b }',
      TWICE,
    ],
  ];
  for (const [what, a, b, expected] of cases) it(what, () => assert.deepEqual(pair(a, b), expected));
});

describe('nodes of a rule in a group', () => {
  const cases: [string, string, string[]][] = [
    ['narrower', '{ pool: edge-1, zone: a }', []],
    ['the same', '{ pool: "edge-*" }', []],
    ['wider', '{ pool: "*" }', ['rule/nodes-replace-group']],
    ['of another label', '{ zone: a }', ['rule/nodes-replace-group']],
    ['of another pool', '{ pool: core }', ['rule/nodes-replace-group']],
  ];
  for (const [what, nodes, expected] of cases) {
    it(what, () => {
      const all = found(
        [`- { alert: A, absent: { after: 5m }, nodes: ${nodes} }`],
        undefined,
        'nodes: { pool: "edge-*" }',
      );
      assert.deepEqual(
        all.map((each) => each.split(' ')[0]),
        expected,
      );
    });
  }

  it('of another pool watch none of the nodes of the group', () => {
    const [said] = found(
      ['- { alert: A, absent: { after: 5m }, nodes: { pool: core } }'],
      undefined,
      'nodes: { pool: edge }',
    );
    assert.match(said, /the rule watches none of the nodes of its group$/);
  });
});

describe('rules against history', () => {
  const edge = { name: 'e-1', labels: { pool: 'edge' } };

  it('that no node matches, with the values that are known', () => {
    const all = found(['- { alert: A, forecast: { of: rss }, nodes: { pool: core } }'], historyOf([edge]));
    assert.deepEqual(all, [
      'rule/matches-no-node 5:59 pool: none of the 1 nodes of the record matches `pool`',
    ]);
    assert.deepEqual(
      found(['- { alert: A, forecast: { of: rss }, nodes: { pool: core } }'], historyOf([])),
      [],
    );
  });

  it('whose labels are met one by one, and by no node together', () => {
    const nodes = [edge, { name: 'c-1', labels: { pool: 'core' } }];
    const [said] = found(
      ['- { alert: A, forecast: { of: rss }, nodes: { pool: core, node: e-1 } }'],
      historyOf(nodes),
    );
    assert.match(said, /^rule\/matches-no-node 5:51 nodes: none of the 2 nodes of the record matches$/);
  });

  it('that the record has no labels for are not judged', () => {
    const traces = { ...historyOf([edge]), labels: new Set(['version']) };
    assert.deepEqual(found(['- { alert: A, gc: { pauseShare: 10% }, nodes: { pool: core } }'], traces), []);
  });

  it('that flap faster than the node reports', () => {
    const all = found(['- { alert: A, readiness: { flaps: 10, within: 2m } }'], historyOf([edge]));
    assert.deepEqual(all.map(withoutText), ['rule/window-under-interval 5:53 within']);
    assert.deepEqual(found(['- { alert: A, readiness: { flaps: 6, within: 2m } }'], historyOf([edge])), []);
  });

  it('with a summary that asks for a label that no node has', () => {
    const rule = (field: string) =>
      `- { alert: A, forecast: { of: rss }, summary: "x {{ ${field} }}", labels: { team: a } }`;
    assert.deepEqual(found([rule('labels.zone')], historyOf([edge])).map(withoutText), [
      'rule/summary-unknown-field 5:56 summary',
    ]);
    for (const field of ['labels.team', 'pool', 'node'])
      assert.deepEqual(found([rule(field)], historyOf([edge])), []);
    assert.deepEqual(found([rule('labels.zone')]), []);
  });

  it('whose probability was never said before nodes came to the level, or has too few cases', () => {
    const rule = (probability: string) => [
      `- { alert: A, forecast: { of: rss, probability: ${probability} } }`,
    ];
    const said = (breaches: number, highest: number | null) =>
      historyOf([edge], new Map([['A', { breaches, highest }]]));
    const told = (probability: string, history: History) =>
      found(rule(probability), history).map((each) => each.replace(/^.*?probability: /, ''));
    assert.deepEqual(told('80%', said(3, 0.6)), [
      '3 nodes of the record came to memory_limit, and 60% is the most that was ever said before',
    ]);
    assert.deepEqual(told('95%', said(3, 0.97)), [
      '3 nodes of the record came to memory_limit; to show that 95% is right takes 20 of them',
    ]);
    for (const [probability, history] of [
      ['80%', said(3, 0.9)],
      ['95%', said(20, 0.97)],
      ['80%', said(0, 0.1)],
      ['80%', said(2, null)],
    ] as const)
      assert.deepEqual(told(probability, history), []);
  });

  it('that pause too rarely for a share, and too rarely for a slope', () => {
    const nodes = [
      {
        ...edge,
        signals: [...SIGNALS, 'gc_pause_total' as const],
        gcEveryMs: 60_000,
        majorGcEveryMs: 600_000,
      },
    ];
    const codes = (rule: string) => found([rule], historyOf(nodes)).map(withoutText);
    assert.deepEqual(codes('- { alert: A, gc: { pauseShare: 10%, over: 4m } }'), [
      'rule/window-under-gc-cadence 5:50 over',
    ]);
    assert.deepEqual(codes('- { alert: A, gc: { pauseShare: 10%, over: 5m } }'), []);
    assert.deepEqual(codes('- { alert: A, growth: { of: heap, atLeast: 1MiB per hour, over: 59m } }'), [
      'rule/window-under-gc-cadence 5:71 over',
    ]);
    assert.deepEqual(codes('- { alert: A, growth: { of: rss, atLeast: 1MiB per hour, over: 59m } }'), []);
  });
});

describe('mutes', () => {
  const EXTREME = 'forecast: { of: rss, probability: 99% }';
  const MUTE = '# headroom: ignore rule/probability-extreme we may be late';
  const cases: [string, string[], string[]][] = [
    ['behind the fault', [`- { alert: A, ${EXTREME} } ${MUTE}`], []],
    ['on the line above', [MUTE, `- { alert: A, ${EXTREME} }`], []],
    ['above another comment', [MUTE, '# and so on', `- { alert: A, ${EXTREME} }`], []],
    [
      'two on one line',
      [`- { alert: A, forecast: { of: rss, probability: 99% }, summary: "{{ x }}" }`].flatMap((rule) => [
        MUTE,
        '# headroom: ignore rule/summary-unknown-field a joke',
        rule,
      ]),
      [],
    ],
    [
      'on the line below',
      [`- { alert: A, ${EXTREME} }`, `  ${MUTE}`],
      ['rule/probability-extreme 5:55 probability', 'mute/unused 6:9 there'],
    ],
    [
      'of another code',
      [MUTE.replace('probability-extreme', 'never-fires'), `- { alert: A, ${EXTREME} }`],
      ['rule/probability-extreme 6:55 probability', 'mute/unused 5:7 there'],
    ],
    [
      'of a check that did not run',
      [MUTE.replace('probability-extreme', 'matches-no-node'), '- { alert: A, forecast: { of: rss } }'],
      [],
    ],
    [
      'without a code',
      ['# headroom: ignore', '- { alert: A, forecast: { of: rss } }'],
      ['mute/unknown-code 5:7 mutes'],
    ],
    [
      'of what cannot be muted',
      ['# headroom: ignore syntax/bad-unit because', '- { alert: A, forecast: { of: rss } }'],
      ['mute/unknown-code 5:7 mutes'],
    ],
    ['within a text', [`- { alert: A, forecast: { of: rss }, summary: "a # headroom: ignore b c" }`], []],
  ];
  for (const [what, lines, expected] of cases)
    it(what, () => assert.deepEqual(found(lines).map(withoutText), expected));
});

describe('a configuration beside rules', () => {
  const rules = (text: string) => {
    const whole = `groups: [{ name: g, rules: [${text}] }]`;
    return {
      rules: compileRules([{ file: 'a.yaml', text: whole }]).rules,
      texts: [{ file: 'a.yaml', text: whole }],
    };
  };
  const codes = (set: ReturnType<typeof rules>, config: string) =>
    runChecks([{ ...set, config: readConfig('c.yaml', config, {}) }], undefined).findings.map(
      ({ code, file }) => `${code} ${file}`,
    );

  it('without a channel reaches nobody, and the comment of the configuration mutes that', () => {
    const set = rules('{ alert: A, forecast: { of: rss } }');
    assert.deepEqual(codes(set, 'log: { level: warn }'), ['route/reaches-nobody c.yaml']);
    assert.deepEqual(
      codes(set, '# headroom: ignore route/reaches-nobody the page is enough\nlog: { level: warn }'),
      [],
    );
  });

  it('whose routes take no alert of a severity is told at the first rule that has it', () => {
    const set = rules(
      '{ alert: A, forecast: { of: rss }, severity: page }, { alert: B, forecast: { of: heap } }, { alert: C, absent: { after: 5m } }',
    );
    const pagesOnly = {
      isEmpty: false,
      channelsFor: ({ severity = '' }: Labels) => (severity === 'page' ? ['mail'] : []),
    };
    const config = readConfig('c.yaml', 'log: { level: warn }', {});
    const { findings } = runChecks([{ ...set, config }], undefined, [reachesNobodyBy(() => pagesOnly)]);
    assert.deepEqual(
      findings.map(({ path, message }) => [path, message]),
      [['groups[0].rules[1].alert', 'no channel takes alerts of severity ticket']],
    );
  });

  it('that keeps less than a rule looks back over', () => {
    const config = 'store: { retention: 6h }\nnotify: { channels: { a: { type: console } } }';
    assert.deepEqual(codes(rules('{ alert: A, forecast: { of: rss, within: 2h } }'), config), [
      'rule/window-beyond-retention a.yaml',
    ]);
    assert.deepEqual(codes(rules('{ alert: A, forecast: { of: rss, within: 1h } }'), config), []);
  });

  it('never shows its secrets', () => {
    const config =
      'people: { tokens: [{ name: a, token: an-inline-token }] } # headroom: ignore nonsense x\n';
    const read = readConfig('c.yaml', config, {});
    const { findings } = runChecks([{ rules: [], texts: [], config: read }], undefined);
    assert.ok(findings.length >= 2);
    assert.ok(!JSON.stringify(findings).includes('an-inline-token'));
  });

  it('says what could not run, and for lack of what', () => {
    const { rules: armed, texts } = rules('{ alert: A, forecast: { of: rss } }');
    const { ran, skipped } = runChecks([{ rules: armed, texts, config: undefined }], undefined);
    assert.deepEqual(skipped.config, [
      'rule/window-beyond-retention',
      'route/reaches-nobody',
      'route/matches-nothing',
    ]);
    assert.ok(skipped.history.includes('rule/matches-no-node'));
    assert.ok(ran.includes('rule/never-fires'));
  });
});
