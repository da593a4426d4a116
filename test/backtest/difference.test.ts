import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backtest, htmlReport, markdownReport, openTraceFiles } from '../../src/backtest/index.js';
import { compileRules } from '../../src/evaluate/index.js';
import { hours, leaking, RULES, steady, writeHandMade } from '../support/hand-made.js';
import { tempFolder } from '../support/temp-folder.js';

const rulesOf = (text: string) => compileRules([{ file: 'rules.yaml', text }]).rules;

const EDITED = RULES.replace('probability: 50%', 'probability: 95%').replace(
  '      - alert: Lost\n        absent: { after: 5m }\n',
  '      - alert: Unready\n        readiness: { notReady: 2m }\n',
);

describe('the difference of two rule sets', () => {
  it('tells what was added, removed and changed, and what it moved', async (t) => {
    const file = writeHandMade(tempFolder(t), 'made', hours(6), { a: leaking(300, 150), b: steady(400) });
    const { difference, before, outcome } = await backtest({
      source: openTraceFiles([file]),
      rules: rulesOf(EDITED),
      against: rulesOf(RULES),
      jobs: 1,
    });
    assert.ok(difference && before);
    assert.deepEqual(
      difference.rules.map(({ rule, change, fields }) => [rule, change, ...fields]),
      [
        ['Breach', 'changed', 'forecast.probability'],
        ['Growing', 'same'],
        ['Unready', 'added'],
        ['Lost', 'removed'],
      ],
    );
    const [breach, growing] = difference.rules;
    assert.equal(breach.moved.length, 1);
    assert.ok(breach.moved[0].byMs > 0, 'a higher probability is reached later');
    assert.deepEqual([breach.onlyAfter.length, breach.onlyBefore.length], [0, 0]);
    assert.deepEqual([growing.moved.length, growing.unmoved > 0], [0, true]);
    assert.deepEqual(
      difference.breaches.map(({ breach: { node }, before: was, after }) => [node, was, after]),
      [['a', 'caught', 'late']],
    );
    assert.deepEqual([before.totals.caught, outcome.totals.caught], [1, 0]);
  });

  it('is nothing but figures for a set against itself', async (t) => {
    const file = writeHandMade(tempFolder(t), 'made', hours(6), { a: leaking(300, 150) });
    const same = { rules: rulesOf(RULES), against: rulesOf(RULES), jobs: 1 };
    const { difference, before, outcome } = await backtest({ source: openTraceFiles([file]), ...same });
    assert.deepEqual(before, outcome);
    for (const { change, moved, onlyAfter, onlyBefore } of difference?.rules ?? []) {
      assert.deepEqual([change, moved, onlyAfter, onlyBefore], ['same', [], [], []]);
    }
  });

  it('names the breach that a weaker set misses', async (t) => {
    const file = writeHandMade(tempFolder(t), 'made', hours(6), { a: leaking(300, 150) });
    const none = RULES.replace('- name: memory\n', '- name: memory\n    nodes: { node: other }\n');
    const { difference } = await backtest({
      source: openTraceFiles([file]),
      rules: rulesOf(none),
      against: rulesOf(RULES),
      jobs: 1,
    });
    assert.deepEqual(
      difference?.breaches.map(({ breach, before, after }) => [breach.node, before, after]),
      [['a', 'caught', 'missed']],
    );
    assert.deepEqual(difference?.rules[0].fields, ['nodes']);
    assert.equal(difference?.rules[0].onlyBefore.length, 1);
  });
});

describe('the reports', () => {
  it('take nothing of a name for markup, and ask for nothing from outside', async (t) => {
    const name = '<script>alert(1)</script>|`*x*`';
    const file = writeHandMade(tempFolder(t), 'made', hours(6), { [name]: leaking(300, 150) });
    const result = await backtest({ source: openTraceFiles([file]), rules: rulesOf(RULES), jobs: 1 });
    const page = htmlReport(result);
    assert.ok(page.includes('&lt;script&gt;'), 'the node is named');
    assert.doesNotMatch(page, /<script|<link|<img|@import|url\((?!#)|(?:src|href)=/i);
    assert.ok((page.match(/<svg/g) ?? []).length >= 2, 'a timeline and a picture of the breach');
    assert.match(page, /prefers-color-scheme:dark/);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    const withAlerts = await backtest({
      source: openTraceFiles([file]),
      rules: rulesOf(RULES),
      against: rulesOf(EDITED),
      jobs: 1,
    });
    const comment = markdownReport(withAlerts);
    assert.doesNotMatch(comment, /<script/);
    assert.match(comment, /^### What the change of rules does$/m);
    for (const line of comment.split('\n').filter((each) => each.startsWith('| made'))) {
      assert.equal(line.replaceAll('\\|', '').split('|').length, line.split(' | ').length + 1, line);
    }
  });
});
