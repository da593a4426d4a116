import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRoutes, routesFor } from '../../src/dispatch/index.js';
import { groupKeyOf, groupLabelsOf } from '../../src/dispatch/routes.js';
import { compileIntervals } from '../../src/dispatch/time-intervals.js';
import { notifyOptions } from '../../src/notify/index.js';

/** The tree of Alertmanager's own dispatch/route_test.go, with its cases. */
const TREE = {
  receiver: 'notify-def',
  routes: [
    {
      matchers: ['owner="team-A"'],
      receiver: 'notify-A',
      routes: [
        { matchers: ['env="testing"'], receiver: 'notify-testing', group_by: ['...'] },
        {
          matchers: ['env="production"'],
          receiver: 'notify-productionA',
          group_wait: '1m',
          continue: true,
        },
        {
          matchers: ['env=~"produ.*"', 'job=~".*"'],
          receiver: 'notify-productionB',
          group_wait: '30s',
          group_interval: '5m',
          repeat_interval: '1h',
          group_by: ['job'],
        },
      ],
    },
    { matchers: ['owner=~"team-(B|C)"'], group_by: ['foo', 'bar'], group_wait: '2m', receiver: 'notify-BC' },
    {
      matchers: ['group_by="role"'],
      group_by: ['role'],
      routes: [
        {
          matchers: ['env="testing"'],
          receiver: 'notify-testing',
          routes: [{ matchers: ['wait="long"'], group_wait: '2m' }],
        },
      ],
    },
  ],
};
const root = compileRoutes(TREE, [], []);

describe('routes match as those of Alertmanager', () => {
  const cases: [Record<string, string>, string[]][] = [
    [{ owner: 'team-A' }, ['notify-A']],
    [{ owner: 'team-A', env: 'unset' }, ['notify-A']],
    [{ owner: 'team-C' }, ['notify-BC']],
    [{ owner: 'team-A', env: 'testing' }, ['notify-testing']],
    [{ owner: 'team-A', env: 'production' }, ['notify-productionA', 'notify-productionB']],
    [{ group_by: 'role' }, ['notify-def']],
    [{ env: 'testing', group_by: 'role' }, ['notify-testing']],
    [{ env: 'testing', group_by: 'role', wait: 'long' }, ['notify-testing']],
    [{ owner: 'nobody' }, ['notify-def']],
  ];
  for (const [labels, receivers] of cases) {
    it(`${JSON.stringify(labels)} goes to ${receivers}`, () => {
      assert.deepEqual(
        routesFor(root, labels).flatMap((route) => route.receivers),
        receivers,
      );
    });
  }

  it('and hand down what a child leaves out', () => {
    const [long] = routesFor(root, { env: 'testing', group_by: 'role', wait: 'long' });
    assert.deepEqual([long.groupBy, long.groupWaitMs, long.groupIntervalMs], [['role'], 120_000, 60_000]);
    assert.equal(long.key, '{}/{group_by="role"}/{env="testing"}/{wait="long"}');
    const labels = { env: 'testing', role: 'a"b', wait: 'long' };
    assert.equal(groupKeyOf(long, groupLabelsOf(long, labels)), `${long.key}:{role="a\\"b"}`);
    const [each] = routesFor(root, { owner: 'team-A', env: 'testing' });
    assert.deepEqual(groupLabelsOf(each, { a: '1', b: '2' }), { a: '1', b: '2' });
  });
});

