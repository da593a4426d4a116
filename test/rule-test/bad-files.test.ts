import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { formatFinding } from '../../src/evaluate/index.js';
import { fileOf, load, RULES } from './support.js';

const RSS = '{ r-1: { rss: 5B x 9 } }';
const TWO = '{ r-1: { rss: 5B x 9 }, r-2: { rss: 5B x 9 } }';

/** What is wrong, the file, and what is told of it: place and message, then the cure. */
const TABLE: readonly [string, string, string, string][] = [
  ['an empty file', '', '1:1 the file is empty', 'begin with `tests:`'],
  ['an unknown key', `${fileOf(RSS)}test: []\n`, '6:1 test: is not a known key', 'did you mean `tests`?'],
  ['no test', 'tests: []\n', '1:8 tests: must have at least one test, found a list', ''],
  [
    'no name',
    'tests: [{ input: { a: { rss: 5B x 1 } }, expect: [{ never: "*" }] }]\n',
    '1:9 name: is missing, must be the name of the test, in words',
    '',
  ],
  [
    'no expectation',
    'tests: [{ name: a, input: { a: { rss: 5B x 1 } }, expect: [] }]\n',
    '1:59 expect: must have at least one expectation, found a list',
    'write - never: "*", or - { at: 45m, alert: RssGrowing }',
  ],
  ['no node', fileOf('{}'), '3:12 input: must have at least one node', ''],
  [
    'a number for an interval',
    `interval: 15\n${fileOf(RSS)}`,
    '1:11 interval: must be a duration such as 15s, found 15',
    'a bare number has no unit: write 15s, 15m or 15h',
  ],
  [
    'two cases of one name',
    `${fileOf(RSS)}${fileOf(RSS).replace('tests:\n', '')}`,
    '6:11 "a case" is the name of another test already, in line 2',
    'give each test a name of its own',
  ],

  [
    'a node without series',
    fileOf('{ r-1: {} }'),
    '3:19 r-1: must have a series of a signal, or a trace',
    'write rss: 400MiB + 1MiB x 240',
  ],
  [
    'a signal that is none',
    fileOf('{ r-1: { rs: 5B x 9 } }'),
    '3:21 rs: is not a known key',
    'did you mean `rss`?',
  ],
  [
    'a size without a unit',
    fileOf('{ r-1: { rss: 5 x 9 } }'),
    '3:26 rss: must be a series such as 400MiB + 1MiB x 240; "5" is not a size such as 512MiB, found "5 x 9"',
    'a bare number has no unit: write 5MiB',
  ],
  [
    'a fault in one segment of a list',
    fileOf('{ r-1: { rss: [5B x 9, 5B y 9] } }'),
    '3:35 rss[1]: must be a series such as 400MiB + 1MiB x 240; "y" does not belong there, found "5B y 9"',
    'the form is VALUE, VALUE + STEP or VALUE to VALUE, then x COUNT or for TIME, then every TIME, then ~ NOISE',
  ],
  [
    'a fault in a repeated segment',
    fileOf('{ r-1: { rss: [{ repeat: 3, of: [5B x 0] }] } }'),
    '3:45 of[0]: must be a series such as 400MiB + 1MiB x 240; "0" is no number of samples, found "5B x 0"',
    'write x and a whole number, such as x 240',
  ],
  [
    'a repetition of nothing',
    fileOf('{ r-1: { rss: [{ repeat: 0, of: [5B x 1] }] } }'),
    '3:37 repeat: must be a whole number from 1 on, such as 10, found 0',
    '',
  ],
  [
    'a series that is a map',
    fileOf('{ r-1: { rss: { x: 1 } } }'),
    '3:26 rss: must be a series such as 400MiB + 1MiB x 240, found a map',
    '',
  ],
  [
    'no end',
    fileOf('{ r-1: { rss: 5B } }'),
    '3:19 r-1: nothing says how long it sends',
    'end one series: rss: 400MiB x 240',
  ],
  [
    'memory below nothing',
    fileOf('{ r-1: { rss: 5B - 1B x 9 } }'),
    '3:26 rss: it falls below zero at its sample 7',
    'end it before, or make the step smaller',
  ],
  [
    'a label that is a number',
    fileOf('{ r-1: { labels: { version: 2 }, rss: 5B x 9 } }'),
    '3:40 version: must be text, found 2',
    'put it in quotes: "2"',
  ],
  [
    'a trace beside series',
    fileOf('{ r-1: { trace: a.csv, rss: 5B x 9 } }'),
    '3:40 rss: cannot stand beside trace, found "5B x 9"',
    'keep one of the two: all of the node is in the trace',
  ],
  [
    'a trace that is not there',
    fileOf('{ r-1: { trace: b.csv } }'),
    "3:28 trace: DIR/b.csv: cannot be read: ENOENT: no such file or directory, open 'DIR/b.csv'",
    'Check its name, and that it may be read.',
  ],
  [
    'a trace with a fault',
    fileOf('{ r-1: { trace: bad.csv } }'),
    '3:28 trace: DIR/bad.csv, in line 2: rss_bytes is "much"; expected a number or nothing',
    'Write a number with a point for decimals, without a unit or quotes, or leave the cell empty.',
  ],
  [
    'a node that is not in the trace',
    fileOf('{ r-1: { trace: two.csv, traceNode: x-1 } }'),
    '3:48 traceNode: the trace has no node x-1; it has x1, y1',
    'did you mean `x1`?',
  ],

  [
    'no alert in an expectation',
    fileOf(RSS, '- { at: 1m }'),
    '5:9 expect[0]: must have exactly one of alert, alerts, never, found none',
    'split it into several entries',
  ],
  [
    'two kinds in one expectation',
    fileOf(RSS, '- { at: 1m, alert: Down, never: Silent }'),
    '5:9 expect[0]: must have exactly one of alert, alerts, never, found alert and never',
    'split it into several entries',
  ],
  [
    'no time',
    fileOf(RSS, '- { alert: Down }'),
    '5:9 expect[0]: must have either at or between, found neither',
    'write at: 45m, or between: [10m, 50m]',
  ],
  [
    'a time for never',
    fileOf(RSS, '- { at: 1m, never: Down }'),
    '5:15 at: does not go with never, found "1m"',
    'beside never there may be node, between',
  ],
  [
    'a list without a time',
    fileOf(RSS, '- { alerts: [] }'),
    '5:9 expect[0]: must have at, the time at which these fire',
    'add at: 45m',
  ],
  [
    'a span that ends before it begins',
    fileOf(RSS, '- { between: [2m, 1m], alert: Down }'),
    '5:20 between: must begin before it ends, found a list',
    'put the earlier one first',
  ],
  [
    'an alert that no rule has',
    fileOf(RSS, '- { at: 1m, alert: Dwon }'),
    '5:26 alert: must be the name of an alert in the rules, found "Dwon"',
    'did you mean `Down`?',
  ],
  [
    'an alert in a list that no rule has',
    fileOf(RSS, '- { never: [Down, Other] }'),
    '5:25 never[1]: must be the name of an alert in the rules, found "Other"',
    'there are Down, Silent',
  ],
  [
    'no node where there are two',
    fileOf(TWO, '- { at: 1m, alert: Down }'),
    '5:9 expect[0]: must name the node, the test has 2',
    'add node: r-1',
  ],
  [
    'a node that is not in the test',
    fileOf(TWO, '- { at: 1m, alert: Down, node: r-3 }'),
    '5:38 node: must be a node of the test, found "r-3"',
    'did you mean `r-1`?',
  ],
  [
    'one alert listed twice',
    fileOf(RSS, '- { at: 1m, alerts: [{ alert: Down }, { alert: Down }] }'),
    '5:45 alerts[1]: Down on r-1 is listed twice',
    'keep one of them',
  ],
  [
    'a state that is none',
    fileOf(RSS, '- { at: 1m, alert: Down, state: fireing }'),
    '5:39 state: must be one of pending, firing, resolved, inactive, found "fireing"',
    'did you mean `firing`?',
  ],
  [
    'a forecast of a readiness rule',
    fileOf(RSS, '- { at: 1m, alert: Down, cause: leak }'),
    '5:32 cause: does not go with Down, which is a rule of the kind readiness',
    'only a forecast has it; take it away',
  ],
  [
    'a forecast of what is over',
    fileOf(RSS, '- { at: 1m, alert: Down, state: inactive, probability: below 20% }'),
    '5:62 probability: does not go with the state inactive, found "below 20%"',
    'only an alert that is pending or firing has a forecast to look at',
  ],
  [
    'a message of a pending alert',
    fileOf(RSS, '- { at: 1m, alert: Down, state: pending, message: { text: a } }'),
    '5:57 message: does not go with the state pending',
    'messages are of alerts that fire or have resolved',
  ],
  [
    'an empty message',
    fileOf(RSS, '- { at: 1m, alert: Down, message: {} }'),
    '5:41 message: must have subject, text or both',
    'write { subject: reaches its memory limit }',
  ],
  [
    'a regular expression with a fault',
    fileOf(RSS, '- { at: 1m, alert: Down, message: { text: /a(/ } }'),
    '5:49 text: must be a regular expression: Unterminated group, found "/a(/"',
    'put \\ before a sign that is meant as it is',
  ],
  [
    'a bare probability',
    fileOf(RSS, '- { at: 1m, alert: Down, probability: 0.8 }'),
    '5:45 probability: must be a comparison such as at least 80%, ">= 0.8", below 20% or 80% to 95%, found 0.8',
    'write at least 0.8, or below 0.8',
  ],
  [
    'a probability above 1',
    fileOf(RSS, '- { at: 1m, alert: Down, probability: at least 80 }'),
    '5:45 probability: must be a comparison such as at least 80%, ">= 0.8", below 20% or 80% to 95%, found "at least 80"',
    'a share is at most 100%, or 1',
  ],
  [
    'rules that are not there',
    `rules: [y.yaml]\n${fileOf(RSS)}`,
    '1:9 rules[0]: there is no DIR/y.yaml',
    'names are relative to the folder of the test file',
  ],
];

