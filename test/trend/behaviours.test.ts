// The rows of DESIGN.md section 8: what looks like a breach coming, and is; what looks like one, and is not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Resource } from '../../src/trend/index.js';
import { seededRandom } from '../support/random.js';
import { HOUR, MIB, MINUTE, SECOND, type Sent, START, sawtooth } from './support/node.js';
import { WatchedNode } from './support/watched-node.js';

const EVERY = 15 * SECOND;
const HORIZON = 2 * HOUR;

interface Story {
  /** What is sent so many ms after the start; `noise` is between -1 and 1, the same each time. */
  readonly sent: (t: number, noise: number) => Sent & { readonly version?: string };
  readonly hours: number;
}

/** Tells a story sample by sample; `after` each the node may be asked. */
async function tell({ sent, hours }: Story, seed: number, after: (t: number, node: WatchedNode) => void) {
  const node = new WatchedNode();
  const random = seededRandom(seed);
  for (let t = 0; t < hours * HOUR; t += EVERY) {
    const { version = '1', ...values } = sent(t, 2 * random() - 1);
    await node.send(START + t, values, { version });
    after(t, node);
  }
  return node;
}

/** A story that ends with the breach. */
interface Breach extends Story {
  readonly what: string;
  readonly of: Resource;
}

const hours = (t: number): number => t / HOUR;
const rss = (mib: number, limit = 1024): Sent => ({ rss: mib * MIB, memory_limit: limit * MIB });

const BREACHES: readonly Breach[] = [
  {
    what: 'a leak in the managed heap: its floor rises under the sawtooth',
    of: 'heap',
    hours: 7.7,
    sent: (t, noise) => ({
      heap_used: Math.min(505, 100 + 50 * hours(t) + sawtooth(t, 11 * MINUTE, 60) + noise) * MIB,
      heap_limit: 512 * MIB,
      gc_count: Math.floor(t / (11 * MINUTE)),
    }),
  },
  {
    what: 'growth outside of the heap, which stays flat',
    of: 'rss',
    hours: 7.8,
    sent: (t, noise) => {
      const heap = 100 + sawtooth(t, 11 * MINUTE, 60);
      return {
        heap_used: heap * MIB,
        heap_limit: 300 * MIB,
        gc_count: Math.floor(t / (11 * MINUTE)),
        ...rss(150 + heap + 50 * hours(t) + noise, 700),
      };
    },
  },
  {
    what: 'accelerating growth',
    of: 'rss',
    hours: 7.25,
    sent: (t, noise) => rss(280 + 20 * Math.exp(hours(t) / 2) + 2 * noise),
  },
  {
    what: 'growth in steps',
    of: 'rss',
    hours: 8.3,
    sent: (t, noise) => rss(305 + 80 * Math.floor(t / (50 * MINUTE)) + noise),
  },
  {
    what: 'load that climbs to where memory runs out',
    of: 'rss',
    hours: 9,
    sent: (t, noise) => {
      // 50 requests a second for three hours, then up to 150.
      const over = Math.max(0, t - 3 * HOUR);
      const perSecond = 50 + (100 * over) / (6 * HOUR);
      const served = (50 * t + (50 * over * over) / (6 * HOUR)) / SECOND;
      return { requests_total: Math.round(served), ...rss(60 + 5 * perSecond + 3 * noise, 810) };
    },
  },
  {
    what: 'a leak that began with a version',
    of: 'rss',
    hours: 10.5,
    sent: (t, noise) =>
      t < 6 * HOUR
        ? rss(300 + noise, 700)
        : { version: '2', ...rss(300 + 90 * hours(t - 6 * HOUR) + noise, 700) },
  },
  {
    what: 'growth across planned restarts that gets steeper',
    of: 'rss',
    hours: 14.2,
    sent: (t, noise) => {
      const life = Math.floor(t / (3 * HOUR));
      const into = t - life * 3 * HOUR;
      const start_time = (START + life * 3 * HOUR) / SECOND;
      return { start_time, ...rss(300 + 50 * 1.5 ** life * hours(into) + noise, 860) };
    },
  },
  {
    what: 'decelerating growth that still gets there',
    of: 'rss',
    hours: 7.5,
    sent: (t, noise) => rss(300 + 700 * (1 - Math.exp(-hours(t) / 6)) + 2 * noise, 800),
  },
];

