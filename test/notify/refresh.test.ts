import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../src/clock.js';
import { type Channel, type Message, startRefresh } from '../../src/notify/index.js';
import { Problem } from '../../src/problem.js';
import { MINUTE, messageOf, NOW } from './support/news.js';
import { keptLog } from './support/service.js';

function refreshed(t: TestContext, answer: () => Promise<void> = async () => {}) {
  const clock = new ManualClock(NOW);
  const said: (readonly Message[])[] = [];
  const channel: Channel = {
    targets: ['am'],
    async send() {},
    async check() {},
    refresh: {
      everyMs: MINUTE,
      send(firing) {
        said.push(firing);
        return answer();
      },
    },
    async close() {},
  };
  const { refresh: _, ...plain } = channel;
  const channels = new Map<string, Channel>([
    ['am', channel],
    ['mail', plain],
  ]);
  const { log, text } = keptLog();
  const asked: string[] = [];
  const outcomes: (string | undefined)[] = [];
  let now: readonly Message[] = [messageOf()];
  const end = startRefresh({
    channels,
    clock,
    log,
    firing: (name) => {
      asked.push(name);
      return now;
    },
    attempted: (_name, problem) => outcomes.push(problem?.code),
  });
  t.after(end);
  const pass = async (ms: number) => {
    await turn();
    clock.advance(ms);
    await turn();
  };
  return { said, asked, outcomes, text, end, pass, change: (to: readonly Message[]) => (now = to) };
}

describe('what fires is said again', () => {
  it('at once and at every interval, as it is then, to channels that ask for it', async (t) => {
    const { said, asked, change, pass } = refreshed(t);
    assert.equal(said.length, 1);
    await pass(MINUTE - 1);
    assert.equal(said.length, 1);
    change([]);
    await pass(1);
    assert.deepEqual(
      said.map((messages) => messages.length),
      [1, 0],
    );
    assert.deepEqual(asked, ['am', 'am']);
  });

  it('one at a time: a receiver that is slow is not asked again meanwhile', async (t) => {
    let done = () => {};
    const { said, pass } = refreshed(t, () => new Promise((resolve) => (done = resolve)));
    await pass(10 * MINUTE);
    assert.equal(said.length, 1);
    done();
    await pass(MINUTE);
    assert.equal(said.length, 2);
    done();
  });

  it('also after a failure, which is logged once', async (t) => {
    const { said, outcomes, text, pass } = refreshed(t, async () => {
      throw new Problem('channel-unavailable', 'nobody answers');
    });
    await pass(MINUTE);
    await pass(MINUTE);
    assert.equal(said.length, 3);
    assert.deepEqual(outcomes, Array(3).fill('channel-unavailable'));
    assert.equal(text().split('could not be said again').length - 1, 1);
  });

  it('no more once it has ended', async (t) => {
    const { said, end, pass } = refreshed(t);
    await end();
    await pass(10 * MINUTE);
    assert.equal(said.length, 1);
  });
});
