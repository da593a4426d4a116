import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed } from '../../src/trend/index.js';
import { StartUp, type WarmUp, WarmUps } from '../../src/trend/warm-ups.js';
import { HOUR, MIB, MINUTE, SECOND, START } from './support/node.js';
import { SeveralNodes } from './support/several-nodes.js';

const HORIZON = 2 * HOUR;
const EVERY = 15 * SECOND;
const LIMIT = 1000;
const V1 = { pool: 'edge', version: '1' };
const WARM = 40 * MINUTE;

/** Climbs in a straight line to 600 MiB within 40 minutes, and stays. */
const warmUp = (age: number): number => 100 + 500 * Math.min(1, age / WARM);
/** The same climb that goes on. */
const leak = (age: number): number => 100 + (500 * age) / WARM;

class Deploys extends SeveralNodes {
  constructor() {
    super([forecastNeed(HORIZON)]);
  }

  /** A process of `name` that begins at `from`; returns the highest probability told, and the outlook of the end. */
  live(
    name: string,
    from: number,
    lasts: number,
    rss: (age: number) => number,
    labels: Readonly<Record<string, string>> = V1,
  ) {
    let most = 0;
    for (let age = 0; age <= lasts; age += EVERY) {
      const wobble = 2 * Math.sin(age / 7000);
      const sent = { rss: (rss(age) + wobble) * MIB, memory_limit: LIMIT * MIB, start_time: from / 1000 };
      this.send(name, from + age, sent, labels);
      most = Math.max(most, this.outlook(name, 'rss', HORIZON)?.probability ?? 0);
    }
    return { most, last: this.outlook(name, 'rss', HORIZON)! };
  }
}

function settled(value: (age: number) => number, until: number, mostMs = 2 * HOUR): WarmUp | null {
  const startUp = new StartUp(mostMs);
  let last: WarmUp | null = null;
  for (let age = 0; age <= until; age += EVERY) last = startUp.observe(age, value(age), LIMIT) ?? last;
  return last;
}

describe('a start-up has settled', () => {
  it('when for as long again as it took nothing new came', () => {
    assert.equal(settled(warmUp, WARM * 1.7), null);
    const found = settled(warmUp, WARM * 2.1);
    assert.ok(found && Math.abs(found.share - 0.6) < 0.01);
    // The last tenth of the climb does not count as a new high.
    assert.ok(found.lastedMs > 0.85 * WARM && found.lastedMs <= WARM);
  });

  it('never while it climbs in a line, slower and slower, or in steps', () => {
    assert.equal(
      settled((age) => 100 + (500 * age) / (5 * HOUR), 5 * HOUR),
      null,
    );
    assert.equal(
      settled((age) => 100 + 500 * Math.sqrt(age / (5 * HOUR)), 5 * HOUR),
      null,
    );
  });

  it('not near the limit, nor where there was no climb, nor without a limit', () => {
    assert.equal(
      settled((age) => 1.3 * warmUp(age), 3 * HOUR),
      null,
    );
    assert.equal(
      settled((age) => 580 + warmUp(age) / 30, 3 * HOUR),
      null,
    );
    const startUp = new StartUp(2 * HOUR);
    for (let age = 0; age <= 3 * HOUR; age += EVERY)
      assert.equal(startUp.observe(age, warmUp(age), Number.NaN), null);
  });

  it('not when it took longer than any start', () => {
    assert.equal(settled(warmUp, 3 * HOUR, 30 * MINUTE), null);
  });
});

describe('warm-ups of a pool', () => {
  const own = new StartUp(HOUR);
  const kept = (...all: readonly WarmUp[]): WarmUps => {
    const warmUps = new WarmUps();
    for (const each of all) warmUps.keep(new StartUp(HOUR), each);
    return warmUps;
  };

  it('are like a climb that is about as high and as long, or less', () => {
    const warmUps = kept({ share: 0.5, lastedMs: 40 * MINUTE }, { share: 0.6, lastedMs: 20 * MINUTE });
    assert.deepEqual(warmUps.like(own, 0.3, 10 * MINUTE, 1), { count: 2, share: 0.55 });
    assert.equal(warmUps.like(own, 0.3, 26 * MINUTE, 1).count, 1);
    assert.equal(warmUps.like(own, 0.58, 10 * MINUTE, 1).count, 1);
    assert.equal(warmUps.like(own, 0.3, 51 * MINUTE, 1).count, 0);
    assert.equal(warmUps.like(own, 0.67, 10 * MINUTE, 1).count, 0);
    assert.equal(warmUps.like(own, Number.NaN, Number.POSITIVE_INFINITY, 1).count, 0);
  });

  it('that settled where it is to be told of are no reason for calm', () => {
    assert.equal(kept({ share: 0.5, lastedMs: HOUR }).like(own, 0.3, MINUTE, 0.52).count, 0);
  });

  it('of the process itself do not count, and no more than sixteen are kept', () => {
    const warmUps = kept();
    warmUps.keep(own, { share: 0.5, lastedMs: HOUR });
    assert.equal(warmUps.like(own, 0.3, MINUTE, 1).count, 0);
    for (let i = 0; i < 40; i++) warmUps.keep(new StartUp(HOUR), { share: 0.5, lastedMs: HOUR });
    assert.equal(warmUps.like(own, 0.3, MINUTE, 1).count, 16);
  });
});

