import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { forecastNeed, growthNeed, type Outlook } from '../../src/trend/index.js';
import { DAY, GIB, HOUR, LoneNode, MIB, MINUTE, SECOND, type Sent, START, sawtooth } from './support/node.js';
import {
  assertPredicts,
  assertSound,
  assertSoundGrowth,
  assertSoundPortrait,
  jitter,
  likely,
} from './support/sound.js';

const HORIZON = 2 * HOUR;
const EVERY = 15 * SECOND;
const needs = [forecastNeed(HORIZON), growthNeed(6 * HOUR)];

function nodeWith(hours: number, sent: (elapsed: number) => Sent): LoneNode {
  return new LoneNode(needs).sendAll(START, START + hours * HOUR, EVERY, sent);
}

function outlookOf(node: LoneNode, resource: 'rss' | 'heap' = 'rss', horizon = HORIZON): Outlook {
  const outlook = node.outlook(resource, horizon);
  assert.ok(outlook, 'there is an outlook');
  assertSound(outlook);
  const portrait = node.trend.portrait(0, resource, horizon, node.now);
  assert.ok(portrait);
  assertSoundPortrait(portrait);
  return outlook;
}

const unlikely = ({ probability }: Outlook): boolean => probability !== null && probability < 0.3;

describe('an outlook sees a breach coming', () => {
  it('when RSS climbs steadily', () => {
    const noise = jitter(4);
    const node = nodeWith(8, (t) => ({
      rss: (300 + (60 * t) / HOUR + noise()) * MIB,
      memory_limit: 860 * MIB,
    }));
    const outlook = outlookOf(node);
    assert.ok(likely(outlook), JSON.stringify(outlook));
    assertPredicts(outlook, START + (560 / 60) * HOUR, 0.3);
    assert.equal(outlook.cause, 'leak');
    assert.equal(outlook.signal, 'rss');
    assert.ok(Math.abs(outlook.growth!.perHour / MIB - 60) < 3);
    assert.ok(outlook.growth!.low / MIB <= 60 && outlook.growth!.high / MIB >= 60);
  });

  it('when the floor of the heap rises under its sawtooth', () => {
    const period = 12 * MINUTE;
    const node = nodeWith(7.75, (t) => ({
      heap_used: (80 + (40 * t) / HOUR + sawtooth(t, period, 30)) * MIB,
      heap_limit: 430 * MIB,
      gc_count: Math.floor(t / period),
    }));
    const outlook = outlookOf(node, 'heap');
    assert.ok(likely(outlook), JSON.stringify(outlook));
    assert.ok(outlook.effectiveLimit <= outlook.limit);
    assert.ok(outlook.live < outlook.now);
    assertPredicts(outlook, START + ((outlook.effectiveLimit / MIB - 80) / 40) * HOUR, 0.4);
  });

  it('when memory outside of the heap grows and the heap does not, and names that as the cause', () => {
    const node = nodeWith(8, (t) => {
      const heap = 100 + sawtooth(t, 12 * MINUTE, 60);
      return {
        heap_used: heap * MIB,
        heap_limit: 400 * MIB,
        rss: (100 + heap + (50 * t) / HOUR) * MIB,
        memory_limit: 700 * MIB,
      };
    });
    const outlook = outlookOf(node);
    assert.ok(likely(outlook), JSON.stringify(outlook));
    assert.equal(outlook.cause, 'native');
    assert.ok(unlikely(outlookOf(node, 'heap')));
  });

  it('when memory is above its limit already', () => {
    const node = nodeWith(3, () => ({ rss: 900 * MIB, memory_limit: 800 * MIB }));
    const outlook = outlookOf(node);
    assert.ok(outlook.probability! > 0.95);
    assert.ok(outlook.breachP50! - outlook.at < 10 * MINUTE);
  });
});

describe('an outlook sees no breach', () => {
  const limit = { memory_limit: GIB };
  const calm: readonly (readonly [string, 'rss' | 'heap', number, (t: number) => Sent])[] = [
    [
      'in lazy collection: a flat floor under a sawtooth to nine tenths of the limit',
      'heap',
      8,
      (t) => ({ heap_used: (100 + sawtooth(t, 40 * MINUTE, 260)) * MIB, heap_limit: 400 * MIB }),
    ],
    [
      'at the end of a warm-up that saturates below the limit',
      'rss',
      12,
      (t) => ({ rss: (300 + 400 * (1 - Math.exp(-t / (90 * MINUTE)))) * MIB, ...limit }),
    ],
    ['some hours after a step', 'rss', 10, (t) => ({ rss: (t < 4 * HOUR ? 400 : 700) * MIB, ...limit })],
    ['in a constant', 'rss', 6, () => ({ rss: 700 * MIB, ...limit })],
    ['in what falls', 'rss', 6, (t) => ({ rss: (900 - (40 * t) / HOUR) * MIB, ...limit })],
    ['in a negligible drift', 'rss', 8, (t) => ({ rss: (500 + (2 * t) / HOUR) * MIB, ...limit })],
  ];
  for (const [what, resource, hours, sent] of calm) {
    it(what, () => {
      const noise = jitter(1);
      const node = nodeWith(hours, (t) => {
        const { rss, ...rest } = sent(t);
        return rss === undefined ? rest : { rss: rss + noise() * MIB, ...rest };
      });
      const outlook = outlookOf(node, resource);
      assert.ok(unlikely(outlook), JSON.stringify(outlook));
    });
  }

  it('in a constant without any noise', () => {
    const outlook = outlookOf(nodeWith(6, () => ({ rss: 700 * MIB, ...limit })));
    assert.equal(outlook.probability, 0);
    assert.deepEqual([outlook.breachP10, outlook.breachP50, outlook.breachP90], [null, null, null]);
    assert.equal(outlook.growth?.perHour, 0);
  });
});

