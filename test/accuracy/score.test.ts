import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calibrate } from '../../accuracy/judge/calibration.js';
import { expectedCauses } from '../../accuracy/judge/causes.js';
import { judge } from '../../accuracy/judge/judge.js';
import { wasReleasedBefore, whyOutOfReach } from '../../accuracy/judge/reach.js';
import { quality, score } from '../../accuracy/judge/score.js';
import { isReached, targetsOf } from '../../accuracy/judge/targets.js';
import type { Label } from '../../accuracy/read/labels.js';
import type { Alarm } from '../../accuracy/run/measure.js';

const common = { trace: 't', node: 'n', scenario: 'map_leak', runtime: 'node', near_limit: [], licence: '' };
const MINUTE = 60;
/** Grows from 1 h on and breaches at 3 h. */
const breach = { ...common, outcome: 'breach', onset_s: 3600, breach_s: 10_800 } satisfies Label;
const benign = { ...common, outcome: 'benign' } satisfies Label;

function at(...times: number[]): { at: number }[] {
  return times.map((time) => ({ at: time }));
}

function alarm(fields: Partial<Alarm>): Alarm {
  const none = { p10: null, p50: null, p90: null, hadPrecedent: false };
  return { at: 7200, signal: 'rss', limit: 1e9, cause: 'leak', probability: 0.9, ...none, ...fields };
}

describe('the judgement of a node', () => {
  const cases: readonly [string, Label, number[], string, number][] = [
    ['catches a breach with an alert exactly 15 min before it', breach, [10_800 - 15 * MINUTE], 'caught', 0],
    ['calls an alert a second later late', breach, [10_801 - 15 * MINUTE], 'late', 0],
    ['counts an alert at the onset', breach, [3600], 'caught', 0],
    ['calls an alert before the onset false, even if it goes on', breach, [3599], 'missed', 1],
    ['catches with a second alert after a false one', breach, [600, 7200], 'caught', 1],
    ['takes the first alert in time, not a late one', breach, [7200, 10_700], 'caught', 0],
    ['does not count what follows the breach', breach, [10_801, 12_000], 'missed', 0],
    ['misses a breach without an alert', breach, [], 'missed', 0],
    ['takes each start on a benign node for a false alarm', benign, [100, 9000], 'false alarm', 2],
    ['leaves a quiet benign node alone', benign, [], 'quiet', 0],
    ['leaves out alarms near the limit', { ...benign, near_limit: [[100, 200]] }, [100, 200], 'quiet', 0],
    ['counts those beside such a stretch', { ...benign, near_limit: [[100, 200]] }, [201], 'false alarm', 1],
    [
      'does not catch by an alarm near the limit',
      { ...breach, near_limit: [[7000, 7400]] },
      [7200],
      'missed',
      0,
    ],
  ];
  for (const [name, label, times, verdict, falseStarts] of cases) {
    it(name, () => {
      const judged = judge(label, at(...times));
      assert.deepEqual([judged.verdict, judged.falseStarts.length], [verdict, falseStarts]);
    });
  }

  it('says when nobody could have caught a breach', () => {
    assert.match(whyOutOfReach(breach, 10_200) ?? '', /begins 10 min before the breach/);
    assert.match(whyOutOfReach({ ...breach, onset_s: 10_500 }, 0) ?? '', /growth begins 5 min before/);
    assert.equal(whyOutOfReach(breach, 0), undefined);
    assert.equal(whyOutOfReach(benign, 0), undefined);
  });
});

describe('the score', () => {
  it('divides by breaches, and by caught and all nodes with a false alarm', () => {
    const nodes = [
      { label: breach, alarms: at(7200), hours: 4 },
      { label: breach, alarms: at(600, 7200), hours: 4 },
      { label: breach, alarms: at(10_700), hours: 4 },
      { label: breach, alarms: [], hours: 4 },
      { label: benign, alarms: at(1, 2, 3), hours: 14 },
      { label: benign, alarms: [], hours: 10 },
    ];
    const counts = score(nodes);
    assert.deepEqual(
      [
        counts.breaches,
        counts.caughtCount,
        counts.late,
        counts.missed,
        counts.falseNodes,
        counts.falseStarts,
      ],
      [4, 2, 1, 1, 2, 4],
    );
    assert.equal(counts.caught, 2 / 4);
    assert.equal(counts.precision, 2 / (2 + 1 + 1));
    assert.equal(counts.falsePer1000h, (4 * 1000) / 40);
  });

  it('has no shares where there is nothing to divide by', () => {
    const { caught, precision, falsePer1000h } = score([]);
    assert.deepEqual([caught, precision, falsePer1000h], [null, null, null]);
  });
});

