import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed, shareNeed } from '../../src/trend/index.js';
import { GIB, HOUR, LoneNode, MIB, MINUTE, SECOND, type Sent, START } from './support/node.js';

const EVERY = 15 * SECOND;
const HORIZON = 2 * HOUR;
const BORN = START / 1000;

interface Half {
  readonly sent?: Sent;
  readonly version?: string;
}

/** Two hours of a climb, then `later` for one more hour, from `from` on. */
function node(first: (t: number) => Half, later: (t: number) => Half, from = START + 2 * HOUR): LoneNode {
  const lone = new LoneNode([forecastNeed(HORIZON)]);
  const tell = (begin: number, end: number, half: (t: number) => Half): void => {
    for (let time = begin; time < end; time += EVERY) {
      const { sent, version } = half(time - START);
      const rss = (400 + (100 * (time - begin)) / HOUR) * MIB;
      lone.send(time, { rss, memory_limit: GIB, ...sent }, version === undefined ? {} : { version });
    }
  };
  tell(START, START + 2 * HOUR, first);
  tell(from, from + HOUR, later);
  return lone;
}

const ended = (lone: LoneNode): string[] => lone.process.lives.map(({ endedBy }) => endedBy);
const marks = (lone: LoneNode): string[] => lone.process.marks.map(({ what }) => what);