describe('a process that warms up', () => {
  const before = (): Deploys => {
    const deploys = new Deploys();
    for (let i = 0; i < 4; i++) deploys.live(`old-${i}`, START + i * MINUTE, 3 * HOUR, warmUp);
    return deploys;
  };
  const NEXT = START + 6 * HOUR;

  it('is believed less to carry on when others of its version settled, and says so', () => {
    const known = before().live('new', NEXT, 35 * MINUTE, warmUp);
    const alone = new Deploys().live('new', NEXT, 35 * MINUTE, warmUp);
    assert.ok(alone.most > 0.1, String(alone.most));
    assert.ok(known.most < 0.5 * alone.most, `${known.most} of ${alone.most}`);
    const said = '4 processes of this version warmed up like this and settled at about 60 % of the limit';
    assert.ok(known.last.evidence.includes(said), known.last.evidence.join('; '));
  });

  it('is known by an earlier process of the same node', () => {
    const deploys = new Deploys();
    deploys.live('r-1', START, 3 * HOUR, warmUp, {});
    const { last } = deploys.live('r-1', NEXT, 35 * MINUTE, warmUp, {});
    assert.match(last.evidence.join('; '), /a process of this version warmed up like this/);
  });

  it('of another version is news', () => {
    const { most, last } = before().live('new', NEXT, 35 * MINUTE, warmUp, { ...V1, version: '2' });
    assert.ok(most > 0.1, String(most));
    assert.doesNotMatch(last.evidence.join('; '), /warmed up/);
  });

  it('and leaks is believed in as before once it is higher or older than they were', () => {
    const known = before();
    const alone = new Deploys();
    const age = 54 * MINUTE; // 775 of 1000 MiB.
    const [one, other] = [known, alone].map((deploys) => deploys.live('new', NEXT, age, leak).last);
    assert.equal(one.probability, other.probability);
    assert.ok(one.probability! > 0.55, String(one.probability));
    assert.doesNotMatch(one.evidence.join('; '), /warmed up/);
  });

  it('and leaks more slowly is believed in once it takes longer than they did', () => {
    const slow = (age: number): number => leak(age / 2);
    const [one, other] = [before(), new Deploys()].map(
      (deploys) => deploys.live('new', NEXT, 80 * MINUTE, slow).last,
    );
    assert.ok(one.probability! > 0.9 * other.probability!, `${one.probability} of ${other.probability}`);
  });
});

describe('a process that climbs from its start', () => {
  /** Half as steep, and restarted after this long, at 725 of 1000 MiB: later than the leak asked about reaches the limit. */
  const slowly = (age: number): number => leak(age / 2);
  const LIFE = 100 * MINUTE;

  /** What is said of a leak after so many lives of the same node. */
  const after = (lives: number, earlier: (age: number) => number, version = '1') => {
    const deploys = new Deploys();
    let from = START;
    for (let life = 0; life < lives; life++, from += LIFE + MINUTE)
      deploys.live('r-1', from, LIFE, earlier, { version });
    return deploys.live('r-1', from, 25 * MINUTE, leak, { version: '1' }).last.probability!;
  };

  it('is believed sooner when those before it climbed on and on', () => {
    const [first, second, fourth] = [0, 1, 3].map((lives) => after(lives, slowly));
    assert.ok(second > 1.1 * first, `${second} against ${first}`);
    assert.ok(fourth > second, `${fourth} against ${second}`);
  });

  it('is believed as the first one is when they settled or were of another version', () => {
    const first = after(0, slowly);
    const settledOnes = after(2, (age) => 100 + 100 * Math.min(1, age / (10 * MINUTE)));
    for (const found of [settledOnes, after(2, slowly, '0')])
      assert.ok(Math.abs(found - first) < 0.03 * first, `${found} against ${first}`);
  });
});

describe('a start-up still climbs', () => {
  const climbs = (value: (age: number) => number, until: number): boolean => {
    const startUp = new StartUp(2 * HOUR);
    for (let age = 0; age <= until; age += EVERY) startUp.observe(age, value(age), LIMIT);
    return startUp.isClimbing(until);
  };

  it('until it has settled', () => {
    assert.equal(climbs(leak, HOUR), true);
    assert.equal(climbs(warmUp, WARM), true);
    assert.equal(climbs(warmUp, 2.1 * WARM), false);
  });

  it('not where it never rose, nor before anything was seen', () => {
    assert.equal(
      climbs(() => 500, HOUR),
      false,
    );
    assert.equal(new StartUp(HOUR).isClimbing(MINUTE), false);
  });
});
