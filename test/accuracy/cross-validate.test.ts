import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ScoredNode } from '../../accuracy/judge/outcome.js';
import { score } from '../../accuracy/judge/score.js';
import type { Alarm } from '../../accuracy/run/measure.js';
import { measureTrace } from '../../accuracy/run/measure.js';
import { chooseCell } from '../../accuracy/validate/choose.js';
import { candidates, crossValidate } from '../../accuracy/validate/cross-validate.js';
import { CELLS, cellOfRules, gridOf } from '../../accuracy/validate/grid.js';
import { loadRules } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';

const RULES = join(packageRoot, 'rules');
/** Grows from 0 on and breaches at 3 h. */
const BREACH_S = 10_800;
const LOW = 0.5;
const HIGH = 0.6;

interface Group {
  readonly scenario: string;
  readonly runtime?: string;
  readonly outcome: 'breach' | 'benign';
  /** Alarms where the threshold is at most this; 0 for never. */
  readonly upTo: number;
  readonly p50?: number;
}

/** Nodes on which an alarm is told at 2 h by the cells whose probability is low enough; other thresholds play no part. */
function nodesOf(groups: readonly Group[]): ScoredNode[] {
  return groups.map(({ scenario, runtime = 'node', outcome, upTo, p50 = BREACH_S }, i) => {
    const common = { trace: `t${i}`, node: 'n', scenario, runtime, near_limit: [], licence: '' };
    const label =
      outcome === 'benign'
        ? ({ ...common, outcome } as const)
        : ({ ...common, outcome, onset_s: 0, breach_s: BREACH_S } as const);
    const alarm: Alarm = {
      at: 7200,
      signal: 'rss',
      limit: 1e9,
      cause: null,
      probability: 0.9,
      p10: null,
      p50,
      p90: null,
      hadPrecedent: false,
    };
    const cells = CELLS.map(({ probability }) => (probability <= upTo ? [alarm] : []));
    return { label, file: '', first: 0, hours: 4, alarms: [], cells, forecasts: [], baselines: [] };
  });
}

function probabilities(nodes: readonly ScoredNode[], leftOut: 'scenario' | 'runtime' = 'scenario') {
  const folds = crossValidate(candidates([{ name: 'mine', nodes }]), leftOut);
  return Object.fromEntries(folds.map(({ group, cell }) => [group, CELLS[cell].probability]));
}

describe('the choice of thresholds', () => {
  it('takes the cell with the highest sum of caught and precision', () => {
    const nodes = nodesOf([
      { scenario: 'a', outcome: 'breach', upTo: HIGH },
      { scenario: 'b', outcome: 'breach', upTo: LOW },
      { scenario: 'c', outcome: 'benign', upTo: 0.4 },
    ]);
    // 50 %: 1 + 1. Above one breach is missed (0.5 + 1), below is a false alarm (1 + 2/3).
    assert.equal(CELLS[chooseCell(nodes)].probability, LOW);
  });

  it('takes of equal cells the one with the least time error, then the one that asks for more', () => {
    const early = nodesOf([{ scenario: 'a', outcome: 'breach', upTo: HIGH, p50: BREACH_S + 900 }]);
    assert.deepEqual(CELLS[chooseCell(early)], { probability: HIGH, soon: 0.5, forMinutes: 3 });
    const exact = nodesOf([{ scenario: 'a', outcome: 'breach', upTo: 0.4 }]);
    const better = early.map((node) => ({
      ...node,
      cells: node.cells.map((alarms, i) => (CELLS[i].probability <= 0.4 ? exact[0].cells[i] : alarms)),
    }));
    assert.equal(CELLS[chooseCell(better)].probability, 0.4);
  });

  it('gains nothing beyond 0.97 caught and 0.95 precise', () => {
    const many = Array.from({ length: 39 }, (): Group => ({ scenario: 'a', outcome: 'breach', upTo: HIGH }));
    // At 50 % the last breach of 40 is caught, too (1 instead of 0.975), at the price of two false alarms (40/42 is above 0.95).
    const rest = nodesOf([
      ...many,
      { scenario: 'a', outcome: 'breach', upTo: LOW },
      { scenario: 'b', outcome: 'benign', upTo: LOW },
      { scenario: 'b', outcome: 'benign', upTo: LOW },
    ]);
    assert.equal(CELLS[chooseCell(rest)].probability, HIGH);
  });
});

