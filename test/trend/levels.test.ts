import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LevelReader, type Levels } from '../../src/trend/levels.js';
import { Window } from '../../src/trend/window.js';
import { HOUR, MIB, MINUTE, SECOND, sawtooth } from './support/node.js';

interface Memory {
  readonly rss?: number;
  readonly heap?: number;
  readonly live?: number;
  readonly collections?: number;
}

/** A window of what a process used, minute by minute. */
function windowOf(minutes: number, memory: (elapsed: number) => Memory, widest = 2 * MINUTE): Window {
  const window = new Window(widest);
  for (let elapsed = 0; elapsed < minutes * MINUTE; elapsed += 15 * SECOND) {
    const { rss, heap, live, collections } = memory(elapsed);
    window.push({
      time: elapsed,
      rss: rss ?? Number.NaN,
      heapUsed: heap ?? Number.NaN,
      heapAfterGc: live ?? Number.NaN,
      pause: Number.NaN,
      collections: collections ?? Number.NaN,
      requests: Number.NaN,
    });
  }
  return window;
}

const heapOf = (window: Window): Levels => {
  const reader = new LevelReader();
  assert.ok(reader.readHeap(window));
  return reader.heap;
};
const rssOf = (window: Window): Levels => {
  const reader = new LevelReader();
  assert.ok(reader.readRss(window));
  return reader.rss;
};

/** How much the level rises between two shares of the stretch. */
function rise({ level, n }: Levels, from = 0.1, to = 1): number {
  return level[Math.round(to * (n - 1))] - level[Math.round(from * (n - 1))];
}

/** Least and most of the level from a share of the stretch on. */
function range({ level, n }: Levels, from = 0): [number, number] {
  const values = [...level.subarray(Math.floor(from * n), n)];
  return [Math.min(...values), Math.max(...values)];
}

describe('levels of the heap', () => {
  const PERIOD = 20 * MINUTE;

  it('of a sawtooth are its floor, when that is flat', () => {
    const window = windowOf(180, (t) => ({ heap: (100 + sawtooth(t, PERIOD, 200)) * MIB }));
    const levels = heapOf(window);
    assert.ok(levels.floors >= 7 && levels.floors <= 9, `${levels.floors} floors`);
    // The climb that is under way is not judged yet, but past ones came down each time.
    const [least, most] = range(levels);
    assert.ok(least >= 99 * MIB && most < 130 * MIB, `${least / MIB} to ${most / MIB}`);
    assert.ok(levels.rho < 0.15);
  });

  it('of a sawtooth rise with its floor', () => {
    const leak = (t: number): number => (60 * t) / HOUR;
    const window = windowOf(180, (t) => ({ heap: (100 + leak(t) + sawtooth(t, PERIOD, 200)) * MIB }));
    const levels = heapOf(window);
    for (let i = 0; i < levels.n; i++) {
      const floor = (100 + leak(levels.time[i])) * MIB;
      assert.ok(levels.level[i] > floor - 12 * MIB && levels.level[i] < floor + 45 * MIB);
    }
    const found = rise(levels) / MIB;
    assert.ok(Math.abs(found - 162) < 40, `rises ${found} MiB of 162`);
  });

  it('go on at the pace of their floors where a climb is not judged yet', () => {
    // Collections come so fast that the lowest use of a bucket is a floor by itself, and the climb above it next to nothing.
    const leak = (t: number): number => 100 + (120 * t) / HOUR;
    const window = windowOf(176, (t) => ({ heap: (leak(t) + sawtooth(t, 3 * MINUTE, 80)) * MIB }));
    const { n, time, level, isFloor } = heapOf(window);
    const pending = n - 1 - isFloor.lastIndexOf(1, n - 1);
    assert.ok(pending > 0, 'the newest climb is judged');
    for (let i = n - pending; i < n; i++) {
      const miss = level[i] / MIB - leak(time[i]);
      assert.ok(Math.abs(miss) < 4, `${miss} MiB beside the leak`);
    }
  });

  it('do not rise without use, whatever the pace of their floors was', () => {
    const leak = (t: number): number => 100 + (120 * Math.min(t, 160 * MINUTE)) / HOUR;
    const window = windowOf(200, (t) => ({
      heap: (leak(t) + (t < 160 * MINUTE ? sawtooth(t, PERIOD, 80) : 0)) * MIB,
    }));
    const { n, level } = heapOf(window);
    assert.ok(level[n - 1] <= leak(200 * MINUTE) * MIB + 1, `${level[n - 1] / MIB} MiB`);
  });

  it('where the live set is sent follow it, though it is repeated until the next collection', () => {
    // A collection every 20 min says what is live; between two the last word is repeated.
    const half = PERIOD / 2;
    const liveAt = (t: number): number =>
      (100 + (30 * Math.floor((t + half) / PERIOD) * PERIOD) / HOUR) * MIB;
    const window = windowOf(180, (t) => ({
      heap: liveAt(t) + sawtooth(t + half, PERIOD, 200) * MIB,
      live: liveAt(t),
      collections: (t + half) % PERIOD === 0 ? 1 : 0,
    }));
    const levels = heapOf(window);
    assert.ok(levels.floors >= 9 && levels.floors <= 10, `${levels.floors} floors`);
    const found = rise(levels) / MIB;
    assert.ok(Math.abs(found - 0.9 * 90) < 25, `rises ${found} MiB`);
    // Between floors a straight line, not steps: no bucket jumps by a whole cycle's growth.
    for (let i = 1; i < levels.n; i++) assert.ok(levels.level[i] - levels.level[i - 1] < 9 * MIB);
  });

  it('of a sent live set that stays are flat, however high the garbage climbs', () => {
    const window = windowOf(240, (t) => ({
      heap: (100 + sawtooth(t, PERIOD, 350)) * MIB,
      live: (100 + (Math.floor(t / PERIOD) % 2)) * MIB,
    }));
    const [least, most] = range(heapOf(window));
    assert.ok(least >= 99 * MIB && most < 125 * MIB, `${least / MIB} to ${most / MIB}`);
  });

  it('of a first climb without any collection count for part of it only: it may be garbage', () => {
    const levels = heapOf(windowOf(60, (t) => ({ heap: (50 + (200 * t) / HOUR) * MIB })));
    assert.equal(levels.floors, 0);
    const share = rise(levels, 0, 1) / (200 * MIB);
    assert.ok(share > 0.15 && share < 0.6, `${share} of the climb`);
  });

  it('of a climb that outlived collections count for most of it', () => {
    const climb = (t: number) => ({
      heap: (50 + (200 * t) / HOUR) * MIB,
      collections: t % MINUTE === 0 ? 1 : 0,
    });
    const share = rise(heapOf(windowOf(60, climb)), 0, 1) / (200 * MIB);
    assert.ok(share > 0.7, `${share} of the climb`);
  });

  it('of a runtime that counts its collections and has seen none are what it uses: it frees at once', () => {
    const climb = (t: number) => ({ heap: (50 + (200 * t) / HOUR) * MIB, collections: 0 });
    const share = rise(heapOf(windowOf(60, climb)), 0, 1) / (200 * MIB);
    assert.ok(share > 0.85, `${share} of the climb`);
  });

  it('do not climb while use falls, however slowly it does: that is no floor yet', () => {
    // Up for an hour, down for half of one, and not there yet.
    const use = (t: number): number => (t < HOUR ? (400 * t) / HOUR : 400 - (500 * (t - HOUR)) / HOUR);
    const levels = heapOf(windowOf(90, (t) => ({ heap: (100 + use(t)) * MIB })));
    assert.equal(levels.floors, 0);
    assert.ok(rise(levels, 0.7, 1) < 0);
  });

  it('are nothing without a heap', () => {
    assert.equal(new LevelReader().readHeap(windowOf(10, () => ({ rss: MIB }))), false);
  });

  it('leave out nothing, also where samples lack the heap', () => {
    const levels = heapOf(windowOf(60, (t) => (t % MINUTE === 0 ? { heap: 100 * MIB } : { rss: MIB })));
    for (let i = 0; i < levels.n; i++) assert.equal(levels.level[i], 100 * MIB);
  });
});

