import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type AlertState, type Change, type Moment, type Step, transition } from '../../src/alert/index.js';
import type { Verdict } from '../../src/evaluate/index.js';
import type { Outlook } from '../../src/trend/index.js';

const MINUTE = 60_000;
const NOW = 1_795_349_340_000;
const timing = { forMs: 5 * MINUTE, keepFiringMs: 10 * MINUTE };

const outlook = (probability: number): Outlook => ({
  signal: 'rss',
  at: NOW,
  now: 1,
  live: 1,
  limit: 2,
  effectiveLimit: 2,
  horizonMs: MINUTE,
  probability,
  odds: [[MINUTE, probability]],
  breachP10: null,
  breachP50: null,
  breachP90: null,
  shape: 'linear',
  cause: null,
  growth: null,
  since: 0,
  record: null,
  evidence: [],
});

const says = (truth: Verdict['truth'], reason: string = truth): Verdict => ({
  truth,
  reason,
  resource: 'rss',
  outlook: outlook(0.9),
});

function moment(at: number, known: Partial<Moment> = {}): Moment {
  return {
    rule: 'Breach',
    node: 'r-1',
    about: { kind: 'forecast', severity: 'page', labels: {} },
    at,
    lastSeen: at,
    processSince: NOW - 1e9,
    endsWithProcess: true,
    episode: (activeSince) => `episode ${activeSince}`,
    ...known,
  };
}

/** Pending since NOW. */
const pending = transition(undefined, says('true'), timing, moment(NOW)).state!;
/** Firing since NOW + 5 min, last true then. */
const firing = transition(pending, says('true'), timing, moment(NOW + 5 * MINUTE)).state!;

