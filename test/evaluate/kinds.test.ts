import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../src/evaluate/index.js';
import type { Growth } from '../../src/trend/index.js';
import { AT, check, GIB, HOUR, latest, MINUTE, node, rule, slope } from './asked-node.js';

describe('a growth rule', () => {
  const inBytes = 'growth: { of: rss, atLeast: 20MiB per hour, over: 6h }';
  const relative = 'growth: { of: heap_after_gc, atLeast: 1% of heap_limit per hour, over: 6h }';
  const grows = (growth: Growth) => node({ latest, growth: () => growth });
  check([
    [
      'is true when even the lower bound is fast enough',
      inBytes,
      grows(slope(25, 20, 30)),
      'true',
      'rss grows 25 MiB per hour (20 MiB to 30 MiB) over 6 h, at least 20 MiB per hour',
    ],
    [
      'is unknown while only the best estimate is fast enough, so that noise does not fire',
      inBytes,
      grows(slope(25, -5, 55)),
      'unknown',
      'rss grows 25 MiB per hour (-5 MiB to 55 MiB) over 6 h, which cannot be told from 20 MiB per hour',
    ],
    [
      'is false when the best estimate is well below',
      inBytes,
      grows(slope(14, 10, 18)),
      'false',
      'rss grows 14 MiB per hour (10 MiB to 18 MiB) over 6 h, less than 20 MiB per hour',
    ],
    [
      'measures against the limit in force',
      relative,
      grows(slope(8, 6, 9)),
      'true',
      'heap_after_gc grows 8 MiB per hour (6 MiB to 9 MiB) over 6 h, at least 1% of heap_limit per hour (5 MiB per hour)',
    ],
    [
      'is unknown without the limit that it refers to',
      relative,
      node({
        latest: (signal) => (signal === 'heap_after_gc' ? GIB : undefined),
        growth: () => slope(8, 6, 9),
      }),
      'unknown',
      'heap_limit is not known',
    ],
    [
      'is unknown with too little history',
      inBytes,
      node({ latest }),
      'unknown',
      'too little history to measure the growth of rss over 6 h',
    ],
    [
      'is unknown without the signal',
      relative,
      node({ latest: (signal) => (signal === 'rss' ? GIB : undefined) }),
      'unknown',
      'heap has not been sent since the process started',
    ],
  ]);
});

describe('a gc rule', () => {
  const steady = 'gc: { pauseShare: 10%, over: 10m }';
  const rising = 'gc: { pauseShare: 10%, rising: true, over: 10m }';
  const pauses = (share: number, before: number | null) => node({ gcShare: () => ({ share, before }) });
  check([
    [
      'is true from the share on',
      steady,
      pauses(0.1, null),
      'true',
      '10% of the last 10 min went to GC pauses, at least 10%',
    ],
    [
      'is unknown just below',
      steady,
      pauses(0.08, 0.01),
      'unknown',
      '8% of the last 10 min went to GC pauses, just below 10%',
    ],
    [
      'is false well below',
      steady,
      pauses(0.004, 0.3),
      'false',
      '0.4% of the last 10 min went to GC pauses, less than 10%',
    ],
    [
      'is true when rising, if it must',
      rising,
      pauses(0.2, 0.12),
      'true',
      '20% of the last 10 min went to GC pauses, up from 12%',
    ],
    [
      'neither fires nor clears when high but not rising',
      rising,
      pauses(0.5, 0.5),
      'unknown',
      '50% of the last 10 min went to GC pauses, high but not rising (50% before)',
    ],
    [
      'is unknown when nothing is known of before',
      rising,
      pauses(0.2, null),
      'unknown',
      '20% of the last 10 min went to GC pauses; nothing is known of the 10 min before',
    ],
    [
      'is unknown without the signal',
      steady,
      node(),
      'unknown',
      'gc_pause_total has not been sent over the last 10 min',
    ],
  ]);
});

describe('a readiness rule', () => {
  const down = 'readiness: { notReady: 2m }';
  const flaps = 'readiness: { flaps: 6, within: 30m }';
  const both = 'readiness: { notReady: 2m, flaps: 6, within: 30m }';
  const is = (ready: boolean, sinceMs: number, changes: number, silentMs = 0) =>
    node({
      lastSeen: AT - silentMs,
      readiness: () => ({ ready, since: AT - sinceMs, changes }),
    });
  check([
    [
      'is true when not ready for long enough',
      down,
      is(false, 2 * MINUTE, 1),
      'true',
      'fails its readiness check for 2 min',
    ],
    [
      'is false when not ready for less',
      down,
      is(false, MINUTE, 1),
      'false',
      'fails its readiness check for 60 s, less than 2 min',
    ],
    ['is false when ready', down, is(true, MINUTE, 9), 'false', 'passes its readiness check'],
    [
      'does not count silence as failing',
      down,
      is(false, 10 * MINUTE, 1, 9 * MINUTE),
      'false',
      'fails its readiness check for 60 s, less than 2 min',
    ],
    ['is unknown when never sent', down, node(), 'unknown', 'ready has not been sent'],
    [
      'is true when it flaps',
      flaps,
      is(true, MINUTE, 6),
      'true',
      'changed its readiness 6 times within 30 min',
    ],
    [
      'is unknown when it nearly flaps',
      flaps,
      is(true, MINUTE, 5),
      'unknown',
      'changed its readiness 5 times within 30 min; the alert fires from 6',
    ],
    [
      'is false when it changed once',
      flaps,
      is(true, MINUTE, 1),
      'false',
      'changed its readiness once within 30 min; the alert fires from 6',
    ],
    ['is true when either is', both, is(false, 3 * MINUTE, 1), 'true', 'fails its readiness check for 3 min'],
    [
      'is true when the other is',
      both,
      is(true, 0, 7),
      'true',
      'changed its readiness 7 times within 30 min',
    ],
    ['is false when neither is', both, is(true, 0, 1), 'false', 'passes its readiness check'],
  ]);

  it('asks for more time than it needs to know since when', () => {
    const asked: number[] = [];
    const view = node({
      readiness: (overMs) => {
        asked.push(overMs);
        return null;
      },
    });
    evaluate(rule(both), view);
    assert.deepEqual(asked, [4 * MINUTE, 30 * MINUTE]);
  });
});

describe('an absent rule', () => {
  const wanted = 'absent: { after: 5m, forget: 6h }';
  const silent = (ms: number) => node({ lastSeen: AT - ms });
  check([
    ['is true after the time', wanted, silent(5 * MINUTE), 'true', 'sent nothing for 5 min'],
    ['is false before it', wanted, silent(90_000), 'false', 'sent nothing for 90 s, less than 5 min'],
    [
      'is false when the node is taken for gone',
      wanted,
      silent(6 * HOUR),
      'false',
      'sent nothing for 6 h and is taken for gone',
    ],
    [
      'is false for a sample from the future',
      wanted,
      silent(-MINUTE),
      'false',
      'sent nothing for 0 s, less than 5 min',
    ],
  ]);
});
