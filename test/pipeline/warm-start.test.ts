import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import { ManualClock } from '../../src/clock.js';
import { warmUp } from '../../src/pipeline/warm-start.js';
import { openEmbeddedStore, openMemoryStore, type Store, storeOptions } from '../../src/store/index.js';
import { Registry, Rows, type Signal } from '../../src/telemetry/index.js';
import { forecastNeed, growthNeed, type Need, type Resource, Trend } from '../../src/trend/index.js';
import { openFresh } from '../store/victoriametrics/opened.js';
import { seededRandom } from '../support/random.js';
import { tempFolder } from '../support/temp-folder.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../support/victoria-metrics.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MIB = 2 ** 20;
const START = 1_795_305_600_000;
const HORIZON = 2 * HOUR;
const EVERY = 15 * SECOND;

type Sent = Partial<Record<Signal, number>>;

const saw = (t: number, period: number): number => (t % period) / period;

/** Nodes of all kinds; what each sends `t` ms after the start. */
const NODES: Readonly<Record<string, (t: number, noise: () => number) => Sent>> = {
  leak: (t, noise) => ({ rss: (300 + (60 * t) / HOUR + noise()) * MIB, memory_limit: 860 * MIB }),
  steady: (_, noise) => ({ rss: (500 + 4 * noise()) * MIB, memory_limit: 860 * MIB }),
  'heap leak, fast sawtooth': (t) => {
    const heap = 80 + (40 * t) / HOUR + 60 * saw(t, 2 * MINUTE);
    return {
      heap_used: heap * MIB,
      heap_limit: 480 * MIB,
      rss: (120 + heap) * MIB,
      memory_limit: 700 * MIB,
      gc_count: Math.floor(t / (2 * MINUTE)),
    };
  },
  'heap leak, slow sawtooth': (t) => {
    const heap = 80 + (40 * t) / HOUR + 90 * saw(t, 25 * MINUTE);
    return {
      heap_used: heap * MIB,
      heap_limit: 480 * MIB,
      rss: (120 + heap) * MIB,
      memory_limit: 720 * MIB,
      gc_count: Math.floor(t / (25 * MINUTE)),
    };
  },
  'lazy collection, flat floor': (t) => {
    const heap = 100 + 280 * saw(t, 30 * MINUTE);
    return { heap_used: heap * MIB, heap_limit: 480 * MIB, rss: 620 * MIB, memory_limit: 800 * MIB };
  },
  'native leak under a sawtooth': (t) => {
    const heap = 100 + 60 * saw(t, 4 * MINUTE);
    return {
      heap_used: heap * MIB,
      heap_limit: 480 * MIB,
      rss: (150 + heap + (50 * t) / HOUR) * MIB,
      memory_limit: 790 * MIB,
    };
  },
  'live set is sent': (t) => {
    const live = 100 + (40 * Math.floor(t / (10 * MINUTE)) * 10) / 60;
    return {
      heap_after_gc: live * MIB,
      heap_used: (live + 100 * saw(t, 10 * MINUTE)) * MIB,
      heap_limit: 520 * MIB,
      gc_count: Math.floor(t / (10 * MINUTE)),
    };
  },
  'restarted an hour ago': (t, noise) => ({
    rss: (300 + (100 * (t % (7 * HOUR))) / HOUR + noise()) * MIB,
    memory_limit: 500 * MIB,
    start_time: (START + Math.floor(t / (7 * HOUR)) * 7 * HOUR) / 1000,
  }),
};
const NAMES = Object.keys(NODES);

/** Their collections come faster than the steps in which history is read back. */
const FAST = ['heap leak, fast sawtooth', 'native leak under a sawtooth'];

/** Eight hours of all nodes, into the store and a trend room that goes on living. */
async function live(store: Store, needs: readonly Need[]) {
  const trend = new Trend(needs);
  const registry = new Registry();
  const random = seededRandom(5);
  const noise = (): number => (random() - 0.5) * 4;
  const ids = NAMES.map((name) => registry.intern(name, {}));
  const end = START + 8 * HOUR;
  const rows = new Rows();
  for (let time = START; time < end; time += EVERY) {
    ids.forEach((node, index) => {
      const row = rows.add(node.id, node.labels, time);
      const sent = NODES[NAMES[index]](time - START, noise);
      for (const [signal, value] of Object.entries(sent)) rows.set(row, signal as Signal, value);
    });
    if ((time - START) % (10 * MINUTE) !== 0 && time + EVERY < end) continue;
    await store.history.append(rows, registry);
    trend.observe(rows, registry);
    rows.length = 0;
  }
  return { trend, registry, end };
}

async function warmed(store: Store, needs: readonly Need[], now: number) {
  const trend = new Trend(needs);
  const registry = new Registry();
  await store.history.loadRegistry(registry);
  const rows = await warmUp(trend, store.history, registry, now);
  return { trend, registry, rows };
}

