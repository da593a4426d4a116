import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planRestarts } from '../../src/notify/message/restart-plan.js';
import { HOUR, MINUTE, NOW, newsOf, outlookOf, plainNewsOf } from './support/news.js';

/** Nodes whose range begins so many minutes from now. */
const nodesIn = (...minutes: number[]) =>
  minutes.map((wait, i) =>
    newsOf({ id: `${i}`, node: `r-${i}`, outlook: outlookOf({ breachP10: NOW + wait * MINUTE }) }),
  );

describe('a restart plan', () => {
  it('begins with the node whose range begins first, one at a time while that will do', () => {
    const plan = planRestarts(nodesIn(60, 20, 40), NOW);
    assert.deepEqual(plan?.steps, [
      { nodes: ['r-1'], startBy: NOW + 15 * MINUTE },
      { nodes: ['r-2'], startBy: NOW + 35 * MINUTE },
      { nodes: ['r-0'], startBy: NOW + 55 * MINUTE },
    ]);
    assert.deepEqual([plan?.atATime, plan?.restartMs, plan?.late], [1, 5 * MINUTE, []]);
  });

  it('begins so early that the later ones are in time, too', () => {
    const plan = planRestarts(nodesIn(30, 31, 32, 33), NOW);
    const waits = plan?.steps.map(({ startBy }) => (startBy - NOW) / MINUTE);
    assert.deepEqual(waits, [13, 18, 23, 28]);
  });

  it('takes more at a time when there are too many for one, but no more than a quarter', () => {
    const plan = planRestarts(nodesIn(...Array(12).fill(22)), NOW);
    assert.equal(plan?.atATime, 3);
    assert.deepEqual(plan?.late, []);
    const tight = planRestarts(nodesIn(...Array(12).fill(11)), NOW);
    assert.equal(tight?.atATime, 3);
    assert.equal(tight?.late.length, 6);
  });

  it('reckons a restart shorter where a forecast looks less far', () => {
    const news = nodesIn(1, 2).map((each) => ({
      ...each,
      outlook: outlookOf({ ...each.outlook, horizonMs: 12 * MINUTE }),
    }));
    assert.equal(planRestarts(news, NOW)?.restartMs, 30_000);
  });

  it('is of nodes that a restart helps: not of traffic, of what has ended, of one node or of none', () => {
    const [a, b] = nodesIn(20, 30);
    const load = newsOf({ id: 'l', node: 'l', outlook: outlookOf({ cause: 'load' }) });
    const over = newsOf({ id: 'o', node: 'o', state: 'resolved' });
    const plan = planRestarts([a, b, load, over, plainNewsOf({ id: 'p', kind: 'absent' })], NOW);
    assert.deepEqual(
      plan?.steps.flatMap(({ nodes }) => nodes),
      ['r-0', 'r-1'],
    );
    assert.equal(planRestarts([a, load], NOW), undefined);
    // Two rules of one node are one restart.
    assert.equal(planRestarts([a, { ...a, id: 'other', rule: 'HeapBreachPredicted' }], NOW), undefined);
  });

  it('has every node once, is late with no node that any order would save, and never takes more than needed', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 2, maxLength: 7 });
    fc.assert(
      fc.property(waits, (minutes) => {
        const plan = planRestarts(nodesIn(...minutes), NOW);
        assert.ok(plan);
        const names = plan.steps.flatMap(({ nodes }) => nodes);
        assert.equal(new Set(names).size, minutes.length);
        assert.ok(plan.steps.every(({ nodes }) => nodes.length <= plan.atATime));
        assert.equal(plan.atATime, 1);
        // All orders: the plan is in time when one of them is.
        const isInTime = (order: readonly number[]) => order.every((wait, i) => (i + 1) * 5 <= wait);
        assert.equal(plan.late.length === 0, permutations(minutes).some(isInTime));
        if (plan.late.length === 0) assert.ok(plan.steps[0].startBy >= NOW);
      }),
      { numRuns: 60 },
    );
  });

  it('of ten thousand nodes is made at once', () => {
    const news = nodesIn(...Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 6000));
    const plan = planRestarts(news, NOW);
    assert.equal(plan?.steps.flatMap(({ nodes }) => nodes).length, 10_000);
    assert.ok(plan && plan.atATime > 1 && plan.atATime <= 2500);
    const starts = plan.steps.map(({ startBy }) => startBy);
    assert.deepEqual(
      starts,
      [...starts].sort((a, b) => a - b),
    );
    assert.ok(starts[0] < NOW + 100 * HOUR);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}