describe('leaving out', () => {
  /** `pull` wants a low threshold for its two breaches; the others know a false alarm there. */
  const groups: readonly Group[] = [
    { scenario: 'pull', runtime: 'jvm', outcome: 'breach', upTo: 0.4 },
    { scenario: 'pull', runtime: 'jvm', outcome: 'breach', upTo: 0.4 },
    { scenario: 'plain', outcome: 'breach', upTo: HIGH },
    { scenario: 'calm', outcome: 'benign', upTo: LOW },
  ];

  it('chooses without a group what only that group would have changed', () => {
    // Low: 1 + 3/4 against 1/3 + 1 high. Without `pull` high is 1 + 1; without `calm` nothing speaks against low.
    assert.deepEqual(probabilities(nodesOf(groups)), { calm: 0.4, plain: 0.4, pull: HIGH });
    assert.deepEqual(probabilities(nodesOf(groups), 'runtime'), { jvm: HIGH, node: 0.4 });
  });

  it('judges each group by what was chosen without it, every node once', () => {
    const folds = crossValidate(candidates([{ name: 'mine', nodes: nodesOf(groups) }]), 'scenario');
    const judged = folds.flatMap((fold) => fold.judged);
    const { nodes, caught, falseNodes } = score(judged);
    // `pull` is judged high and missed, `plain` low and caught, `calm` low and false.
    assert.deepEqual([nodes, caught, falseNodes], [4, 1 / 3, 1]);
  });

  it('lets no group have a say in its own thresholds, whatever happens on it', () => {
    for (const outcome of ['breach', 'benign'] as const) {
      for (const upTo of [0, 0.35, HIGH, 1]) {
        const changed = groups.map((group) =>
          group.scenario === 'pull' ? { ...group, outcome, upTo } : group,
        );
        const others: Group = { scenario: 'other', outcome: 'breach', upTo: HIGH };
        assert.equal(probabilities(nodesOf([...changed, others])).pull, HIGH);
      }
    }
  });

  it('takes the public recordings for one group, of which only false alarms count', () => {
    const nodes = nodesOf([
      { scenario: 'x', outcome: 'benign', upTo: HIGH },
      { scenario: 'y', outcome: 'benign', upTo: 0 },
      { scenario: 'y', outcome: 'breach', upTo: 0 },
    ]);
    const sets = [
      { name: 'mine', nodes: nodesOf(groups) },
      { name: 'public', nodes },
    ];
    const folds = crossValidate(candidates(sets), 'scenario');
    assert.deepEqual(
      folds.map(({ group, judged }) => [group, judged.length]),
      [
        ['calm', 1],
        ['plain', 1],
        ['public', 2],
        ['pull', 2],
      ],
    );
  });

  it('needs two groups with breaches', () => {
    const nodes = nodesOf([groups[2], groups[3]]);
    assert.deepEqual(crossValidate(candidates([{ name: 'mine', nodes }]), 'scenario'), []);
  });
});

describe('the grid', () => {
  it('holds the shipped rules, and its last cell asks for the least', () => {
    assert.notEqual(cellOfRules(loadRules(RULES).rules), undefined, 'add the shipped thresholds to AXES');
    const last = CELLS[CELLS.length - 1];
    assert.ok(CELLS.every((cell) => cell.probability >= last.probability && cell.soon >= last.soon));
  });

  it('has the rules as they are written but for the thresholds, each cell under a name of its own', () => {
    const { trials, cellOf } = gridOf(RULES);
    const written = loadRules(RULES).rules.filter(({ kind }) => kind === 'forecast');
    assert.equal(trials.length, written.length);
    assert.equal(cellOf.size, CELLS.length * written.length);
    for (const [i, { eager, others }] of trials.entries()) {
      for (const rule of [eager, ...others]) {
        assert.ok(rule.kind === 'forecast' && written[i].kind === 'forecast');
        const { probability, soon, forMinutes } = CELLS[Number(cellOf.get(rule.id))];
        const near = written[i].condition.soon;
        assert.deepEqual(rule.condition, {
          ...written[i].condition,
          probability,
          soon: near && { ...near, probability: soon },
        });
        assert.equal(rule.forMs, forMinutes * 60_000);
        assert.equal(rule.keepFiringMs, written[i].keepFiringMs);
      }
    }
  });

  it('says on a replay in the cell of the rules what the rules say, and changes nothing of it', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-grid-test-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'leak.csv');
    const rows = Array.from({ length: 721 }, (_, i) => {
      const wave = 0.03 * Math.sin(i / 7) + 0.02 * Math.sin(i * 2.3);
      return `${i * 15},n-1,${Math.round((0.25 + (0.7 * i) / 721 + wave) * 1e9)},1000000000,0`;
    });
    writeFileSync(file, `${['time_s,node,rss_bytes,memory_limit_bytes,start_time_s', ...rows].join('\n')}\n`);
    const { rules } = loadRules(RULES);
    const [alone] = await measureTrace(file, rules, {});
    const [beside] = await measureTrace(file, rules, { grid: gridOf(RULES) });
    assert.ok(alone.alarms.length > 0);
    assert.deepEqual({ ...beside, cells: [] }, alone);
    assert.deepEqual(beside.cells[Number(cellOfRules(rules))], alone.alarms);
    const first = (cell: number): number => beside.cells[cell][0]?.at ?? Number.POSITIVE_INFINITY;
    const eager = CELLS.length - 1;
    assert.ok(CELLS.every((cell, i) => cell.forMinutes === 5 || first(eager) <= first(i)));
    assert.ok(first(eager) < first(0), 'certainty takes time');
  });
});