describe('a boundary', () => {
  it('keeps the newest lives and marks of a node in a crash loop, each as it was', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    const seen: string[] = [];
    for (let round = 0; round < 40; round++) {
      const time = START + round * MINUTE;
      lone.send(time, { rss: (100 + round) * MIB, memory_limit: GIB, start_time: time / 1000 });
      const { lives } = lone.process;
      const newest = lives.at(-1);
      if (newest) seen.push(JSON.stringify(newest));
      assert.deepEqual(
        lives.map((life) => JSON.stringify(life)),
        seen.slice(-12),
      );
      assert.equal(new Set(lives).size, lives.length);
    }
    const { lives, marks: kept } = lone.process;
    assert.deepEqual(
      lives.map(({ rssPeak }) => rssPeak / MIB),
      Array.from({ length: 12 }, (_, i) => 127 + i),
    );
    assert.deepEqual(
      kept.map(({ at }) => (at - START) / MINUTE),
      Array.from({ length: 12 }, (_, i) => 28 + i),
    );
  });

  const cases: readonly (readonly [string, (t: number) => Half, (t: number) => Half, string[]])[] = [
    [
      'is a changed start time',
      () => ({ sent: { start_time: BORN } }),
      () => ({ sent: { start_time: BORN + 7200 } }),
      ['restart'],
    ],
    [
      'is no start time that jitters by a second, as where it is now less the uptime',
      (t) => ({ sent: { start_time: BORN + ((t / EVERY) % 3) - 1 } }),
      (t) => ({ sent: { start_time: BORN + ((t / EVERY) % 2) } }),
      [],
    ],
    [
      'is a counter of collections that fell, where no start is sent',
      (t) => ({ sent: { gc_count: 10 + t / MINUTE } }),
      (t) => ({ sent: { gc_count: (t - 2 * HOUR) / MINUTE } }),
      ['restart'],
    ],
    [
      'is a counter of requests that fell, where no start is sent',
      (t) => ({ sent: { requests_total: 10 + t } }),
      (t) => ({ sent: { requests_total: t - 2 * HOUR } }),
      ['restart'],
    ],
    [
      'is no counter that fell under the same start time: its library may have reset it',
      (t) => ({ sent: { start_time: BORN, requests_total: 10 + t } }),
      (t) => ({ sent: { start_time: BORN, requests_total: t - 2 * HOUR } }),
      [],
    ],
    ['is a changed version', () => ({ version: '1' }), () => ({ version: '2' }), ['version']],
    [
      'is one, a version, where start and version change together',
      () => ({ version: '1', sent: { start_time: BORN } }),
      () => ({ version: '2', sent: { start_time: BORN + 7200 } }),
      ['version'],
    ],
    ['is no version that is told later', () => ({}), () => ({ version: '1' }), []],
    [
      'is no start time that is told later',
      () => ({}),
      () => ({ sent: { start_time: BORN - 500, gc_count: 3 } }),
      [],
    ],
    [
      'is no limit that changed',
      () => ({ sent: { memory_limit: GIB } }),
      () => ({ sent: { memory_limit: 2 * GIB } }),
      [],
    ],
  ];
  for (const [what, first, later, expected] of cases) {
    it(what, () => assert.deepEqual(ended(node(first, later)), expected));
  }

  it('is seen though the rows between lack the start time', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB, start_time: BORN });
    lone.send(START + EVERY, { rss: MIB });
    lone.send(START + 2 * EVERY, { rss: MIB, start_time: BORN + 20 });
    assert.deepEqual(ended(lone), ['restart']);
  });

  it('leaves a record of the life that it ended', () => {
    const lone = node(
      () => ({ version: '1', sent: { start_time: BORN, heap_used: 50 * MIB, heap_limit: 90 * MIB } }),
      () => ({ version: '2', sent: { start_time: BORN + 7200 } }),
    );
    const [life] = lone.process.lives;
    assert.equal(life.from, START);
    assert.equal(life.to, START + 2 * HOUR - EVERY);
    assert.equal(life.version, '1');
    assert.ok(Math.abs(life.rssPeak / MIB - 600) < 1 && life.rssEnd === life.rssPeak);
    assert.deepEqual([life.heapPeak, life.heapLimit], [50 * MIB, 90 * MIB]);
    assert.deepEqual(marks(lone), ['version 2']);
  });

  it('takes its numbers: what the last process used is not known of the next', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB, heap_used: MIB, memory_limit: GIB, start_time: BORN, ready: 1 });
    lone.send(START + EVERY, { start_time: BORN + 10 });
    assert.equal(lone.outlook('rss', HORIZON), null);
    // What belongs to the node stays.
    assert.equal(lone.trend.readiness(0, HOUR, lone.now)?.ready, true);
    lone.send(START + 10 * EVERY, { rss: MIB, start_time: BORN + 10 });
    assert.equal(lone.outlook('rss', HORIZON)?.limit, GIB);
  });

  it('is never fitted across', () => {
    const lone = node(
      () => ({ sent: { start_time: BORN } }),
      () => ({ sent: { rss: 450 * MIB, start_time: BORN + 7200 } }),
    );
    const outlook = lone.outlook('rss', HORIZON);
    assert.ok(outlook && outlook.since >= START + 2 * HOUR);
    assert.equal(outlook.growth?.perHour, 0);
    const portrait = lone.trend.portrait(0, 'rss', HORIZON, lone.now);
    assert.ok(portrait && portrait.from >= START + 2 * HOUR);
  });

  it('ends what was said of the process before, at once', () => {
    const lone = node(
      () => ({ sent: { start_time: BORN } }),
      () => ({ sent: { start_time: BORN } }),
    );
    assert.ok((lone.outlook('rss', HORIZON)?.probability ?? null) !== null);
    lone.send(lone.now + 1, { rss: 300 * MIB, start_time: BORN + 11_000 });
    const outlook = lone.outlook('rss', HORIZON);
    assert.deepEqual([outlook?.probability, outlook?.since], [null, lone.now]);
  });

  it('starts counters anew: no pause is counted twice or backwards', () => {
    const lone = new LoneNode([shareNeed(10 * MINUTE)]);
    for (let i = 0; i < 120; i++) {
      // One second in ten is a pause; a restart in the middle.
      lone.send(START + i * 10 * SECOND, {
        rss: MIB,
        gc_pause_total: i < 60 ? 500 + i : i - 60,
        gc_count: i % 60,
      });
    }
    assert.deepEqual(ended(lone), ['restart']);
    const found = lone.trend.gcShare(0, 10 * MINUTE, lone.now);
    assert.ok(found && Math.abs(found.share - 0.1) < 0.02, JSON.stringify(found));
  });
});

describe('the start of a process', () => {
  it('is when it was seen to begin, where it does not say; else nobody knows', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB, gc_count: 9 });
    assert.equal(lone.process.startedAt, Number.NEGATIVE_INFINITY);
    lone.send(START + HOUR, { rss: MIB, gc_count: 1 });
    lone.send(START + 2 * HOUR, { rss: MIB, gc_count: 2 });
    assert.equal(lone.process.startedAt, START + HOUR);
  });

  it('is what it says', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB, start_time: BORN - 3600 });
    assert.equal(lone.process.startedAt, START - HOUR);
    lone.send(START + HOUR, { rss: MIB, start_time: BORN + 3500 });
    assert.equal(lone.process.startedAt, START + 3500 * SECOND);
  });

  it('is not in the future, whatever its clock says', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB, start_time: BORN + 1e6 });
    assert.ok(lone.process.startedAt <= START);
  });
});

