import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { checkLines, readLines } from '../support/replay-lines.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

const fixtures = join(packageRoot, 'test', 'fixtures', 'traces');

describe('headroom replay', () => {
  it('tells alerts as lines of JSON', async () => {
    const { code, out, err } = await runHeadroom(
      fixtures,
      ...['replay', 'leak.csv', '--rules', 'rules', '--format', 'jsonl'],
    );
    assert.deepEqual([code, err], [0, '']);
    const lines = readLines(out);
    checkLines(lines);
    const [fired, resolved] = lines;
    assert.equal(lines.length, 2);
    assert.ok(fired.type === 'alert' && fired.state === 'firing' && 'breach_p50_s' in fired);
    assert.deepEqual(
      [fired.trace, fired.node, fired.rule, fired.kind, fired.severity, fired.signal, fired.cause],
      ['leak', 'a-1', 'Breach', 'forecast', 'page', 'rss', 'leak'],
    );
    // The leak begins at 1800 s and is killed at 7140 s.
    assert.ok(fired.at_s > 2400 && fired.at_s < 7140 - 900, `fired at ${fired.at_s}`);
    assert.ok(Math.abs(fired.breach_p50_s! - 7140) < 600, `predicted ${fired.breach_p50_s}`);
    assert.deepEqual(resolved, {
      type: 'alert',
      trace: 'leak',
      node: 'a-1',
      rule: 'Breach',
      kind: 'forecast',
      state: 'resolved',
      at_s: 7140,
    });
  });

  it('tells a forecast of each node and limit as often as asked', async () => {
    const { out } = await runHeadroom(
      fixtures,
      ...['replay', 'leak.csv', '--rules', 'rules', '--format', 'jsonl', '--forecasts', '30m'],
    );
    const lines = readLines(out);
    checkLines(lines);
    const forecasts = lines
      .filter(({ type }) => type === 'forecast')
      .map(({ at_s, node }) => `${at_s} ${node}`);
    const expected = [1800, 3600, 5400, 7200, 9000].flatMap((at) => [`${at} a-1`, `${at} a-2`]);
    assert.deepEqual(forecasts, expected);
  });

  it('says in a table what fired, and with labels what was right', async () => {
    const { code, out } = await runHeadroom(fixtures, 'replay', 'leak.csv', '--rules', 'rules');
    assert.equal(code, 0);
    const [header, leaking, steady] = out.split('\n');
    assert.match(
      header,
      /^trace +node +what happened +alert +fired at +breach predicted \(p10 to p90\) +actual +lead/,
    );
    assert.match(leaking, /^leak +a-1 +breach leak +Breach +1:\d\d:\d\d +.* +1:59:00 +\d+ min +caught$/);
    assert.match(steady, /^leak +a-2 +benign steady +quiet, rightly$/);
    assert.match(out, /^2 nodes: 1 caught, 1 quiet, rightly/m);
  });

  it('says in a table without labels what fired', async (t) => {
    const folder = tempFolder(t);
    cpSync(join(fixtures, 'leak.csv'), join(folder, 'other.csv'));
    const { code, out } = await runHeadroom(
      folder,
      'replay',
      'other.csv',
      '--rules',
      join(fixtures, 'rules'),
    );
    assert.equal(code, 0);
    assert.match(out, /^other +a-1 +not labelled +Breach +1:/m);
    assert.doesNotMatch(out, /a-2/);
  });

  it('watches with the rules that ship, unless told otherwise', async (t) => {
    const { out } = await runHeadroom(
      tempFolder(t),
      'replay',
      join(fixtures, 'leak.csv'),
      '--format',
      'jsonl',
    );
    const rules = readLines(out).map((each) => (each.type === 'alert' ? each.rule : ''));
    assert.ok(rules.includes('MemoryBreachPredicted'), rules.join());
  });

  const HEADER = 'time_s,node,rss_bytes,memory_limit_bytes';
  const BAD: Readonly<Record<string, { readonly text: string; readonly says: RegExp }>> = {
    'a cell that is no number': {
      text: `${HEADER}\n0,a,1,2\n15,a,lots,2\n`,
      says: /^:3:6 rss_bytes is "lots"; expected a number or nothing$/m,
    },
    'a row that is too short': {
      text: `${HEADER}\n0,a,1\n`,
      says: /^:2:1 has 3 cells, the header has 4$/m,
    },
    'a row without a time': { text: `${HEADER}\n,a,1,2\n`, says: /^:2:1 time_s is empty$/m },
    'a row without a node': { text: `${HEADER}\n0,,1,2\n`, says: /^:2:3 node is empty$/m },
    'time that goes back': {
      text: `${HEADER}\n30,a,1,2\n15,a,1,2\n`,
      says: /^:3:1 time_s goes back from 30 to 15/m,
    },
    'a column that nobody knows': {
      text: 'time_s,node,rss\n0,a,1\n',
      says: /^:1:13 unknown column "rss"; expected time_s, node/m,
    },
    'a column that is there twice': {
      text: 'time_s,node,node\n',
      says: /^:1:13 column node is there twice/m,
    },
    'no column of times': { text: 'node,rss_bytes\na,1\n', says: /^:1:1 has no column time_s$/m },
    'nothing in it': { text: '', says: /^:1:1 is empty; expected a header line$/m },
  };
  it('points at each fault, replays the rest, and exits with 1', async (t) => {
    const folder = tempFolder(t);
    const faults = Object.entries(BAD).map(([fault, { text, says }]) => {
      const file = `${fault.replaceAll(' ', '-')}.csv`;
      writeFileSync(join(folder, file), text);
      return { fault, file, says };
    });
    const files = [...faults.map(({ file }) => file), join(fixtures, 'leak.csv')];
    const { code, out, err } = await runHeadroom(folder, 'replay', ...files, '--format', 'jsonl');
    assert.equal(code, 1);
    for (const { fault, file, says } of faults) {
      await t.test(fault, () => {
        const told = err.split('\n').filter((text) => text.startsWith(`${file}:`));
        assert.equal(told.length, 1);
        assert.match(told[0].slice(file.length), says);
      });
    }
    assert.match(err, /^9 of 10 traces could not be read to their end$/m);
    assert.doesNotMatch(err, /\n {4}at /);
    const traces = new Set(readLines(out).map(({ trace }) => trace));
    assert.deepEqual([...traces], ['leak'], 'the good trace is told');
  });

  it('names files that it cannot read, and replays the rest', async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'folder.csv'));
    const good = join(fixtures, 'leak.csv');
    const { code, out, err } = await runHeadroom(folder, 'replay', 'none.csv', 'folder.csv', good);
    assert.equal(code, 1);
    assert.match(err, /^none\.csv cannot be read: ENOENT/m);
    assert.match(err, /^folder\.csv cannot be read: EISDIR/m);
    assert.match(out, /MemoryBreachPredicted/);
  });

  it('points at what is wrong with labels.json', async (t) => {
    const folder = tempFolder(t);
    cpSync(join(fixtures, 'leak.csv'), join(folder, 'leak.csv'));
    writeFileSync(join(folder, 'labels.json'), '[{ "trace": "leak", "node": "a-1", "outcome": "maybe" }]');
    const { code, out, err } = await runHeadroom(folder, 'replay', 'leak.csv');
    assert.equal(code, 1);
    assert.match(
      out,
      /^leak +a-1 +not labelled +MemoryBreachPredicted/m,
      'the trace is replayed all the same',
    );
    assert.match(err, /^labels\.json:1:47 outcome: must be .*\n {2}\S/m);
    assert.match(err, /^1 of the labels could not be read and was left out/m);
  });

  it('takes lines that end as on Windows, a byte order mark, and columns in any order', async (t) => {
    const folder = tempFolder(t);
    const rows = readFileSync(join(fixtures, 'leak.csv'), 'utf8').trimEnd().split('\n');
    const turned = rows.map((row) => row.split(',').reverse().join(','));
    writeFileSync(join(folder, 'leak.csv'), `\uFEFF${turned.join('\r\n')}`);
    const args = ['--rules', join(fixtures, 'rules'), '--format', 'jsonl'];
    const plain = await runHeadroom(fixtures, 'replay', 'leak.csv', ...args);
    assert.deepEqual(await runHeadroom(folder, 'replay', 'leak.csv', ...args), plain);
  });

  it('refuses rules with an error before it reads any trace', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'a.yaml'), 'groups: [{ name: g, rules: [{ alert: A }] }]\n');
    const { code, out, err } = await runHeadroom(fixtures, 'replay', 'leak.csv', '--rules', folder);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /a\.yaml:1:\d+ .*must have exactly one of/);
  });
});
