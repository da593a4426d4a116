import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillSummary, isSummaryField, summaryFields } from '../../src/evaluate/index.js';

const facts = {
  node: 'r-1',
  rule: 'Breach',
  kind: 'forecast',
  severity: 'page',
  labels: { pool: 'edge', team: 'web', 'app.kubernetes.io/name': 'router' },
};

describe('a summary', () => {
  const cases: [string, string][] = [
    ['No field at all.', 'No field at all.'],
    ['Drain {{ node }} of {{pool}}.', 'Drain r-1 of edge.'],
    ['{{ labels.team }}: {{ labels.app.kubernetes.io/name }}', 'web: router'],
    ['{{ rule }} ({{ kind }}, {{ severity }})', 'Breach (forecast, page)'],
    ['runs {{ version }}', 'runs (no version)'],
    ['of {{ labels.constructor }}', 'of (no constructor)'],
    ['{{ nod }} and {{ }} stay', '{{ nod }} and {{ }} stay'],
    ['{{ node', '{{ node'],
  ];
  for (const [text, expected] of cases) {
    it(`"${text}" reads "${expected}"`, () => assert.equal(fillSummary(text, facts), expected));
  }

  it('has fields that stand somewhere', () => {
    const text = 'Drain {{ node }}, tell {{labels.team}}';
    const found = summaryFields(text).map(({ name, start, end }) => [name, text.slice(start, end)]);
    assert.deepEqual(found, [
      ['node', '{{ node }}'],
      ['labels.team', '{{labels.team}}'],
    ]);
    assert.deepEqual(['node', 'pool', 'labels.x', 'labels.', 'nod', ''].map(isSummaryField), [
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