describe('an alert', () => {
  /** In minutes after NOW. */
  type Case = readonly [
    what: string,
    before: AlertState | undefined,
    truth: Verdict['truth'],
    minutes: number,
    phase: AlertState['phase'] | undefined,
    change: Change,
    reason: string,
    known?: Partial<Moment>,
  ];
  const later = { processSince: NOW + 7 * MINUTE };
  const cases: readonly Case[] = [
    ['does not begin on false', undefined, 'false', 0, undefined, null, 'false'],
    ['does not begin on what is unknown', undefined, 'unknown', 0, undefined, null, 'unknown'],
    ['begins pending', undefined, 'true', 0, 'pending', 'pending', 'true'],
    ['stays pending before its `for` is over', pending, 'true', 4.99, 'pending', null, 'true'],
    ['fires when its `for` is over', pending, 'true', 5, 'firing', 'firing', 'true'],
    ['does not fire on what is unknown', pending, 'unknown', 60, 'pending', null, 'unknown'],
    [
      'is cancelled when its condition is false before it fires',
      pending,
      'false',
      4,
      undefined,
      'cancelled',
      'false',
    ],
    ['goes on firing while its condition holds', firing, 'true', 6, 'firing', null, 'true'],
    ['is kept firing for a while', firing, 'false', 14.99, 'firing', null, 'within the keep-firing time'],
    ['resolves when that while is over', firing, 'false', 15, undefined, 'resolved', 'false'],
    [
      'does not resolve on what is unknown, however long',
      firing,
      'unknown',
      99_999,
      'firing',
      null,
      'unknown',
    ],
    [
      'ends with its process, though nothing is known of the next',
      firing,
      'unknown',
      8,
      undefined,
      'resolved',
      'the process has been restarted',
      later,
    ],
    [
      'ends with its process at once, without a keep-firing time',
      firing,
      'false',
      8,
      undefined,
      'resolved',
      'the process has been restarted',
      later,
    ],
    [
      'that is pending is cancelled with its process',
      pending,
      'unknown',
      8,
      undefined,
      'cancelled',
      'the process has been restarted',
      later,
    ],
    ['begins anew with the next process', firing, 'true', 8, 'pending', 'pending', 'true', later],
    [
      'about the node outlives its process',
      firing,
      'unknown',
      8,
      'firing',
      null,
      'unknown',
      { ...later, endsWithProcess: false },
    ],
    [
      'of a process whose start is not known goes on',
      firing,
      'unknown',
      8,
      'firing',
      null,
      'unknown',
      { processSince: Number.NEGATIVE_INFINITY },
    ],
  ];
  for (const [what, before, truth, minutes, phase, change, reason, known] of cases) {
    it(what, () => {
      const step = transition(before, says(truth), timing, moment(NOW + minutes * MINUTE, known));
      assert.deepEqual([step.state?.phase, step.change, step.reason], [phase, change, reason]);
    });
  }

  it('fires at once without a `for`', () => {
    const step = transition(undefined, says('true'), { forMs: 0, keepFiringMs: 0 }, moment(NOW));
    assert.deepEqual([step.state?.phase, step.change, step.state?.firedAt], ['firing', 'firing', NOW]);
  });

  it('keeps its episode from pending to the end, and has another with the next process', () => {
    assert.equal(firing.id, pending.id);
    const next = transition(
      firing,
      says('true'),
      timing,
      moment(NOW + 8 * MINUTE, { processSince: NOW + 7 * MINUTE }),
    );
    assert.equal(next.state?.id, `episode ${NOW + 8 * MINUTE}`);
    assert.equal(next.state?.activeSince, NOW + 8 * MINUTE);
    assert.equal(next.state?.firedAt, null);
  });

  it('remembers the outlook with which it fired, not a later one', () => {
    assert.equal(pending.predicted, undefined);
    const later = transition(
      firing,
      { ...says('true'), outlook: outlook(0.99) },
      timing,
      moment(NOW + 6 * MINUTE),
    );
    assert.equal(later.state?.predicted?.probability, 0.9);
    assert.equal(later.state?.firedAt, NOW + 5 * MINUTE);
  });

  it('is prolonged by each time that its condition holds', () => {
    const held = transition(firing, says('true'), timing, moment(NOW + 30 * MINUTE)).state!;
    assert.equal(held.lastTrueAt, NOW + 30 * MINUTE);
    assert.equal(transition(held, says('false'), timing, moment(NOW + 39 * MINUTE)).change, null);
    assert.equal(transition(held, says('false'), timing, moment(NOW + 40 * MINUTE)).change, 'resolved');
  });

  it('ends with its process also when its condition went on to hold while the node was silent', () => {
    // Killed after its sample at 5 min, alive again at 6; its first sample comes at 9. Meanwhile the forecast held.
    const seen = { lastSeen: NOW + 5 * MINUTE };
    const silent = transition(firing, says('true'), timing, moment(NOW + 8 * MINUTE, seen)).state!;
    const back = { processSince: NOW + 6 * MINUTE };
    const step = transition(silent, says('unknown'), timing, moment(NOW + 9 * MINUTE, back));
    assert.deepEqual([step.change, step.reason], ['resolved', 'the process has been restarted']);
  });

  it('tells what was true of the rule and the node when its condition last held', () => {
    const about = { kind: 'forecast', severity: 'page', labels: { version: '2' } } as const;
    const held = transition(firing, says('true'), timing, moment(NOW + 6 * MINUTE, { about })).state!;
    assert.deepEqual(held.about.labels, { version: '2' });
    const unknown = transition(held, says('unknown'), timing, moment(NOW + 7 * MINUTE)).state!;
    assert.deepEqual(unknown.about.labels, { version: '2' });
  });

  it('never skips a phase, whatever is said in whatever order', () => {
    const word = fc.record({
      truth: fc.constantFrom<Verdict['truth']>('true', 'true', 'false', 'unknown'),
      wait: fc.integer({ min: 0, max: 20 }),
      restarts: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        let state: AlertState | undefined;
        let at = NOW;
        let processSince = NOW - 1e9;
        for (const { truth, wait, restarts } of words) {
          at += wait * MINUTE;
          if (restarts && wait > 0) processSince = at - 1;
          const step: Step = transition(state, says(truth), timing, moment(at, { processSince }));
          const phases = `${state?.phase ?? 'none'} to ${step.state?.phase ?? 'none'}`;
          const isReplaced = state !== undefined && step.state !== undefined && step.state.id !== state.id;
          if (step.change === null) assert.ok(state?.phase === step.state?.phase && !isReplaced);
          if (step.change === 'firing') assert.equal(phases, 'pending to firing');
          if (step.change === 'resolved') assert.equal(phases, 'firing to none');
          if (step.change === 'cancelled') assert.equal(phases, 'pending to none');
          if (truth !== 'true') assert.ok(step.change !== 'firing' && step.change !== 'pending');
          if (truth === 'unknown' && processSince < (state?.seenAt ?? at)) assert.equal(step.change, null);
          if (step.state)
            assert.ok(step.state.phase === 'pending' || step.state.firedAt! >= step.state.dueAt);
          state = step.state;
        }
      }),
    );
  });
});