describe('the quality of the catching alerts', () => {
  const hit = alarm({ p10: 9000, p50: 9900, p90: 12_600 });
  const off = alarm({ p10: 13_000, p50: 14_400, p90: 16_600, cause: 'native' });

  it('measures error and width in times the time left', () => {
    const one = quality([{ label: breach, alarms: [hit], hours: 4 }]);
    assert.deepEqual([one.timeError, one.coverage, one.width, one.causeRight], [0.25, 1, 1, 1]);
    assert.deepEqual(one.leads, [3600]);
  });

  it('takes medians of errors and widths and shares of the rest', () => {
    const nodes = [hit, off].map((each) => ({ label: breach, alarms: [each], hours: 4 }));
    const both = quality(nodes);
    assert.deepEqual([both.timeError, both.coverage, both.width, both.causeRight], [0.625, 0.5, 1, 0.5]);
  });

  it('takes an alert without times for as wrong as can be, and an open end for no end', () => {
    const none = quality([{ label: breach, alarms: [alarm({})], hours: 4 }]);
    assert.deepEqual([none.timeError, none.coverage, none.width], [Infinity, 0, Infinity]);
    const open = quality([{ label: breach, alarms: [alarm({ p10: 9000, p50: 9900 })], hours: 4 }]);
    assert.deepEqual([open.coverage, open.width], [1, Infinity]);
  });

  it('looks at the alert that caught, not at false, late or excused ones', () => {
    const early = alarm({ at: 60, p50: 100 });
    const late = alarm({ at: 10_700, p50: 10_800 });
    assert.equal(quality([{ label: breach, alarms: [early, hit, late], hours: 4 }]).timeError, 0.25);
    assert.equal(quality([{ label: breach, alarms: [late], hours: 4 }]).caught, 0);
  });

  it('knows the right causes by scenario and runtime', () => {
    assert.deepEqual(expectedCauses('deploy_leak', 'python'), ['version']);
    assert.deepEqual(expectedCauses('native_leak', 'jvm-g1'), ['native']);
    assert.deepEqual(expectedCauses('native_leak', 'python'), ['native', 'leak']);
    assert.deepEqual(expectedCauses('load_growth_no_leak', 'node'), ['load']);
    assert.deepEqual(expectedCauses('fleet_response_buffer_cascade', 'node'), ['load', 'native']);
    assert.deepEqual(expectedCauses('response_buffer', 'jvm-serial'), ['load', 'leak']);
    assert.deepEqual(expectedCauses('restart_sawtooth_steeper', 'node'), ['leak']);
    assert.equal(expectedCauses('something else', 'node'), undefined);
  });
});

describe('the calibration', () => {
  const said = (time: number, probability: number) => ({ at: time, probability, horizonS: 7200 });

  it('compares what was said before the breach with whether it came within the horizon', () => {
    const { bins, forecasts } = calibrate([
      { label: breach, forecasts: [said(3599, 0.1), said(3600, 0.7), said(9000, 0.7), said(10_800, 0.7)] },
      { label: benign, forecasts: [said(9000, 0.65), said(14_000, 1)] },
    ]);
    assert.equal(forecasts, 5);
    const came = bins.map((bin) => [bin.from, bin.to, bin.forecasts, bin.nodes, bin.came]);
    assert.deepEqual(came, [
      [0.05, 0.2, 1, 1, 0],
      [0.6, 0.8, 3, 2, 2 / 3],
      [0.95, 1, 1, 1, 0],
    ]);
    assert.ok(Math.abs(bins[1].said - (0.7 + 0.7 + 0.65) / 3) < 1e-12);
  });

  it('gives the Brier score beside that of the base rate', () => {
    const { brier, brierOfBaseRate } = calibrate([
      { label: breach, forecasts: [said(9000, 1), said(9900, 0.5)] },
      { label: benign, forecasts: [said(9000, 0), said(9900, 0.5)] },
    ]);
    assert.equal(brier, (0 + 0.25 + 0 + 0.25) / 4);
    assert.equal(brierOfBaseRate, 0.25);
  });
});

describe('the targets', () => {
  it('are of false alarms on the public set, else of breaches, stricter on dev', () => {
    const counts = score([{ label: breach, alarms: at(7200), hours: 1000 }]);
    const words = quality([]);
    assert.deepEqual(
      targetsOf('public', counts, words).map(({ what, most }) => [what, most]),
      [['false alarms in 1,000 node-hours', 1]],
    );
    assert.equal(targetsOf('dev', counts, words)[0].least, 0.97);
    assert.equal(targetsOf('mine', counts, words)[0].least, 0.93);
  });

  it('are reached at their bound, within both bounds, and not without a value', () => {
    assert.equal(isReached({ what: '', value: 0.9, least: 0.9 }), true);
    assert.equal(isReached({ what: '', value: 0.89, least: 0.9 }), false);
    assert.equal(isReached({ what: '', value: 0.89, least: 0.72, most: 0.88 }), false);
    assert.equal(isReached({ what: '', value: null, most: 1 }), false);
  });
});

describe('a rise of use', () => {
  const seriesOf = (values: readonly number[]) => ({ times: values.map((_, i) => i), values: [...values] });

  it('has a precedent where use was about as high before and lost half of that', () => {
    assert.equal(wasReleasedBefore(seriesOf([10, 90, 20, 60, 100]), 4), true);
  });

  it('has none where use was never as high, or what was as high never came down', () => {
    assert.equal(wasReleasedBefore(seriesOf([10, 40, 20, 60, 100]), 4), false);
    assert.equal(wasReleasedBefore(seriesOf([10, 90, 80, 100]), 3), false);
  });

  it('is looked at up to the alarm, not beyond', () => {
    assert.equal(wasReleasedBefore(seriesOf([10, 60, 100, 20, 100]), 2), false);
    assert.equal(wasReleasedBefore(seriesOf([]), 2), false);
  });
});
