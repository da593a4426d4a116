import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureText, runTestCase } from '../../src/rule-test/index.js';
import { drawChart } from '../../src/rule-test/report/draw-chart.js';
import { fileOf, load } from './support.js';

const series = {
  name: 'rss',
  points: Array.from(
    { length: 121 },
    (_, i) => [i * 1000, i < 60 ? 50 : i < 90 ? Number.NaN : 100] as const,
  ).filter(([, value]) => !Number.isNaN(value)),
  limit: { name: 'memory_limit', value: 100 },
  format: (value: number) => `${value} B`,
};
const plain = { isFine: false, paint: (_: string, text: string) => text };

describe('the chart of a failure', () => {
  it('shows values, gaps, the limit and marks in plain characters', () => {
    assert.deepEqual(drawChart(series, 120_000, [{ at: 60_000, sign: '^' }], plain), [
      '100 B |---------------------------------------------*************** memory_limit',
      '      |',
      '      |',
      '      |******************************',
      '      |',
      '      |',
      '  0 B |',
      '                                     ^',
      '       0s                          rss                           2m',
    ]);
  });

  it('shows the same in braille, each kind painted once a run', () => {
    const painted: string[] = [];
    const lines = drawChart(series, 120_000, [], {
      isFine: true,
      paint: (kind, text) => {
        painted.push(`${kind} ${[...text].length}`);
        return text;
      },
    });
    assert.equal(lines[0], `100 B ┤${'┈'.repeat(45)}${'⠉'.repeat(15)} memory_limit`);
    assert.equal(lines[3], `      ┤${'⣀'.repeat(30)}`.replace('⣀', lines[3][7]).replaceAll('⣀', lines[3][8]));
    assert.match(lines[3], /^ {6}┤[\u2801-\u28ff]{30}$/);
    assert.deepEqual(painted.slice(0, 2), ['limit 45', 'line 15']);
  });

  it('has colours only where they are asked for', async (t) => {
    const { cases } = await load(t, fileOf('{ r-1: { ready: 0 x 20 } }', '- never: Down'));
    const result = await runTestCase(cases[0], () => 0);
    const esc = String.fromCharCode(27);
    assert.ok(!failureText(result, { isColoured: false, isFine: true }).includes(esc));
    assert.ok(failureText(result, { isColoured: true, isFine: true }).includes(`${esc}[31mFAIL${esc}[0m`));
  });
});
