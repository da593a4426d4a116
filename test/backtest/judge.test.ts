import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type BacktestResult, backtest, openTraceFiles } from '../../src/backtest/index.js';
import { compileRules } from '../../src/evaluate/index.js';
import { type HandMade, hours, leaking, RULES, steady, writeHandMade } from '../support/hand-made.js';
import { tempFolder } from '../support/temp-folder.js';

const { rules } = compileRules([{ file: 'rules.yaml', text: RULES }]);

async function judged(
  t: TestContext,
  lengthS: number,
  nodes: Readonly<Record<string, HandMade>>,
): Promise<BacktestResult> {
  const file = writeHandMade(tempFolder(t), 'made', lengthS, nodes);
  return backtest({ source: openTraceFiles([file]), rules, jobs: 1 });
}

/** `node how verdict` of each breach. */
function breachesOf({ breaches, outcome }: BacktestResult): string[] {
  return outcome.breaches.map(
    ({ breach, verdict }) => `${breaches[breach].node} ${breaches[breach].how} ${verdict}`,
  );
}

/** Verdicts of a rule's alerts, and why. */
function verdictsOf({ outcome }: BacktestResult, rule = 'Breach'): string[] {
  return outcome.alerts
    .filter((alert) => alert.rule === rule)
    .map(({ node, verdict, why }) => [node, verdict, why].filter(Boolean).join(' '));
}

describe('a backtest', () => {
  it('catches a leak that was announced in time, and tells the lead', async (t) => {
    // 150 MiB an hour from 300 MiB: killed after 4 h 36 min.
    const result = await judged(t, hours(6), { a: leaking(300, 150), b: steady(400) });
    assert.deepEqual(breachesOf(result), ['a died caught']);
    assert.deepEqual(verdictsOf(result), ['a caught']);
    const [{ at, since }] = result.breaches;
    assert.equal(since, 0);
    assert.ok(Math.abs(at / 1000 - hours(4.6)) <= 60, `breach at ${at}`);
    const [{ firedAt, leadMs }] = result.outcome.alerts.filter(({ rule }) => rule === 'Breach');
    assert.equal(leadMs, at - firedAt);
    assert.ok(leadMs >= 30 * 60_000 && leadMs <= 4 * 3_600_000, `lead ${leadMs}`);
    assert.equal(result.outcome.totals.leadMedianMs, leadMs);
    assert.equal(result.outcome.totals.pages, 1);
    assert.equal(verdictsOf(result, 'Growing')[0], 'a followed');
  });

  it('misses a breach that nothing announced, whoever could have acted', async (t) => {
    const burst: HandMade = (second) => {
      if (second < hours(5)) return { mib: 400, start: 0 };
      if (second < hours(5) + 120) return { mib: 400 + (second - hours(5)) * 6.4, start: 0 };
      return { mib: 380, start: hours(5) + 120 };
    };
    const result = await judged(t, hours(6), { a: burst });
    assert.deepEqual(breachesOf(result), ['a died missed']);
    assert.deepEqual(verdictsOf(result), []);
    assert.equal(result.outcome.rules[0].breaches?.missed, 1);
  });

  it('says that a breach minutes after the start of a process was out of reach', async (t) => {
    // 9,000 MiB an hour: each process lives for four minutes.
    const result = await judged(t, 700, { a: leaking(400, 9000) });
    assert.deepEqual(new Set(breachesOf(result)), new Set(['a died out of reach']));
    assert.equal(result.outcome.totals.missed, 0);
  });

  it('calls an alert false when the growth stops far from the limit', async (t) => {
    const plateau: HandMade = (second) => ({
      mib: 300 + Math.min(550, (second / 3600) * 150) + ((second * 7919) % 97) / 50,
      start: 0,
    });
    const result = await judged(t, hours(12), { a: plateau });
    assert.deepEqual(breachesOf(result), []);
    assert.deepEqual(verdictsOf(result), ['a false']);
    assert.equal(result.outcome.totals.falseAlarms, 1);
    assert.deepEqual(verdictsOf(result, 'Growing'), ['a not followed']);
  });

  it('does not judge an alert when a restart, or the end of the history, came first', async (t) => {
    const restarted: HandMade = (second) => {
      const start = second < hours(3.4) ? 0 : hours(3.4);
      return { mib: 300 + ((second - start) / 3600) * 150 + ((second * 7919) % 97) / 50, start };
    };
    const result = await judged(t, hours(5), { a: restarted });
    assert.deepEqual(breachesOf(result), []);
    assert.deepEqual(verdictsOf(result), ['a undecided the process was restarted first']);
    const short = await judged(t, hours(3.4), { a: leaking(300, 150) });
    assert.deepEqual(verdictsOf(short), ['a undecided the history ends first']);
  });

  it('knows a breach by use at the limit, and by silence near it', async (t) => {
    const reaches: HandMade = (second) => ({ mib: 700 + (second / 3600) * 120, start: 0 });
    const vanishes: HandMade = (second) => {
      const mib = 700 + (second / 3600) * 120;
      return mib < 970 ? { mib, start: 0 } : null;
    };
    const retired: HandMade = (second) => (second < hours(1) ? { mib: 500, start: 0 } : null);
    const result = await judged(t, hours(3), { reaches, vanishes, retired });
    const found = breachesOf(result).map((text) => text.split(' ').slice(0, 2).join(' '));
    assert.deepEqual(found.sort(), ['reaches reached', 'vanishes vanished']);
    assert.deepEqual(
      result.breaches.map(({ curve }) => (curve?.used.length ?? 0) > 10),
      [true, true],
    );
  });

  it('judges each world by itself, and finds the same in any number of threads', async (t) => {
    const folder = tempFolder(t);
    const files = ['one', 'two', 'three'].map((name, i) =>
      writeHandMade(folder, name, hours(6), { a: leaking(300, 130 + 20 * i), b: steady(400) }),
    );
    const [one, three] = await Promise.all(
      [1, 3].map((jobs) => backtest({ source: openTraceFiles(files), rules, jobs })),
    );
    assert.deepEqual(three, one);
    assert.deepEqual(
      one.breaches.map(({ world, node }) => `${world} ${node}`),
      ['one a', 'three a', 'two a'],
    );
  });

  it('ends with the reason of its signal', async (t) => {
    const file = writeHandMade(tempFolder(t), 'made', hours(6), { a: leaking(300, 150) });
    const stop = new AbortController();
    const reason = new Error('enough');
    const running = backtest({
      source: openTraceFiles([file, file, file]),
      rules,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await assert.rejects(running, reason);
  });
});
