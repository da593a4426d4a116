import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { biasOf, isBiased, type Settled } from '../../accuracy/judge/bias.js';
import { calibrate } from '../../accuracy/judge/calibration.js';

function settled(node: number, probability: number, came: 0 | 1, times = 1): Settled[] {
  return Array.from({ length: times }, () => ({ node, probability, came }));
}

describe('the bias of forecasts', () => {
  it('is mean said less what came: above 0 too much was feared', () => {
    assert.equal(biasOf([...settled(1, 0.75, 0), ...settled(2, 0.75, 1)]).bias, 0.25);
    assert.equal(biasOf([...settled(1, 0.25, 1), ...settled(2, 0.25, 0)]).bias, -0.25);
    assert.equal(biasOf([...settled(1, 0.5, 1), ...settled(2, 0.5, 0)]).bias, 0);
  });

  it('has the standard error of its nodes', () => {
    // Residuals 0.5 and -0.5: the standard error of a mean of two.
    assert.equal(biasOf([...settled(1, 0.5, 0), ...settled(2, 0.5, 1)]).error, 0.5);
  });

  it('is no surer for more forecasts of the same nodes', () => {
    const few = [...settled(1, 0.5, 0), ...settled(2, 0.5, 1), ...settled(3, 0.9, 0)];
    const many = [...settled(1, 0.5, 0, 40), ...settled(2, 0.5, 1, 40), ...settled(3, 0.9, 0, 40)];
    assert.ok(Math.abs(Number(biasOf(few).error) - Number(biasOf(many).error)) < 1e-12);
  });

  it('tells nothing of its error from one node, and nothing at all from no forecast', () => {
    assert.equal(biasOf(settled(1, 0.5, 0, 9)).error, null);
    assert.throws(() => biasOf([]), /at least one forecast/);
  });

  it('is one only beyond what chance explains', () => {
    assert.equal(isBiased({ bias: -0.2, error: 0.1 }), true);
    assert.equal(isBiased({ bias: 0.19, error: 0.1 }), false);
    assert.equal(isBiased({ bias: 0.9, error: null }), false);
  });

  it('is told of each bin of a calibration and of all forecasts', () => {
    const common = { trace: 't', node: 'n', scenario: 's', runtime: 'node', near_limit: [], licence: '' };
    const breach = { ...common, outcome: 'breach', onset_s: 0, breach_s: 3600 } as const;
    const benign = { ...common, outcome: 'benign' } as const;
    const said = (probability: number) => [{ at: 60, probability, horizonS: 7200 }];
    const { bins, bias } = calibrate([
      { label: breach, forecasts: said(0.5) },
      { label: benign, forecasts: said(0.5) },
      { label: benign, forecasts: said(0.25) },
    ]);
    assert.deepEqual(
      bins.map((bin) => [bin.from, bin.bias, bin.error]),
      [
        [0.2, 0.25, null],
        [0.4, 0, 0.5],
      ],
    );
    assert.ok(Math.abs(Number(bias?.bias) - 0.25 / 3) < 1e-12);
    assert.equal(calibrate([]).bias, null);
  });
});
