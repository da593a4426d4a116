import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { formatPlace, PROBLEMS, Problem } from '../../src/problem.js';
import { readTrace, TRACE_SIGNALS, type TraceRow, traceName } from '../../src/replay/index.js';
import { tempFolder } from '../support/temp-folder.js';

async function read(t: TestContext, text: string): Promise<TraceRow[]> {
  const file = join(tempFolder(t), 'a.csv');
  writeFileSync(file, text);
  const rows: TraceRow[] = [];
  for await (const row of readTrace(file)) rows.push(row);
  return rows;
}

const value = (row: TraceRow, signal: (typeof TRACE_SIGNALS)[number]): number =>
  row.values[TRACE_SIGNALS.indexOf(signal)];

describe('a trace file', () => {
  it('is read row by row, with empty cells as absent', async (t) => {
    const rows = await read(
      t,
      'time_s,node,version,rss_bytes,memory_limit_bytes,ready\n0,a,1,100,200,1\n0,b,,150,,0\n15.5,a,2,,200,\n',
    );
    assert.deepEqual(
      rows.map(({ time, node, version }) => [time, node, version]),
      [
        [0, 'a', '1'],
        [0, 'b', ''],
        [15.5, 'a', '2'],
      ],
    );
    assert.deepEqual(
      rows.map((row) => value(row, 'rss')),
      [100, 150, Number.NaN],
    );
    assert.deepEqual(
      rows.map((row) => value(row, 'memory_limit')),
      [200, Number.NaN, 200],
    );
    assert.ok(Number.isNaN(value(rows[0], 'heap_used')));
  });

  it('may have its columns in any order, a byte order mark, Windows line ends, blank lines, no last line end', async (t) => {
    const rows = await read(t, '\uFEFFready,node,rss_bytes,time_s\r\n1,a,5,0\r\n\r\n0,a,6,1');
    assert.deepEqual(
      rows.map((row) => [row.time, row.node, value(row, 'rss'), value(row, 'ready')]),
      [
        [0, 'a', 5, 1],
        [1, 'a', 6, 0],
      ],
    );
  });

  it('with a header only has no rows', async (t) => assert.deepEqual(await read(t, 'time_s,node\n'), []));

  const HEAD = 'time_s,node,rss_bytes,ready\n';
  const bad: readonly (readonly [what: string, text: string, place: string, message: RegExp])[] = [
    ['an empty file', '', '1:1', /is empty; expected a header line/],
    ['blank lines only', '\n\n', '1:1', /is empty/],
    [
      'an unknown column',
      'time_s,node,rss\n',
      '1:13',
      /unknown column "rss"; expected time_s, node, version and rss_bytes/,
    ],
    ['a column that every object has', 'time_s,node,toString\n', '1:13', /unknown column "toString"/],
    ['a column that is there twice', 'time_s,node,ready,ready\n', '1:19', /column ready is there twice/],
    ['no time', 'node,rss_bytes\n', '1:1', /has no column time_s/],
    ['no node, below a blank line', '\ntime_s,rss_bytes\n', '2:1', /has no column node/],
    ['a cell too few', `${HEAD}0,a,5\n`, '2:1', /has 3 cells, the header has 4/],
    ['a cell too many', `${HEAD}0,a,5,1,\n`, '2:1', /has 5 cells/],
    [
      'a word for a number',
      `${HEAD}0,a,5,1\n1,a,lots,1\n`,
      '3:5',
      /rss_bytes is "lots"; expected a number or nothing/,
    ],
    ['a blank for a number', `${HEAD}0,a, ,1\n`, '2:5', /rss_bytes is " "; expected a number or nothing/],
    ['an infinite number', `${HEAD}0,a,Infinity,1\n`, '2:5', /rss_bytes is "Infinity"/],
    ['NaN', `${HEAD}0,a,5,NaN\n`, '2:7', /ready is "NaN"/],
    ['a row without a time', `${HEAD},a,5,1\n`, '2:1', /time_s is empty/],
    ['a row without a node', `${HEAD}0,,5,1\n`, '2:3', /node is empty/],
    ['time that goes back', `${HEAD}5,a,5,1\n\n4,a,5,1\n`, '4:1', /goes back from 5 to 4/],
  ];
  for (const [what, text, place, message] of bad) {
    it(`with ${what} is refused at ${place}`, async (t) => {
      await assert.rejects(read(t, text), (error) => {
        assert.ok(error instanceof Problem && error.code === 'bad-trace');
        assert.match(error.message, message);
        assert.equal(formatPlace(error.place), `${error.place.file}:${place}`);
        assert.notEqual(error.cure, PROBLEMS['bad-trace'].cure, 'it has a cure of its own');
        return true;
      });
    });
  }

  it('is told up to its first fault', async (t) => {
    const file = join(tempFolder(t), 'a.csv');
    writeFileSync(file, `${HEAD}0,a,5,1\n1,a,6,1\n2,a,x,1\n`);
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const { time } of readTrace(file)) seen.push(time);
    });
    assert.deepEqual(seen, [0, 1]);
  });

  it('is read past its faults for who wants to hear of each', async (t) => {
    const file = join(tempFolder(t), 'a.csv');
    writeFileSync(file, `${HEAD}0,a,5,1\n1,a,5\n2,a,x,1\n3,a,7,1\n2,a,7,1\n4,a,8,1\n`);
    const faults: string[] = [];
    const times: number[] = [];
    const onFault = ({ place }: Problem, text: string) =>
      faults.push(`${place.line}:${place.column} ${text}`);
    for await (const { time, line } of readTrace(file, onFault)) times.push(time, line);
    assert.deepEqual(faults, ['3:1 1,a,5', '4:5 2,a,x,1', '6:1 2,a,7,1']);
    assert.deepEqual(times, [0, 2, 3, 5, 4, 7]);
  });

  const cures: readonly (readonly [text: string, cure: RegExp])[] = [
    [`${HEAD}0,a,512MiB,1\n`, /^Write 536870912: sizes are bytes/],
    [`${HEAD}0,a,"5",1\n`, /without a unit or quotes/],
    ['time_s,node,rss\n', /^Did you mean rss_bytes\?$/],
    ['time_s,node,heap_usd_bytes\n', /^Did you mean heap_used_bytes\?$/],
    ['time_s,node,colour\n', /^Leave the column out/],
  ];
  for (const [text, cure] of cures) {
    it(`cures ${JSON.stringify(text.replace(HEAD, ''))}`, async (t) => {
      await assert.rejects(read(t, text), (error) => {
        assert.match((error as Problem).cure, cure);
        return true;
      });
    });
  }

  it('that is missing, or a folder, cannot be read', async (t) => {
    const folder = tempFolder(t);
    for (const file of [join(folder, 'none.csv'), folder]) {
      await assert.rejects(
        async () => {
          for await (const _ of readTrace(file)) assert.fail('a row was read');
        },
        (error) => error instanceof Problem && error.code === 'bad-trace' && error.place.file === file,
      );
    }
  });

  it('gives its name to the trace', () => {
    assert.equal(traceName('/some/where/t001.csv'), 't001');
    assert.equal(traceName('t.csv.csv'), 't.csv');
    assert.equal(traceName('plain'), 'plain');
  });
});