describe('a breach that comes is likely in time', () => {
  for (const story of BREACHES) {
    it(story.what, async () => {
      let likelySince = Number.NaN;
      await tell(story, 7, (t, node) => {
        const probability = node.probability(story.of, HORIZON, START + t);
        if (!(probability !== null && probability >= 0.5)) likelySince = Number.NaN;
        else if (Number.isNaN(likelySince)) likelySince = t;
      });
      const lead = (story.hours * HOUR - likelySince) / MINUTE;
      assert.ok(lead >= 15, `likely from ${lead} min before it`);
    });
  }
});

/** A story without a breach: no page may be sent from `from` on (before, what follows had not been seen yet). */
interface Harmless extends Story {
  readonly what: string;
  readonly from?: number;
}

const HARMLESS: readonly Harmless[] = [
  {
    what: 'lazy collection, once one has been seen: use climbs to nine tenths of the limit, the floor stays',
    hours: 12,
    from: 40 / 60,
    sent: (t, noise) => ({
      heap_used: (100 + sawtooth(t, 40 * MINUTE, 360) + noise) * MIB,
      heap_limit: 512 * MIB,
      gc_count: Math.floor(t / (40 * MINUTE)),
      ...rss(680 + noise),
    }),
  },
  {
    what: 'a cache that warms up well below the limit',
    hours: 12,
    sent: (t, noise) => rss(250 + 350 * (1 - Math.exp(-hours(t) / 1.5)) + 2 * noise),
  },
  {
    what: 'a step after a deploy, then flat',
    hours: 12,
    sent: (t, noise) => (t < 5 * HOUR ? rss(450 + 2 * noise) : { version: '2', ...rss(700 + 2 * noise) }),
  },
  {
    what: 'a load wave that came before',
    hours: 26,
    from: 5,
    sent: (t, noise) => {
      const wave = (1 - Math.cos((2 * Math.PI * t) / (5 * HOUR))) / 2;
      // The integral of 20 + 80 wave.
      const served =
        (60 * t - ((40 * 5 * HOUR) / (2 * Math.PI)) * Math.sin((2 * Math.PI * t) / (5 * HOUR))) / SECOND;
      return { requests_total: Math.round(served), ...rss(350 + 500 * wave + 3 * noise) };
    },
  },
  {
    what: 'batches after the first, whose memory is released',
    hours: 14,
    from: 2,
    sent: (t, noise) => {
      const into = t % (2 * HOUR);
      const batch = into < 80 * MINUTE ? 0 : Math.min(1, (into - 80 * MINUTE) / (25 * MINUTE));
      return rss(350 + 450 * batch + 2 * noise);
    },
  },
  {
    what: 'arenas and fragmentation that come to a plateau',
    hours: 12,
    sent: (t, noise) => rss(300 + 300 * Math.min(1, hours(t) / 3) + 4 * noise),
  },
  {
    what: 'mild growth that every restart ends in time, once two have been seen to',
    hours: 30,
    from: 12,
    sent: (t, noise) => {
      const life = Math.floor(t / (6 * HOUR));
      const start_time = (START + life * 6 * HOUR) / SECOND;
      return { start_time, ...rss(300 + 90 * hours(t % (6 * HOUR)) + 2 * noise) };
    },
  },
  {
    what: 'a drift that is negligible',
    hours: 24,
    sent: (t, noise) => rss(600 + hours(t) + 2 * noise),
  },
];

describe('what is harmless sends no page', () => {
  for (const story of HARMLESS) {
    it(story.what, async () => {
      const { fired } = await tell(story, 3, () => {});
      const pages = fired.filter(({ severity }) => severity === 'page');
      const told = pages.map(({ at, reason }) => [(at - START) / HOUR, reason] as const);
      assert.deepEqual(
        told.filter(([at]) => at >= (story.from ?? 0)),
        [],
      );
    });
  }

  it('nor, in a drift that is negligible, any ticket', async () => {
    const drift = HARMLESS[HARMLESS.length - 1];
    assert.deepEqual((await tell(drift, 5, () => {})).fired, []);
  });
});