describe('levels of RSS', () => {
  const PERIOD = 20 * MINUTE;

  it('with a heap are what lies outside of it and what lives in it, not its garbage', () => {
    const window = windowOf(180, (t) => {
      const heap = 100 + sawtooth(t, PERIOD, 200);
      return { heap: heap * MIB, rss: (80 + heap) * MIB };
    });
    const [least, most] = range(rssOf(window));
    assert.ok(least > 178 * MIB && most < 215 * MIB, `${least / MIB} to ${most / MIB}`);
  });

  it('with a heap whose pages are never given back are RSS as it is', () => {
    // RSS stays where the largest heap was, and what it is made of can only be guessed between collections.
    const window = windowOf(180, (t) => ({ heap: (100 + sawtooth(t, PERIOD, 200)) * MIB, rss: 380 * MIB }));
    const [least, most] = range(rssOf(window), 0.2);
    assert.deepEqual([least, most], [380 * MIB, 380 * MIB]);
  });

  it('rise when what lies outside of the heap grows, with the heap flat', () => {
    const window = windowOf(180, (t) => {
      const heap = 100 + sawtooth(t, PERIOD, 200);
      return { heap: heap * MIB, rss: (80 + heap + (50 * t) / HOUR) * MIB };
    });
    const levels = rssOf(window);
    const found = rise(levels, 0.2, 0.9) / MIB;
    assert.ok(Math.abs(found - 0.7 * 150) < 35, `rises ${found} MiB of 105`);
  });

  it('without a heap are its own floors', () => {
    const window = windowOf(180, (t) => ({ rss: (300 + sawtooth(t, PERIOD, 200)) * MIB }));
    const levels = rssOf(window);
    assert.ok(levels.floors >= 7);
    const [least, most] = range(levels, 0.1);
    assert.ok(least >= 299 * MIB && most < 340 * MIB, `${least / MIB} to ${most / MIB}`);
  });

  it('without a heap and without a drop are RSS itself', () => {
    const levels = rssOf(windowOf(60, (t) => ({ rss: (300 + (100 * t) / HOUR) * MIB })));
    assert.ok(Math.abs(rise(levels, 0, 1) / MIB - 100) < 3);
  });

  it('see growth outside of the heap when two agents send RSS and heap in rows of their own', () => {
    const window = windowOf(180, (t) =>
      t % (30 * SECOND) === 0
        ? { heap: (100 + sawtooth(t, PERIOD, 200)) * MIB }
        : { rss: (180 + sawtooth(t, PERIOD, 200) + (50 * t) / HOUR) * MIB },
    );
    const found = rise(rssOf(window), 0.2, 0.9) / MIB;
    assert.ok(Math.abs(found - 0.7 * 150) < 45, `rises ${found} MiB of 105`);
  });
});
