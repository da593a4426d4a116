import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileRules, evaluate, type NodeView, type Rule } from '../../src/evaluate/index.js';
import type { Growth, Outlook } from '../../src/trend/index.js';

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const AT = 1_795_349_340_000;

export function rule(condition: string): Rule {
  const text = `groups: [{ name: g, rules: [{ alert: A, ${condition} }] }]`;
  const { rules, findings } = compileRules([{ file: 'a.yaml', text }]);
  assert.deepEqual(findings, []);
  return rules[0];
}

/** A node of which nothing is known but what is given. */
export function node(known: Partial<NodeView> = {}): NodeView {
  return {
    name: 'r-1',
    labels: {},
    at: AT,
    lastSeen: AT,
    processSince: AT - 24 * HOUR,
    latest: () => undefined,
    outlook: () => null,
    growth: () => null,
    gcShare: () => null,
    readiness: () => null,
    ...known,
  };
}

export function outlook(known: Partial<Outlook> = {}): Outlook {
  return {
    signal: 'rss',
    at: AT,
    now: 812 * MIB,
    live: 800 * MIB,
    limit: GIB,
    effectiveLimit: GIB,
    horizonMs: 2 * HOUR,
    probability: 0.93,
    odds: [],
    breachP10: AT + 41 * MINUTE,
    breachP50: AT + 54 * MINUTE,
    breachP90: AT + 82 * MINUTE,
    shape: 'linear',
    cause: 'leak',
    growth: { perHour: 61 * MIB, low: 50 * MIB, high: 70 * MIB, overMs: 6 * HOUR, buckets: 60 },
    since: AT - 6 * HOUR,
    record: null,
    evidence: [],
    ...known,
  };
}

export const slope = (perHour: number, low: number, high: number): Growth => ({
  perHour: perHour * MIB,
  low: low * MIB,
  high: high * MIB,
  overMs: 6 * HOUR,
  buckets: 60,
});

const sent = { rss: 812 * MIB, memory_limit: GIB, heap_used: 300 * MIB, heap_limit: 500 * MIB };
export const latest: NodeView['latest'] = (signal) => (sent as Partial<Record<string, number>>)[signal];

/** What is asked, of a node that is so, is answered: truth and reason. */
type Case = readonly [what: string, condition: string, view: NodeView, truth: string, reason: string];

export function check(cases: readonly Case[]): void {
  for (const [what, condition, view, truth, reason] of cases) {
    it(what, () => {
      const verdict = evaluate(rule(condition), view);
      assert.deepEqual([verdict.truth, verdict.reason], [truth, reason]);
    });
  }
}
