import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expandSeries } from '../../src/rule-test/input/expand-series.js';
import {
  COUNT,
  parseSegment,
  SECONDS,
  SegmentFault,
  SIZE,
  STATE,
  type ValueKind,
} from '../../src/rule-test/input/parse-segment.js';
import type { Written } from '../../src/rule-test/input/segment.js';

const MIB = 2 ** 20;

function expand(texts: string | readonly string[], kind: ValueKind = COUNT, intervalMs = 10_000, seed = 'a') {
  return expandSeries(
    [texts].flat().map((text) => parseSegment(text, kind)),
    intervalMs,
    seed,
  );
}

function valuesOf(texts: string | readonly string[], kind?: ValueKind): number[] {
  return expand(texts, kind).points.map(([, value]) => Number(value.toFixed(6)));
}

describe('a series in shorthand', () => {
  it('has the values that it says', () => {
    const table: [string | string[], number[], ValueKind?][] = [
      ['5 x 3', [5, 5, 5]],
      ['1 + 2 x 4', [1, 3, 5, 7]],
      ['1+2x4', [1, 3, 5, 7]],
      ['9 - 3 x 3', [9, 6, 3]],
      ['0 to 10 x 5', [0, 2.5, 5, 7.5, 10]],
      ['10 to 0 x 3', [10, 5, 0]],
      ['7 for 30s', [7, 7, 7]],
      ['7 for 30s every 5s', [7, 7, 7, 7, 7, 7]],
      [
        ['1 + 1 x 3', '+ 10 x 2'],
        [1, 2, 3, 13, 23],
      ],
      [
        ['1 x 2', 'to 5 x 2'],
        [1, 1, 3, 5],
      ],
      [
        ['1 x 1', '_ x 5', '2 x 1'],
        [1, 2],
      ],
      ['1.5 GiB - 512MiB x 2', [1536 * MIB, 1024 * MIB], SIZE],
      ['100MiB + 1 MiB x 2', [100 * MIB, 101 * MIB], SIZE],
      ['0s + 250ms x 3', [0, 0.25, 0.5], SECONDS],
      ['1m30s x 1', [90], SECONDS],
      [['1 x 1', '0 x 2'], [1, 0, 0], STATE],
    ];
    for (const [texts, values, kind] of table) assert.deepEqual(valuesOf(texts, kind), values, String(texts));
  });

  it('has samples at the interval, or at its own, one segment after the other', () => {
    const { points, end } = expand(['1 x 2', '_ x 3', '2 x 2 every 5s', '3 x 1']);
    assert.deepEqual(
      points.map(([at]) => at),
      [0, 10_000, 50_000, 55_000, 60_000],
    );
    assert.equal(end, 70_000);
  });

  it('bends as the shapes of models do: saturating early, accelerating late', () => {
    const [straight, saturating, accelerating] = ['', ' saturating', ' accelerating'].map((bend) =>
      valuesOf(`0 to 100${bend} x 101`),
    );
    for (const values of [straight, saturating, accelerating])
      assert.deepEqual([values[0], values[100]], [0, 100]);
    assert.ok(saturating[50] > 80 && accelerating[50] < 20 && straight[50] === 50);
    for (const values of [saturating, accelerating])
      assert.ok(values.slice(1).every((value, i) => value > values[i]));
  });

  it('repeats its parts as often as it says', () => {
    const written: Written = [{ repeat: 3, of: ['1 x 2', '5 x 1'].map((text) => parseSegment(text, COUNT)) }];
    assert.deepEqual(
      expandSeries(written, 1000, '').points.map(([, value]) => value),
      [1, 1, 5, 1, 1, 5, 1, 1, 5],
    );
  });

  it('tells where the process restarts, and in which version it then runs', () => {
    const { restarts } = expand(['1 x 2', 'restart', '1 x 1', 'deploy 2026.11.2', '1 x 1']);
    assert.deepEqual(restarts, [
      { at: 20_000, version: undefined },
      { at: 30_000, version: '2026.11.2' },
    ]);
  });

  it('goes on without an end where the last segment has none', () => {
    const { points, rest, end } = expand(['1 x 2', '5 + 1']);
    assert.deepEqual([points.length, end, rest?.(), rest?.(), rest?.()], [2, 20_000, 5, 6, 7]);
  });

  it('counts right, whatever its segments', () => {
    const segment = fc.oneof(
      fc.record({
        n: fc.integer({ min: 1, max: 300 }),
        text: fc.constantFrom('7 x ', '0 + 3 x ', '2 to 9 x ', '+ 1 x '),
      }),
      fc.record({ n: fc.integer({ min: 1, max: 300 }), text: fc.constant('_ x ') }),
    );
    const interval = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), interval, (segments, intervalMs) => {
        const texts = ['1 x 1', ...segments.map(({ n, text }) => text + n)];
        const { points, end } = expand(texts, COUNT, intervalMs);
        const all = 1 + segments.reduce((sum, { n }) => sum + n, 0);
        const gaps = segments.filter(({ text }) => text === '_ x ').reduce((sum, { n }) => sum + n, 0);
        assert.equal(points.length, all - gaps);
        assert.equal(end, all * intervalMs);
        assert.ok(points.every(([at], i) => at % intervalMs === 0 && (i === 0 || at > points[i - 1][0])));
        assert.ok(points.every(([, value]) => value >= 0));
      }),
    );
  });

  it('has as many samples for a time as fit into it', () => {
    const counts = fc.integer({ min: 1, max: 2000 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 600 }), (count, every) => {
        const { points } = expand(`3 for ${count * every}s every ${every}s`);
        assert.equal(points.length, count);
      }),
    );
  });

  it('trembles by the noise and no more, the same for the same seed', () => {
    const noisy = (seed: string) =>
      expand('100 x 2000 ~ 10', COUNT, 1000, seed).points.map(([, value]) => value);
    const values = noisy('a');
    assert.deepEqual(values, noisy('a'));
    assert.notDeepEqual(values, noisy('b'));
    assert.ok(values.every((value) => value >= 90 && value <= 110));
    assert.ok(Math.min(...values) < 91 && Math.max(...values) > 109);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean - 100) < 0.6, `the mean is ${mean}`);
  });

  it('says what is wrong with it, and what to write', () => {
    const table: [string | string[], ValueKind, string, string][] = [
      ['', SIZE, 'it is empty', 'write 400MiB + 1MiB x 240'],
      [
        '400 + 1MiB x 10',
        SIZE,
        '"400" is not a size such as 512MiB',
        'a bare number has no unit: write 400MiB',
      ],
      ['400MiB + 1 x 10', SIZE, '"1" is not a size such as 512MiB', 'a bare number has no unit: write 1MiB'],
      [
        '0s + 3 x 10',
        SECONDS,
        '"3" is not a time such as 300ms',
        'a bare number has no unit: write 3s or 3ms',
      ],
      ['2 x 4', STATE, '"2" is not 1 (ready) or 0 (not)', 'write 1 (ready) or 0 (not)'],
      ['5MiB x 4', COUNT, '"5MiB" is not a number', 'write a number'],
      ['5 +', COUNT, 'nothing is not a number', 'write a number'],
      ['5 x', COUNT, 'nothing is no number of samples', 'write x and a whole number, such as x 240'],
      ['5 x 0', COUNT, '"0" is no number of samples', 'write x and a whole number, such as x 240'],
      ['5 x 1.5', COUNT, '"1.5" is no number of samples', 'write x and a whole number, such as x 240'],
      ['5 for 10', COUNT, '"10" is no time', 'write for 1h'],
      ['5 x 3 every 0s', COUNT, '"0s" is no time', 'write every 15s'],
      ['1 to 5', COUNT, 'a way from one value to another needs an end', 'add x 240, or for 1h'],
      [
        '1 to 5 saturatng x 4',
        COUNT,
        '"saturatng" is no shape',
        'write saturating or accelerating, or leave it out',
      ],
      ['_', COUNT, 'a gap needs an end', 'write how long it is: _ x 20, or _ for 5m'],
      ['restart 2', COUNT, 'a restart has no version', 'write deploy 2 for a restart with another one'],
      [
        'deploy',
        COUNT,
        'a deploy needs a version',
        'write deploy 2026.11.2, or restart for the same version',
      ],
      ['+ 1 x 4', COUNT, 'the first segment needs a value to begin with', 'write the value before + or to'],
      [
        ['5', '6 x 2'],
        COUNT,
        'only the last segment may go on without an end',
        'add x 240, or for 1h, to the others',
      ],
      [
        '5 for 25s',
        COUNT,
        '25 s are not a whole number of samples of 10 s',
        'write a multiple of 10 s, or x COUNT',
      ],
      ['9 - 4 x 9', COUNT, 'it falls below zero at its sample 4', 'end it before, or make the step smaller'],
      ['1 x 3000001', COUNT, 'it has more than 3000000 samples', 'write a shorter one, or a longer interval'],
    ];
    for (const [texts, kind, message, cure] of table) {
      assert.throws(
        () => expand(texts, kind),
        (fault) => {
          assert.ok(fault instanceof SegmentFault, String(texts));
          assert.deepEqual([fault.message, fault.cure], [message, cure], String(texts));
          return true;
        },
      );
    }
    const form =
      'the form is VALUE, VALUE + STEP or VALUE to VALUE, then x COUNT or for TIME, then every TIME, then ~ NOISE';
    for (const [text, word] of [
      ['5 ~ 1 x 4', 'x'],
      ['fast', 'fast'],
      ['5 x 4 slowly', 'slowly'],
      ['5 % 3', '%'],
    ])
      assert.throws(() => parseSegment(text, COUNT), {
        message: `"${word}" does not belong there`,
        cure: form,
      });
  });
});
