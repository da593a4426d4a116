import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { loadTestFile, runTestCase } from '../../src/rule-test/index.js';
import { writeFiles } from './support.js';

const rules = readFileSync(join(packageRoot, 'rules/memory.yaml'), 'utf8');
const tests = readFileSync(join(packageRoot, 'rules/memory.test.yaml'), 'utf8');

/** A rule, what is changed in it, and words of the test that must fail then. */
const SPOILT: readonly [string, RegExp, string, string][] = [
  [
    'MemoryBreachPredicted',
    /probability: 50%.*$/m,
    'probability: 100% }',
    'growth outside the heap is announced',
  ],
  ['MemoryBreachPredicted', /probability: 50%.*$/m, 'probability: 5% }', 'batches that release'],
  ['HeapBreachPredicted', /probability: 50%.*$/m, 'probability: 100% }', 'a leak in the managed heap'],
  ['HeapBreachPredicted', /probability: 50%.*$/m, 'probability: 1% }', 'a heap that fills with caches'],
  ['LiveSetGrowing', /1% of/, '20% of', 'slow growth of the live set'],
  ['LiveSetGrowing', /1% of/, '0.02% of', 'a drift that would take weeks'],
  ['RssGrowing', /1% of/, '20% of', 'slow growth of physical memory'],
  ['RssGrowing', /1% of/, '0.02% of', 'a drift that would take weeks'],
  ['GcFallingBehind', /pauseShare: 10%/, 'pauseShare: 90%', 'collections that take ever more'],
  ['GcFallingBehind', /pauseShare: 10%/, 'pauseShare: 1%', 'a collector that takes little'],
  ['NodeNotReady', /notReady: 2m/, 'notReady: 20m', 'a node that fails its readiness check'],
  ['NodeNotReady', /notReady: 2m/, 'notReady: 30s', 'a short failure of the readiness check'],
  ['NodeFlapping', /flaps: 6/, 'flaps: 60', 'a node whose readiness comes and goes'],
  ['NodeFlapping', /flaps: 6/, 'flaps: 2', 'a short failure of the readiness check'],
  ['TelemetryLost', /after: 5m/, 'after: 20h', 'a node that falls silent'],
  ['TelemetryLost', /after: 5m/, 'after: 30s', 'a restart of two minutes'],
  ['TelemetryLost', /forget: 1d/, 'forget: 9d', 'a node that stays away for a day'],
];

describe('the tests of the rules that ship', () => {
  for (const [rule, from, to, words] of SPOILT) {
    it(`notice ${rule} with ${to.replace(' }', '')}`, async (t) => {
      const at = rules.indexOf(`alert: ${rule}`);
      const spoilt = rules.slice(0, at) + rules.slice(at).replace(from, to);
      assert.notEqual(spoilt, rules);
      const folder = writeFiles(t, { 'memory.yaml': spoilt, 'memory.test.yaml': tests });
      const { findings, cases } = await loadTestFile(join(folder, 'memory.test.yaml'));
      assert.deepEqual(findings, []);
      const chosen = cases.filter(({ name }) => name.startsWith(words));
      assert.equal(chosen.length, 1);
      const { failures } = await runTestCase(chosen[0], () => 0);
      assert.ok(failures.some((failure) => failure.rule.id === rule));
    });
  }
});