describe('an outlook does not guess', () => {
  it('after one sample, or two', () => {
    const node = new LoneNode(needs);
    for (let i = 0; i < 2; i++) {
      node.send(START + i * EVERY, { rss: MIB, memory_limit: GIB });
      const outlook = outlookOf(node);
      assert.equal(outlook.probability, null);
      assert.equal(outlook.shape, 'unknown');
      assert.match(outlook.evidence[0], /too little/);
    }
  });

  it('without the signal, its limit, or either', () => {
    for (const sent of [{}, { rss: MIB }, { memory_limit: GIB }, { heap_used: MIB, memory_limit: GIB }]) {
      assert.equal(nodeWith(1, () => sent).outlook('rss', HORIZON), null, JSON.stringify(sent));
    }
    assert.equal(nodeWith(1, () => ({ heap_after_gc: MIB, heap_limit: GIB })).outlook('heap', HORIZON), null);
    assert.equal(new LoneNode(needs).trend.outlook(0, 'rss', HORIZON, START), null);
  });

  it('against a limit that is none', () => {
    for (const memory_limit of [0, -1, 2 ** 63, 2 ** 64, 0x7ffffffffffff000]) {
      const node = nodeWith(1, () => ({ rss: MIB, memory_limit }));
      assert.equal(node.outlook('rss', HORIZON), null, String(memory_limit));
    }
  });

  it('about a level in bytes needs no limit; about a share of the limit it is that share', () => {
    const node = nodeWith(6, (t) => ({ rss: (300 + (60 * t) / HOUR) * MIB }));
    const bytes = node.trend.outlook(0, 'rss', HORIZON, node.now, { kind: 'bytes', bytes: 700 * MIB });
    assert.equal(bytes?.limit, 700 * MIB);
    assert.ok(likely(bytes!));
    assert.equal(node.trend.outlook(0, 'rss', HORIZON, node.now, { kind: 'share', of: 0.9 }), null);
    node.send(node.now + EVERY, { rss: 660 * MIB, memory_limit: GIB });
    const share = node.trend.outlook(0, 'rss', HORIZON, node.now, { kind: 'share', of: 0.7 });
    assert.equal(share?.limit, 0.7 * GIB);
  });

  it('while two gaps are nearly all there is', () => {
    const node = new LoneNode(needs);
    for (const hours of [0, 9, 20]) node.send(START + hours * HOUR, { rss: MIB, memory_limit: GIB });
    assert.equal(outlookOf(node).probability, null);
  });
});

describe('anything that may be sent', () => {
  const bytes = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 2 ** 31 - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 2 ** 40, 2 ** 61, 2 ** 63, 1e300, Number.MAX_VALUE) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const counter = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(undefined, 1e300));
  const row = fc.record({
    step: fc.constantFrom(-15_000, 0, 1, 500, 15_000, 15_000, 15_000, 3_600_000, 86_400_000),
    rss: bytes,
    memory_limit: fc.constantFrom(undefined, GIB, 2 * GIB, 0, -1, 2 ** 63, 1e-9),
    heap_used: bytes,
    heap_after_gc: bytes,
    heap_limit: fc.constantFrom(undefined, GIB, 5, 2 ** 62),
    gc_pause_total: counter,
    gc_count: counter,
    requests_total: counter,
    ready: fc.constantFrom(undefined, 0, 1),
    start_time: fc.constantFrom(undefined, undefined, START / 1000, START / 1000 + 1, START / 1000 + 900, 0),
    version: fc.constantFrom('1', '1', '1', '2'),
  });

  it('leaves every figure sound, and never throws', () => {
    let asked = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 160 }), (rows) => {
        const node = new LoneNode([forecastNeed(HORIZON), growthNeed(10 * MINUTE)]);
        let time = START;
        for (const { step, version, ...values } of rows) {
          time += step;
          const sent = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
          node.send(time, sent, { version });
        }
        const at = Math.max(time, node.process.lastSeen);
        for (const resource of ['rss', 'heap'] as const) {
          for (const horizon of [MINUTE, HORIZON, 3 * DAY]) {
            const outlook = node.trend.outlook(0, resource, horizon, at);
            if (!outlook) continue;
            asked++;
            assertSound(outlook);
            const portrait = node.trend.portrait(0, resource, horizon, at);
            if (portrait) assertSoundPortrait(portrait);
          }
          const growth = node.trend.growth(0, resource, 10 * MINUTE);
          if (growth) assertSoundGrowth(growth);
        }
        const share = node.trend.gcShare(0, 10 * MINUTE, at);
        if (share) assert.ok(Number.isFinite(share.share) && (share.before === null || share.before >= 0));
        const { startedAt, since } = node.process;
        assert.ok(!Number.isNaN(startedAt) && Number.isFinite(since));
      }),
      { numRuns: 150 },
    );
    assert.ok(asked > 100, `only ${asked} outlooks were looked at`);
  });

  it('and grows is sound at any scale of bytes', () => {
    for (const scale of [1, 1e3, 1e9]) {
      const node = nodeWith(8, (t) => ({ rss: scale * (300 + (60 * t) / HOUR), memory_limit: scale * 860 }));
      assert.ok(likely(outlookOf(node)), `scale ${scale}`);
    }
  });
});
