import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ODD_TRACES } from '../support/odd-traces.js';
import { checkLines, readLines } from '../support/replay-lines.js';
import { type Run, runHeadroom } from '../support/run-headroom.js';

const NONSENSE = /NaN|Infinity|undefined|\n {4}at /;

describe('odd telemetry in traces', () => {
  const files = Object.keys(ODD_TRACES).map((name) => `${name}.csv`);
  const folder = mkdtempSync(join(tmpdir(), 'headroom-odd-'));
  after(() => rmSync(folder, { recursive: true }));
  const runs: Record<string, Run> = {};

  before(async () => {
    for (const [name, { text }] of Object.entries(ODD_TRACES))
      writeFileSync(join(folder, `${name}.csv`), text);
    runs.table = await runHeadroom(folder, 'replay', ...files);
    runs.lines = await runHeadroom(folder, 'replay', ...files, '--format', 'jsonl', '--forecasts', '5m');
    runs.check = await runHeadroom(folder, 'check', ...files);
  });

  it('is replayed without a fault, and nothing that is said of it is nonsense', () => {
    for (const { code, out, err } of Object.values(runs)) {
      assert.equal(code, 0, err);
      assert.doesNotMatch(out + err, NONSENSE);
    }
    const lines = readLines(runs.lines.out);
    checkLines(lines);
  });

  it('without a limit has no forecast, and above it breaches now', () => {
    const lines = readLines(runs.lines.out);
    const told = new Set(lines.map(({ trace }) => trace));
    for (const trace of ['limits-of-0', 'limits-of-minus-1', 'limits-of-2-63', 'all-gaps']) {
      assert.ok(!told.has(trace), trace);
    }
    const firing = lines.filter((line) => line.trace === 'above-its-limit' && line.type === 'alert');
    assert.ok(firing.some((line) => 'rule' in line && line.rule === 'MemoryBreachPredicted'));
  });

  for (const [name, { codes }] of Object.entries(ODD_TRACES)) {
    it(`of ${name} is told with place and cure`, () => {
      for (const code of codes) {
        const sentence = `${name}\\.csv:\\d+ at \\d+:\\d\\d:\\d\\d node a: .* \\(${code}\\)`;
        const told = new RegExp(`^ {2}${sentence}\\n {4}\\S.*\\.$`, 'm');
        assert.match(runs.table.out.split('\nodd telemetry\n')[1], told);
        assert.match(runs.lines.err.split('odd telemetry\n')[1], told);
        assert.match(
          runs.check.out,
          new RegExp(`^${name}\\.csv:\\d+:1 warning node a: .* \\(${code}\\) \\[trace/odd\\]\\n +=`, 'm'),
        );
      }
    });
  }

  it('of many nodes is one sentence', async () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 9 }, (_, node) => `${i * 15},n-${node},${(300 + i) * 2 ** 20},0`).join('\n'),
    );
    writeFileSync(
      join(folder, 'fleet.csv'),
      `time_s,node,rss_bytes,memory_limit_bytes\n${rows.join('\n')}\n`,
    );
    const { code, out, err } = await runHeadroom(folder, 'check', 'fleet.csv');
    assert.equal(code, 0);
    assert.match(
      out,
      /^fleet\.csv:\d+:1 warning node n-0: .* \(no-limit\); the same of n-1, n-2, n-3, n-4, n-5 and 3 more \[trace\/odd\]$/m,
    );
    assert.equal(err, '1 file: 1 warning\n');
  });
});
