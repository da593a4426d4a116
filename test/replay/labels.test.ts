import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { formatFinding } from '../../src/evaluate/index.js';
import { readLabels } from '../../src/replay/index.js';
import { tempFolder } from '../support/temp-folder.js';

function write(t: TestContext, text: string): string {
  const file = join(tempFolder(t), 'labels.json');
  writeFileSync(file, text);
  return file;
}

const benign = { trace: 't1', node: 'a', outcome: 'benign' };
const breach = { trace: 't1.csv', node: 'b', outcome: 'breach', breach_s: 900, onset_s: 60 };

describe('labels', () => {
  it('are read whether they name their trace with or without .csv, with fields that nobody knows', (t) => {
    const file = write(
      t,
      JSON.stringify([
        { ...benign, near_limit: [[1, 2]] },
        { ...breach, source: 'own' },
      ]),
    );
    const { labels, findings, leftOut } = readLabels(file);
    assert.deepEqual([findings, leftOut], [[], 0]);
    assert.deepEqual(
      labels.map(({ trace, node, near_limit }) => [trace, node, near_limit]),
      [
        ['t1', 'a', [[1, 2]]],
        ['t1', 'b', []],
      ],
    );
  });

  it('may be indented by tabs, as JSON may', (t) => {
    assert.equal(readLabels(write(t, JSON.stringify([benign, breach], null, '\t'))).labels.length, 2);
  });

  it('with a fault are left out, and told with place and cure; the rest is read', (t) => {
    const entries = [
      benign,
      { ...breach, outcome: 'maybe' },
      { ...benign, node: undefined },
      { ...breach, onset_s: 901 },
      benign,
      { ...breach, breach_s: '900' },
      { ...breach, near_limit: [[2, 1]] },
      breach,
    ];
    const text = `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;
    const file = write(t, text);
    const { labels, findings, leftOut, placeOf } = readLabels(file);
    assert.deepEqual(
      labels.map(({ node }) => node),
      ['a', 'b'],
    );
    assert.equal(leftOut, 6);
    assert.equal(placeOf(labels[1]).line, 9);
    const told = findings.map((finding) => formatFinding(finding).slice(file.length + 1));
    const expected = [
      /^3:\d+ outcome: must be/,
      /^4:1 node: is missing, must be text/,
      /^5:1 .*onset_s 901 is after breach_s 900$/,
      /^6:1 .*node a of t1 has a label already, at .*labels\.json:2:1$/,
      /^7:\d+ breach_s: must be a number, found "900"$/,
      /^8:\d+ .*from_s not after to_s/,
    ];
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [i, text] of told.entries()) assert.match(text, expected[i]);
    for (const { cure } of findings) assert.notEqual(cure, '');
  });

  const bad: readonly (readonly [what: string, text: string, says: RegExp])[] = [
    ['that are cut off', '[{', /^1:3 is not JSON/],
    ['that have a word too many', '[\n  {"trace": "a", oops}\n]', /^2:18 is not JSON/],
    ['that are an object', '{}', /^1:1 must be a list/],
    ['that are nothing', '', /^1:1 is not JSON/],
    ['with a key twice', '[{"trace":"t1","trace":"t2","node":"a","outcome":"benign"}]', /^1:16 .*twice/],
  ];
  for (const [what, text, says] of bad) {
    it(`${what} are told, with a cure`, (t) => {
      const file = write(t, text);
      const { labels, findings } = readLabels(file);
      assert.deepEqual([labels.length, findings.length], [0, 1]);
      assert.match(formatFinding(findings[0]).slice(file.length + 1), says);
      assert.notEqual(findings[0].cure, '');
    });
  }

  it('that are not there are told, too', (t) => {
    const file = join(tempFolder(t), 'labels.json');
    assert.match(formatFinding(readLabels(file).findings[0]), /labels\.json:1:1 cannot be read: ENOENT/);
  });
});
