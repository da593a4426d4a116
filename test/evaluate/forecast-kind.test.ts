import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../src/evaluate/index.js';
import type { Outlook, Target } from '../../src/trend/index.js';
import { AT, check, GIB, HOUR, latest, MIB, MINUTE, node, outlook, rule } from './asked-node.js';

describe('a forecast rule', () => {
  const wanted = 'forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 80% }';
  const says = (known: Partial<Outlook>) => node({ latest, outlook: () => outlook(known) });
  check([
    [
      'is true when the breach is likely enough, and says when and how sure',
      wanted,
      says({}),
      'true',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.93, most likely in 54 min (41 min to 82 min); grows 61 MiB per hour',
    ],
    [
      'is true at the very threshold, and gives no time that is not known',
      wanted,
      says({ probability: 0.8, breachP50: null, breachP90: null, growth: null }),
      'true',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.8, at the earliest in 41 min',
    ],
    [
      'leaves the end open where that share never breaches',
      wanted,
      says({ probability: 0.85, breachP90: null, growth: null }),
      'true',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.85, most likely in 54 min (41 min or later)',
    ],
    [
      'says so when the level is reached already',
      wanted,
      says({ probability: 1, breachP10: AT, breachP50: AT, breachP90: AT, growth: null }),
      'true',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 1, which is now',
    ],
    [
      'is unknown between the firing and the clearing threshold',
      wanted,
      says({ probability: 0.7 }),
      'unknown',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.7, between the firing threshold 0.8 and the clearing threshold 0.6',
    ],
    [
      'is false below the clearing threshold',
      wanted,
      says({ probability: 0.002 }),
      'false',
      'rss reaches memory_limit (1 GiB) within 2 h with probability under 0.01; the alert fires from 0.8 and clears below 0.6',
    ],
    [
      'is unknown with too little history',
      wanted,
      says({ probability: null }),
      'unknown',
      'too little history to say whether rss reaches memory_limit (1 GiB) within 2 h',
    ],
    [
      'is unknown without the signal',
      wanted,
      node(),
      'unknown',
      'rss has not been sent since the process started',
    ],
    [
      'is unknown without the limit',
      wanted,
      node({ latest: (signal) => (signal === 'rss' ? GIB : undefined) }),
      'unknown',
      'memory_limit is not known',
    ],
    [
      'names a share of the limit with its bytes',
      'forecast: { of: rss, reaches: 90% of memory_limit, within: 1h }',
      says({ limit: 0.9 * GIB, breachP50: null, breachP10: null, growth: null }),
      'true',
      'rss reaches 90% of memory_limit (922 MiB) within 60 min with probability 0.93',
    ],
    [
      'names a level in bytes once',
      'forecast: { of: heap, reaches: 512MiB }',
      says({ limit: 512 * MIB, probability: 0.999, breachP50: null, breachP10: null, growth: null }),
      'true',
      'heap reaches 512 MiB within 2 h with probability over 0.99',
    ],
  ]);

  it('asks for its resource, horizon and target, and hands the outlook on', () => {
    const asked: [string, number, Target | undefined][] = [];
    const answer = outlook();
    const view = node({
      outlook: (resource, horizonMs, target) => {
        asked.push([resource, horizonMs, target]);
        return answer;
      },
    });
    const verdict = evaluate(rule(wanted), view);
    evaluate(rule('forecast: { of: heap_after_gc, within: 90s, reaches: 50% of heap_limit }'), view);
    evaluate(rule('forecast: { of: rss, reaches: 1kB }'), view);
    assert.equal(verdict.outlook, answer);
    assert.equal(verdict.resource, 'rss');
    assert.deepEqual(asked, [
      ['rss', 2 * HOUR, undefined],
      ['heap', 90_000, { kind: 'share', of: 0.5 }],
      ['rss', 2 * HOUR, { kind: 'bytes', bytes: 1000 }],
    ]);
  });
});

describe('a forecast rule that also looks at what is near', () => {
  const wanted =
    'forecast: { of: rss, within: 2h, probability: 80%, soon: { within: 30m, probability: 40% } }';
  const says = (probability: number, soon: number) =>
    node({
      latest,
      outlook: () =>
        outlook({
          probability,
          odds: [
            [15 * MINUTE, 0],
            [45 * MINUTE, 2 * soon],
            [2 * HOUR, probability],
          ],
          growth: null,
        }),
    });
  const most = ', most likely in 54 min (41 min to 82 min)';
  check([
    [
      'is true for the longer time, whatever is near',
      wanted,
      says(0.8, 0),
      'true',
      `rss reaches memory_limit (1 GiB) within 2 h with probability 0.8${most}`,
    ],
    [
      'is true for the nearer time at its own probability, between the times that the odds are told for',
      wanted,
      says(0.5, 0.4),
      'true',
      `rss reaches memory_limit (1 GiB) within 30 min with probability 0.4${most}`,
    ],
    [
      'is unknown while the nearer time is just below',
      wanted,
      says(0.5, 0.32),
      'unknown',
      'rss reaches memory_limit (1 GiB) within 30 min with probability 0.32, between the firing threshold 0.4 and the clearing threshold 0.3',
    ],
    [
      'is unknown while the longer time is just below',
      wanted,
      says(0.7, 0.2),
      'unknown',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.7, between the firing threshold 0.8 and the clearing threshold 0.6',
    ],
    [
      'is false when neither is likely',
      wanted,
      says(0.5, 0.2),
      'false',
      'rss reaches memory_limit (1 GiB) within 2 h with probability 0.5; the alert fires from 0.8 and clears below 0.6',
    ],
  ]);
});
