import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOddities, ODDITIES, type OddityCode } from '../../src/trend/index.js';
import { forecastNeed } from '../../src/trend/scales.js';
import { GIB, HOUR, KIB, LoneNode, MIB, MINUTE, type Sent, START, sawtooth } from './support/node.js';

const EVERY = 15_000;
const SAMPLES = 300;
const NEVER_AGAIN = Number.POSITIVE_INFINITY;

/** What a healthy process sends: a heap that is collected, pages around it, work that goes on. */
function healthy(i: number): Sent {
  const heap_used = 100 * MIB + Math.round(sawtooth(i, 20, 60 * MIB));
  return {
    rss: heap_used + 120 * MIB + (i % 5) * 4 * KIB,
    memory_limit: GIB,
    heap_used,
    heap_after_gc: 100 * MIB + (i % 7) * KIB,
    heap_limit: 512 * MIB,
    gc_count: Math.floor(i / 20),
    gc_pause_total: i / 100,
    requests_total: i * 50,
    ready: 1,
    start_time: START / 1000,
  };
}

type Sender = (i: number) => Sent;

/** What is found at the end of so many samples. */
function oddOf(sent: Sender, { count = SAMPLES, every = EVERY, at = NEVER_AGAIN } = {}) {
  const node = new LoneNode([forecastNeed(2 * HOUR)]);
  for (let i = 0; i < count; i++) node.send(START + i * every, sent(i));
  return findOddities(node.process, at === NEVER_AGAIN ? at : node.now + at);
}

const changed =
  (change: (i: number) => Sent): Sender =>
  (i) => ({ ...healthy(i), ...change(i) });
const without = (...signals: (keyof Sent)[]): Sender =>
  changed(() => Object.fromEntries(signals.map((signal) => [signal, Number.NaN])));

const ODD: readonly (readonly [
  what: string,
  sent: Sender,
  says: Partial<Record<OddityCode, RegExp>>,
  count?: number,
])[] = [
  ['nothing at all', () => ({}), { 'no-memory': /neither rss nor heap/ }],
  [
    'memory of 0',
    changed(() => ({ rss: 0, heap_used: 0, heap_after_gc: 0 })),
    { 'no-memory': /rss and heap_used/ },
  ],
  ['one sample', healthy, { 'one-sample': /one sample only/ }, 1],
  [
    'limits of 0',
    changed(() => ({ memory_limit: 0, heap_limit: 0 })),
    { 'no-limit': /^memory_limit is 0 and heap_limit is 0,/ },
  ],
  ['a limit of -1', changed(() => ({ memory_limit: -1 })), { 'no-limit': /^memory_limit is -1, / }],
  ['a limit of 2^63', changed(() => ({ memory_limit: 2 ** 63 })), { 'no-limit': /^memory_limit is 2\^63, / }],
  ['the limit of cgroup v1', changed(() => ({ memory_limit: 2 ** 63 - 4096 })), { 'no-limit': /is 2\^63, / }],
  [
    'no limit',
    without('memory_limit', 'heap_limit'),
    {
      'no-limit':
        /^there is no memory_limit and no heap_limit, or what is sent says "none", so no breach can be forecast$/,
    },
  ],
  [
    'no limit of the only memory that is sent',
    without('rss', 'memory_limit', 'heap_limit'),
    { 'no-limit': /^there is no heap_limit, / },
  ],
  [
    'rss in KiB',
    changed((i) => ({ rss: healthy(i).rss! / KIB })),
    {
      'small-use': /^rss is \d+ KiB beside 1 GiB of the same node: is it in KiB and not in bytes\?$/,
    },
  ],
  [
    'rss in MiB',
    (i) => ({ rss: 300 + i, memory_limit: GIB }),
    { 'small-use': /^rss is 599 bytes beside 1 GiB .*: is it in MiB/ },
  ],
  [
    'everything in KiB',
    (i) => ({ rss: 300 * KIB + i, heap_used: 100 * KIB + i, memory_limit: 2 * MIB, heap_limit: MIB }),
    { 'small-use': /^rss is 300 KiB: is it in KiB/ },
  ],
  [
    'a limit in KiB',
    changed(() => ({ memory_limit: MIB })),
    { 'wrong-limit-unit': /^memory_limit is 1 MiB and rss is \d+ MiB: is the limit in KiB/ },
  ],
  [
    'a heap limit in MiB',
    changed(() => ({ heap_limit: 512 })),
    { 'wrong-limit-unit': /^heap_limit is 512 bytes and heap_used is \d+ MiB: is the limit in MiB/ },
  ],
  [
    'a limit that was multiplied twice',
    changed(() => ({ memory_limit: GIB * 1024 ** 2 })),
    { 'wrong-limit-unit': /multiplied by 1024 twice/ },
  ],
  [
    'rss now in bytes, now in KiB',
    changed((i) => (i % 2 === 0 ? { rss: healthy(i).rss! / KIB } : {})),
    { 'changing-unit': /^rss jumps between \d+ KiB and \d+ MiB/ },
  ],
  [
    'heap now in bytes, now in KiB',
    changed((i) => (i % 2 === 0 ? { heap_used: healthy(i).heap_used! / KIB } : {})),
    { 'changing-unit': /^heap_used jumps between/ },
  ],
  [
    'memory above its limit',
    changed(() => ({ memory_limit: 200 * MIB })),
    { 'rss-above-limit': /^rss is \d+ MiB, \d+ % above its memory_limit of 200 MiB$/ },
  ],
  [
    'heap above its limit',
    changed(() => ({ heap_limit: 64 * MIB })),
    { 'heap-above-limit': /^heap_used is \d+ MiB, \d+ % above its heap_limit of 64 MiB$/ },
  ],
  [
    'heap larger than rss',
    changed((i) => ({ rss: (60 + (i % 3)) * MIB })),
    { 'heap-above-rss': /rss, which holds it/ },
  ],
  [
    'a live set above all that is in use',
    changed((i) => ({ heap_after_gc: 300 * MIB + i })),
    { 'live-above-used': /^heap_after_gc is 300 MiB, but heap_used/ },
  ],
  [
    'a heap that stands still',
    changed(() => ({ heap_used: 120 * MIB })),
    { constant: /^heap_used has not changed/ },
  ],
  [
    'rss that stands still for hours',
    changed(() => ({ rss: 300 * MIB })),
    { constant: /^rss has not/ },
    1000,
  ],
  [
    'memory that stands still while requests come',
    changed(() => ({ rss: 300 * MIB, heap_used: 120 * MIB })),
    { constant: /^heap_used and rss have not changed by a byte over \d+ samples/ },
    1000,
  ],
  ['readiness of 2', changed(() => ({ ready: 2 })), { 'wrong-ready': /^ready is 2,/ }],
  [
    'counters that fall while the start stays',
    changed((i) => ({ requests_total: 100 - (i % 50) })),
    { 'falling-counter': /fell \d+ times/ },
  ],
  [
    'a start at every sample',
    changed((i) => ({ start_time: START / 1000 + i * 15 })),
    { 'endless-restarts': /./ },
  ],
  [
    'a start in milliseconds',
    changed(() => ({ start_time: START })),
    { 'start-ahead': /in milliseconds\?$/ },
  ],
  [
    'a start in an hour',
    changed(() => ({ start_time: START / 1000 + 9000 })),
    { 'start-ahead': /which of the two clocks is wrong/ },
  ],
];