function assertAlike(
  before: Awaited<ReturnType<typeof live>>,
  after: Awaited<ReturnType<typeof warmed>>,
  name: string,
  resource: Resource,
): void {
  const at = before.end - EVERY;
  const [old, young] = [before, after].map(({ trend, registry }) =>
    trend.outlook(registry.find(name)!.id, resource, HORIZON, at),
  );
  const both = JSON.stringify({ name, resource, old, young });
  assert.equal(young === null, old === null, both);
  if (!old || !young) return;
  assert.equal(young.limit, old.limit);
  assert.equal(young.probability === null, old.probability === null, both);
  // Where the breach is expected about the end of the horizon, a small part of the time is a larger part of the probability.
  assert.ok(Math.abs((young.probability ?? 0) - (old.probability ?? 0)) < 0.12, both);
  if (old.breachP50 === null || (old.probability ?? 0) < 0.3) return;
  assert.ok(young.breachP50 !== null, both);
  assert.ok(Math.abs(young.breachP50 - old.breachP50) < 0.1 * (old.breachP50 - at) + MINUTE, both);
}

/** What differs, for each node and limit that does. */
function unlikeOf(
  before: Awaited<ReturnType<typeof live>>,
  after: Awaited<ReturnType<typeof warmed>>,
  names: readonly string[],
): string[] {
  const unlike: string[] = [];
  for (const name of names) {
    for (const resource of ['rss', 'heap'] as const) {
      try {
        assertAlike(before, after, name, resource);
      } catch (error) {
        unlike.push((error as Error).message);
      }
    }
  }
  return unlike;
}

async function openEmbedded(t: TestContext): Promise<Store> {
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder: tempFolder(t), commitInterval: '2ms', threads: 1 }),
    log: pino({ level: 'silent' }),
    metrics: new Metrics(),
    clock: new ManualClock(START + 8 * HOUR),
  });
  t.after(() => store.close());
  return store;
}

async function openVictoria(t: TestContext): Promise<Store> {
  const { url } = await VictoriaMetrics.start(t);
  const { store } = await openFresh(t, url);
  return store;
}

const STORES: readonly (readonly [string, (t: TestContext) => Promise<Store>, skip?: string | false])[] = [
  ['memory', async () => openMemoryStore()],
  ['embedded', openEmbedded],
  ['victoriametrics', openVictoria, noVictoriaMetrics],
];

describe('after a restart the models go on where they were', () => {
  const plans: readonly (readonly [string, readonly Need[]])[] = [
    ['one rule', [forecastNeed(HORIZON)]],
    [
      'rules of short and long sight',
      [forecastNeed(HORIZON), forecastNeed(10 * MINUTE), growthNeed(24 * HOUR)],
    ],
  ];
  for (const [kind, open, skip = false] of STORES) {
    for (const [plan, needs] of plans) {
      it(`on the ${kind} store, with ${plan}`, { skip }, async (t) => {
        const store = await open(t);
        const before = await live(store, needs);
        const after = await warmed(store, needs, before.end);
        assert.ok(after.rows > 0 && after.rows <= (NAMES.length * 8 * HOUR) / EVERY);
        const unlike = unlikeOf(
          before,
          after,
          NAMES.filter((name) => !FAST.includes(name)),
        );
        assert.deepEqual(unlike, []);
      });
    }
  }

  it('also where collections come faster than history is read back', async () => {
    const store = openMemoryStore();
    const before = await live(store, [forecastNeed(HORIZON)]);
    const after = await warmed(store, [forecastNeed(HORIZON)], before.end);
    assert.deepEqual(unlikeOf(before, after, FAST), []);
  });

  it('a restart of a node is known as it was', async () => {
    const store = openMemoryStore();
    const before = await live(store, [forecastNeed(HORIZON)]);
    const after = await warmed(store, [forecastNeed(HORIZON)], before.end);
    const [old, young] = [before, after].map(
      ({ trend, registry }) => trend.node(registry.find('restarted an hour ago')!.id)!,
    );
    assert.equal(young.startedAt, old.startedAt);
    assert.equal(young.lives.length, 1);
    assert.ok(young.since >= START + 7 * HOUR);
  });

  it('the newest sample is not thinned away', async () => {
    const store = openMemoryStore();
    const before = await live(store, [forecastNeed(HORIZON)]);
    const after = await warmed(store, [forecastNeed(HORIZON)], before.end);
    for (const name of NAMES) {
      const [old, young] = [before, after].map(({ trend, registry }) => trend.node(registry.find(name)!.id)!);
      assert.equal(young.lastSeen, old.lastSeen);
      for (const column of [0, 1]) assert.equal(young.latest[column], old.latest[column]);
    }
  });

  it('with nothing in the store there is nothing', async () => {
    const store = openMemoryStore();
    const { rows, trend } = await warmed(store, [forecastNeed(HORIZON)], START);
    assert.equal(rows, 0);
    assert.equal(trend.node(0), undefined);
  });
});
