import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { loadRules } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { replayTrace } from '../../src/replay/index.js';
import { type CaseResult, loadTestFile, runTestCase } from '../../src/rule-test/index.js';
import { fileOf, load, writeFiles } from './support.js';

const noTime = () => 0;
const shipped = join(packageRoot, 'rules/memory.yaml');

async function run(t: TestContext, input: string, expect: string): Promise<CaseResult> {
  const { findings, cases } = await load(t, fileOf(input, expect));
  assert.deepEqual(findings, []);
  return runTestCase(cases[0], noTime);
}

const stepsOf = ({ observed }: CaseResult) =>
  observed.steps.map(({ at, rule, change }) => `${at / 1000} ${rule} ${change}`);

describe('a case', () => {
  it('goes through pending, firing and resolved at the times at which the service would', async (t) => {
    const result = await run(t, '{ r-1: { rss: [5B for 10m, _ for 10m, 5B for 1m] } }', '- never: Down');
    // Heard of last at 9m45s; five minutes of silence, a minute of `for`.
    assert.deepEqual(stepsOf(result), ['885 Silent pending', '945 Silent firing', '1200 Silent resolved']);
    assert.deepEqual(result.failures, []);
  });

  it('goes on after the last sample, as far as something is expected', async (t) => {
    const result = await run(t, '{ r-1: { rss: 5B for 1m } }', '- { at: 20m, alert: Silent }');
    assert.deepEqual(stepsOf(result), ['345 Silent pending', '405 Silent firing']);
    assert.deepEqual(result.failures, []);
  });

  it('tells of a pending alert that is cancelled', async (t) => {
    const result = await run(
      t,
      '{ r-1: { rss: [5B for 1m, _ for 5m30s, 5B for 1m] } }',
      '- { at: 7m, alert: Silent, state: inactive }',
    );
    assert.deepEqual(stepsOf(result), ['345 Silent pending', '390 Silent cancelled']);
    assert.deepEqual(result.failures, []);
  });

  it('of a trace says what a replay of the trace says', async (t) => {
    const trace = join(packageRoot, 'test/fixtures/traces/leak.csv');
    const replayed: string[] = [];
    await replayTrace(trace, {
      rules: loadRules(shipped).rules,
      onEvent: (event) => {
        if (event.type === 'alert')
          replayed.push(`${event.news.at} ${event.news.rule} ${event.news.node} ${event.news.state}`);
      },
    });
    assert.ok(replayed.length > 0);
    const csv = readFileSync(trace, 'utf8');
    const names = [
      ...new Set(
        csv
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => line.split(',')[1]),
      ),
    ];
    const input = `{ ${names.map((name) => `${name}: { trace: leak.csv }`).join(', ')} }`;
    const folder = writeFiles(t, {
      'x.yaml': readFileSync(shipped, 'utf8'),
      'x.test.yaml': fileOf(input),
      'leak.csv': csv,
    });
    const { cases } = await loadTestFile(join(folder, 'x.test.yaml'));
    const { observed } = await runTestCase(cases[0], noTime);
    const told = observed.steps
      .filter(({ change }) => change === 'firing' || change === 'resolved')
      .map(({ at, rule, node, change }) => `${at} ${rule} ${node} ${change}`);
    assert.deepEqual(told, replayed);
  });

  it('gives the same result each time, noise included', async (t) => {
    const folder = writeFiles(t, {
      'x.yaml': readFileSync(shipped, 'utf8'),
      'x.test.yaml': fileOf('{ r-1: { rss: 400MiB + 1MiB x 600 ~ 9MiB, memory_limit: 1GiB } }'),
    });
    const once = async () => {
      const { cases } = await loadTestFile(join(folder, 'x.test.yaml'));
      return stepsOf(await runTestCase(cases[0], noTime));
    };
    const first = await once();
    assert.ok(first.length >= 2);
    assert.deepEqual(await once(), first);
  });

  it('of six hours takes less than two seconds of processor time', async (t) => {
    const folder = writeFiles(t, {
      'x.yaml': readFileSync(shipped, 'utf8'),
      'x.test.yaml': fileOf(
        '{ r-1: { rss: 400MiB to 900MiB for 6h ~ 5MiB, heap_used: 300MiB ~ 50MiB, heap_after_gc: 200MiB ~ 5MiB, heap_limit: 1GiB, memory_limit: 1GiB, ready: 1 } }',
      ),
    });
    const { cases } = await loadTestFile(join(folder, 'x.test.yaml'));
    assert.equal(cases[0].samples.length, 1440);
    const before = process.cpuUsage();
    const { observed } = await runTestCase(cases[0], noTime);
    const { user, system } = process.cpuUsage(before);
    assert.ok(observed.steps.length > 0);
    assert.ok((user + system) / 1e6 < 2, `${(user + system) / 1e6} s`);
  });
});