describe('an event that is no boundary', () => {
  it('is a gap: the trend goes on through it', () => {
    const lone = node(
      () => ({}),
      (t) => ({ sent: { rss: (400 + (100 * t) / HOUR) * MIB } }),
      START + 3 * HOUR,
    );
    assert.deepEqual(ended(lone), []);
    assert.deepEqual(lone.process.marks, [{ at: START + 2 * HOUR - EVERY, what: 'gap' }]);
    const outlook = lone.outlook('rss', HORIZON);
    assert.equal(outlook?.since, START);
    assert.ok(outlook?.growth && Math.abs(outlook.growth.perHour / MIB - 100) < 5);
  });

  it('is a changed limit: it counts from the next sample on', () => {
    const lone = node(
      () => ({ sent: { memory_limit: GIB } }),
      () => ({ sent: { memory_limit: 700 * MIB } }),
    );
    assert.deepEqual(marks(lone), ['limit changed']);
    assert.equal(lone.outlook('rss', HORIZON)?.limit, 700 * MIB);
  });

  it('is told a dozen times at most, the latest', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    for (let i = 0; i < 40; i++) lone.send(START + i * EVERY, { rss: MIB, memory_limit: (i + 1) * GIB });
    assert.equal(marks(lone).length, 12);
    assert.equal(lone.process.marks[11].at, lone.now);
  });
});

describe('rows that come late', () => {
  it('are left out: they are history, not news', () => {
    const lone = node(
      () => ({ sent: { start_time: BORN } }),
      () => ({ sent: { start_time: BORN } }),
    );
    const { now } = lone;
    lone.send(START, { rss: 5 * GIB, start_time: BORN - 9999, ready: 0 }, { version: '9' });
    assert.equal(lone.process.lastSeen, now);
    assert.deepEqual(ended(lone), []);
    assert.ok(lone.process.latest[0] < GIB);
  });

  it('twice the same is once', () => {
    const once = new LoneNode([forecastNeed(HORIZON)]);
    const twice = new LoneNode([forecastNeed(HORIZON)]);
    for (let i = 0; i < 400; i++) {
      const sent = { rss: (400 + i) * MIB, memory_limit: GIB, gc_count: i };
      once.send(START + i * EVERY, sent);
      for (let time = 0; time < 2; time++) twice.send(START + i * EVERY, sent);
    }
    assert.deepEqual(twice.outlook('rss', HORIZON), once.outlook('rss', HORIZON));
  });
});

describe('readiness', () => {
  it('is the newest word, since when, and how often it changed', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    const said = [1, 1, 0, undefined, 0, 1, 1];
    said.forEach((ready, i) => {
      lone.send(START + i * MINUTE, ready === undefined ? { rss: MIB } : { ready });
    });
    const found = lone.trend.readiness(0, HOUR, lone.now);
    assert.deepEqual(found, { ready: true, since: START + 5 * MINUTE, changes: 2 });
    assert.equal(lone.trend.readiness(0, 2 * MINUTE, lone.now)?.changes, 1);
  });

  it('is unknown where it was never sent', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    lone.send(START, { rss: MIB });
    assert.equal(lone.trend.readiness(0, HOUR, START), null);
  });

  it('counts as many changes as a rule may ask for', () => {
    const lone = new LoneNode([forecastNeed(HORIZON)]);
    for (let i = 0; i <= 100; i++) lone.send(START + i * SECOND, { ready: i % 2 });
    assert.equal(lone.trend.readiness(0, HOUR, lone.now)?.changes, 100);
  });
});

describe('the share of pauses', () => {
  it('is that of the stretch and of the one before', () => {
    const lone = new LoneNode([shareNeed(10 * MINUTE)]);
    for (let i = 0; i < 160; i++) {
      const paused = i < 80 ? i * 0.5 : 40 + (i - 80) * 2;
      lone.send(START + i * 10 * SECOND, { gc_pause_total: paused });
    }
    const found = lone.trend.gcShare(0, 10 * MINUTE, lone.now);
    assert.ok(found && Math.abs(found.share - 0.2) < 0.01, JSON.stringify(found));
    assert.ok(found.before !== null && Math.abs(found.before - 0.08) < 0.04, JSON.stringify(found));
  });

  it('is unknown where pauses were not sent for half of the stretch', () => {
    const lone = new LoneNode([shareNeed(10 * MINUTE)]);
    for (let i = 0; i < 20; i++) lone.send(START + i * 10 * SECOND, { gc_pause_total: i });
    assert.equal(lone.trend.gcShare(0, 10 * MINUTE, lone.now), null);
  });
});