describe('a file of rule tests that is wrong', () => {
  for (const [what, text, message, cure] of TABLE) {
    it(`is told where and how: ${what}`, async (t) => {
      const { file, findings, cases } = await load(t, text, {
        'bad.csv': 'time_s,node,rss_bytes\n0,r-1,much\n',
        'two.csv': 'time_s,node,rss_bytes\n0,x1,1\n0,y1,1\n',
      });
      const folder = dirname(file);
      const told = findings.map((finding) =>
        [formatFinding(finding), finding.cure].map((line) => line.replaceAll(folder, 'DIR')),
      );
      assert.deepEqual(told, [[`DIR/x.test.yaml:${message}`, cure]]);
      assert.deepEqual(cases, []);
    });
  }

  it('is told of all faults at once', async (t) => {
    const text = fileOf('{ r-1: { rss: 5 x 9, ready: 3 x 9 } }', '- { at: 1, alert: Down }');
    const { findings } = await load(t, text);
    assert.deepEqual(
      findings.map(({ path }) => path),
      ['tests[0].input.r-1.rss', 'tests[0].input.r-1.ready', 'tests[0].expect[0].at'],
    );
  });

  it('is told of faults in its rules, where they are', async (t) => {
    const { findings, cases } = await load(t, fileOf(RSS, '- { at: 1m, alert: Gone }'), {
      'x.yaml': RULES.replace('severity: page', 'sevrity: page'),
    });
    assert.deepEqual(
      findings.map((finding) => `${basename(finding.file)}:${finding.line} ${finding.message}`),
      ['x.yaml:8 is not a known key'],
    );
    assert.deepEqual(cases, []);
  });
});
