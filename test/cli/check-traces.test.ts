import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { growing, traceOf } from '../support/odd-traces.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

const fixtures = join(packageRoot, 'test/fixtures/traces');
const HEADER = 'time_s,node,rss_bytes,memory_limit_bytes';

describe('headroom check of recordings', () => {
  it('finds no fault in a good trace and its labels', async () => {
    const run = await runHeadroom(fixtures, 'check', 'leak.csv', 'labels.json');
    assert.deepEqual(run, { code: 0, out: '', err: '2 files: no faults found\n' });
  });

  it('points at each fault of a trace, reads the rest, and says what was left out', async (t) => {
    const folder = tempFolder(t);
    const rows = [
      '0,a,512MiB,1073741824',
      '15,a,500',
      '30,a,536870912,0',
      '20,a,536870912,0',
      '45,a,536870912,0',
    ];
    writeFileSync(join(folder, 'bad.csv'), `${[HEADER, ...rows].join('\n')}\n`);
    const { code, out, err } = await runHeadroom(folder, 'check', 'bad.csv');
    assert.equal(code, 1);
    assert.equal(
      out,
      `bad.csv:2:5 error rss_bytes is "512MiB"; expected a number or nothing [trace/bad-row]
  2 | 0,a,512MiB,1073741824
    |     ^^^^^^
    = Write 536870912: sizes are bytes, without a unit.

bad.csv:3:1 error has 3 cells, the header has 4 [trace/bad-row]
  3 | 15,a,500
    | ^
    = Write one cell a column, empty where there is no value, and no comma within a cell.

bad.csv:5:1 error time_s goes back from 30 to 20; rows must be in time order [trace/bad-row]
  5 | 20,a,536870912,0
    | ^
    = Sort the rows by time_s, or correct this one.

bad.csv:6:1 warning node a: memory_limit is 0, which says that there is none: no breach of it can be forecast (no-limit) [trace/odd]
    = Set a limit where the process runs (of the container or cgroup, -Xmx, --max-old-space-size) and let the agent send it.

`,
    );
    assert.equal(err, '1 file: 3 errors, 1 warning; left out: 3 of 5 rows\n');
  });

  it('points at each fault of the labels, and at labels of what is not there', async (t) => {
    const folder = tempFolder(t);
    cpSync(join(fixtures, 'leak.csv'), join(folder, 'leak.csv'));
    const labels = [
      { trace: 'leak', node: 'a-1', outcome: 'benin' },
      { trace: 'leak', node: 'a-9', outcome: 'benign' },
      { trace: 'gone', node: 'a-1', outcome: 'benign' },
      { trace: 'leak', node: 'a-2', outcome: 'benign' },
    ];
    writeFileSync(
      join(folder, 'labels.json'),
      `[\n${labels.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`,
    );
    const { code, out, err } = await runHeadroom(folder, 'check', '.');
    assert.equal(code, 1);
    assert.match(out, /^labels\.json:2:40 error outcome: must be .*\n.*\n +\| +\^+\n +=/m);
    assert.match(out, /^labels\.json:3:1 error there is no node a-9 in leak\.csv \[trace\/bad-label\]\n +=/m);
    assert.match(out, /^labels\.json:4:1 error there is no gone\.csv beside it \[trace\/bad-label\]\n +=/m);
    assert.equal(err, '2 files: 3 errors; left out: 1 label\n');
  });

  it('counts faults that are in every row', async (t) => {
    const folder = tempFolder(t);
    const rows = Array.from({ length: 100 }, (_, i) => `${i},a,1;5,1073741824`);
    writeFileSync(join(folder, 'many.csv'), `${[HEADER, ...rows].join('\n')}\n`);
    const { code, out, err } = await runHeadroom(folder, 'check', 'many.csv');
    assert.equal(code, 1);
    assert.match(out, /^many\.csv:21:1 error 80 more rows after this one have a fault \[trace\/bad-row\]$/m);
    assert.equal(err, '1 file: 21 errors; left out: 100 of 100 rows\n');
  });

  it('tells of files that cannot be read at all, and checks the others', async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'folder.csv'));
    writeFileSync(join(folder, 'empty.csv'), '');
    writeFileSync(join(folder, 'unknown.csv'), 'time_s,node,rss\n0,a,1\n');
    writeFileSync(join(folder, 'labels.json'), '[{');
    writeFileSync(
      join(folder, 'odd.csv'),
      traceOf(20, (i) => ({ ...growing(i), ready: 2 })),
    );
    const files = ['none.csv', 'empty.csv', 'unknown.csv', 'labels.json', 'odd.csv'];
    const { code, out } = await runHeadroom(folder, 'check', ...files);
    assert.equal(code, 1);
    assert.match(out, /^none\.csv:1:1 error cannot be read: ENOENT/m);
    assert.match(out, /^empty\.csv:1:1 error is empty; expected a header line \[trace\/bad-row\]$/m);
    assert.match(
      out,
      /^unknown\.csv:1:13 error unknown column "rss".*\n[\s\S]*?= Did you mean rss_bytes\?$/m,
    );
    assert.match(out, /^labels\.json:1:3 error is not JSON/m);
    assert.match(out, /^odd\.csv:18:1 warning node a: ready is 2/m);
    assert.doesNotMatch(out, /\n {4}at /);
  });

  it('checks the rules that lie with the traces, too', async (t) => {
    const folder = tempFolder(t);
    cpSync(fixtures, folder, { recursive: true });
    writeFileSync(join(folder, 'rules/bad.yaml'), 'groups: [{ name: g, rules: [{ alert: A }] }]\n');
    const { code, out, err } = await runHeadroom(folder, 'check', '.');
    assert.equal(code, 1);
    assert.match(out, /^rules\/bad\.yaml:1:\d+ error .*must have exactly one of/m);
    assert.match(err, /^4 files: 1 error$/m);
  });

  it('prints JSON for programs', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'bad.csv'), `${HEADER}\n0,a,x,1\n`);
    const { out } = await runHeadroom(folder, 'check', '--format', 'json', 'bad.csv');
    const { findings } = JSON.parse(out);
    assert.deepEqual(findings, [
      {
        code: 'trace/bad-row',
        file: 'bad.csv',
        line: 2,
        column: 5,
        length: 1,
        path: '',
        message: 'rss_bytes is "x"; expected a number or nothing',
        cure: 'Write a number with a point for decimals, without a unit or quotes, or leave the cell empty.',
        severity: 'error',
        excerpt: '0,a,x,1',
      },
    ]);
  });
});