describe('time intervals', () => {
  const holds = (interval: object, time: string): boolean => {
    const options = notifyOptions.parse({ time_intervals: [{ name: 'x', time_intervals: [interval] }] });
    return compileIntervals(options.time_intervals).get('x')!(Date.parse(time));
  };
  const cases: [object, string, boolean][] = [
    [{ times: [{ start_time: '09:00', end_time: '17:00' }] }, '2026-11-23T09:00:00Z', true],
    [{ times: [{ start_time: '09:00', end_time: '17:00' }] }, '2026-11-23T17:00:00Z', false],
    [{ times: [{ start_time: '22:00', end_time: '24:00' }] }, '2026-11-23T23:59:59Z', true],
    [{ weekdays: ['monday:friday'] }, '2026-11-23T00:00:00Z', true],
    [{ weekdays: ['monday:friday'] }, '2026-11-22T23:59:00Z', false],
    [{ weekdays: ['saturday', 'sunday'] }, '2026-11-22T12:00:00Z', true],
    [{ days_of_month: ['-3:-1'] }, '2026-02-26T12:00:00Z', true],
    [{ days_of_month: ['-3:-1'] }, '2026-02-25T12:00:00Z', false],
    [{ days_of_month: ['31'] }, '2026-11-30T12:00:00Z', false],
    [{ months: ['november:december'] }, '2026-11-30T12:00:00Z', true],
    [{ months: ['1:3'] }, '2026-11-30T12:00:00Z', false],
    [{ years: ['2027:2028'] }, '2026-11-30T12:00:00Z', false],
    [
      { times: [{ start_time: '09:00', end_time: '10:00' }], location: 'Europe/Berlin' },
      '2026-11-23T08:30:00Z',
      true,
    ],
    [
      { times: [{ start_time: '09:00', end_time: '10:00' }], location: 'Europe/Berlin' },
      '2026-07-23T08:30:00Z',
      false,
    ],
    [{ weekdays: ['tuesday'], location: 'Australia/Sydney' }, '2026-11-23T20:00:00Z', true],
  ];
  for (const [interval, time, expected] of cases) {
    it(`${JSON.stringify(interval)} ${expected ? 'holds' : 'does not hold'} at ${time}`, () => {
      assert.equal(holds(interval, time), expected);
    });
  }
});

describe('a configuration of routes that is wrong', () => {
  const channels = { mail: { type: 'console' } };
  const wrong: [string, object, string, RegExp][] = [
    [
      'an unknown channel',
      { route: { receiver: 'phone' } },
      'route.receiver',
      /must be one of mail, found "phone"/,
    ],
    [
      'an unknown channel below',
      { route: { routes: [{ receiver: ['mail', 'x'] }] } },
      'route.routes.0.receiver.1',
      /found "x"/,
    ],
    [
      'a matcher',
      { route: { routes: [{ matchers: ['severity'] }] } },
      'route.routes.0.matchers.0',
      /matcher/,
    ],
    ['a duration', { route: { group_wait: '30' } }, 'route.group_wait', /duration such as 30s/],
    ['an unknown key', { route: { groupBy: ['pool'] } }, 'route', /groupBy/],
    ['matchers of the root', { route: { matchers: ['a="b"'] } }, 'route', /matchers/],
    [
      'an unknown time',
      { route: { mute_time_intervals: ['night'] } },
      'route.mute_time_intervals.0',
      /must be in notify.time_intervals, which is empty, found "night"/,
    ],
    [
      'a weekday',
      { time_intervals: [{ name: 'a', time_intervals: [{ weekdays: ['mon'] }] }] },
      'time_intervals.0.time_intervals.0.weekdays.0',
      /monday:friday/,
    ],
    [
      'a night in one range',
      {
        time_intervals: [
          { name: 'a', time_intervals: [{ times: [{ start_time: '22:00', end_time: '06:00' }] }] },
        ],
      },
      'time_intervals.0.time_intervals.0.times.0',
      /two ranges/,
    ],
    [
      'a time zone',
      { time_intervals: [{ name: 'a', time_intervals: [{ location: 'Mars/Base' }] }] },
      'time_intervals.0.time_intervals.0.location',
      /time zone/,
    ],
    [
      'a name twice',
      {
        time_intervals: [
          { name: 'a', time_intervals: [{}] },
          { name: 'a', time_intervals: [{}] },
        ],
      },
      'time_intervals.1.name',
      /the name of another one/,
    ],
  ];
  for (const [what, options, path, message] of wrong) {
    it(`${what} is found where it is`, () => {
      const [issue] = notifyOptions.safeParse({ channels, ...options }).error?.issues ?? [];
      assert.equal(issue?.path.join('.'), path);
      assert.match(issue.message, message);
    });
  }
});