describe('oddities', () => {
  it('are none of a healthy process, whatever of it is not sent', () => {
    assert.deepEqual(oddOf(healthy), []);
    assert.deepEqual(oddOf(healthy, { every: 500 }), []);
    assert.deepEqual(oddOf(without('heap_used', 'heap_after_gc', 'heap_limit')), []);
    assert.deepEqual(oddOf(without('rss', 'memory_limit')), []);
    assert.deepEqual(oddOf(without('heap_limit')), []);
    assert.deepEqual(oddOf(without('ready', 'start_time', 'gc_count', 'requests_total')), []);
  });

  for (const [what, sent, says, count] of ODD) {
    it(`tell of ${what}`, () => {
      const found = oddOf(sent, count === undefined ? {} : { count });
      assert.deepEqual(found.map(({ code }) => code).sort(), Object.keys(says).sort(), JSON.stringify(found));
      for (const { code, message, cure } of found) {
        assert.match(message, says[code] as RegExp);
        assert.doesNotMatch(message, /NaN|Infinity|undefined/);
        assert.equal(cure, ODDITIES[code].cure);
      }
    });
  }

  it('tell of samples that come in bursts', () => {
    const node = new LoneNode([forecastNeed(2 * HOUR)]);
    for (let burst = 0; burst < 20; burst++) {
      for (let i = 0; i < 10; i++) node.send(START + burst * HOUR + i * 1000, healthy(burst * 10 + i));
    }
    const codes = findOddities(node.process, NEVER_AGAIN).map(({ code }) => code);
    assert.deepEqual(codes, ['many-gaps']);
  });

  it('of every code have a case here', () => {
    const told = new Set([...ODD.flatMap(([, , says]) => Object.keys(says)), 'many-gaps']);
    assert.deepEqual(
      Object.keys(ODDITIES).filter((code) => !told.has(code)),
      [],
    );
  });

  it('leave a node alone that has just appeared', () => {
    assert.deepEqual(oddOf(healthy, { count: 1, at: 1000 }), []);
    assert.deepEqual(oddOf(without('memory_limit', 'heap_limit'), { count: 2, at: 1000 }), []);
    const later = oddOf(healthy, { count: 1, at: 5 * MINUTE }).map(({ code }) => code);
    assert.deepEqual(later, ['one-sample']);
  });

  it('take no offence at honest rarities', () => {
    const rarities: Readonly<Record<string, Sender>> = {
      'pages that stay where they are while the heap moves': changed(() => ({ rss: 300 * MIB })),
      'an idle process, in which nothing moves': () => ({
        rss: 300 * MIB,
        heap_used: 50 * MIB,
        memory_limit: GIB,
      }),
      'a small process on a large machine': (i) => ({ rss: 12 * MIB + i * 4096, memory_limit: 256 * GIB }),
      'a sample just above the limit': changed((i) => ({ memory_limit: healthy(i).rss! / 1.05 })),
      'a live set of 0 before the first collection': changed(() => ({ heap_after_gc: 0 })),
      'a counter that its library has reset once': changed((i) => ({
        requests_total: i < 100 ? i : i - 100,
      })),
      'a process that begins with next to nothing': changed((i) => (i === 0 ? { rss: 220 * KIB } : {})),
    };
    for (const [what, sent] of Object.entries(rarities)) assert.deepEqual(oddOf(sent), [], what);
  });

  it('are over when what was odd is over', () => {
    const mended = changed((i) => (i < 100 ? { ready: 2, memory_limit: 0, start_time: START } : {}));
    assert.deepEqual(oddOf(mended), []);
  });
});
