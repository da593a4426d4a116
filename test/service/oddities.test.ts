import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packageRoot } from '../../src/paths.js';
import { SIGNALS } from '../../src/telemetry/index.js';
import type { Sample } from '../support/api.js';
import { type BuiltService, buildService } from '../support/build-service.js';
import { HOUR, type Leak, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { seededRandom } from '../support/random.js';
import { RoundClock } from '../support/round-clock.js';
import { checkSane } from '../support/sane.js';

const NOW = Date.UTC(2026, 10, 23, 8);

/** The shipped rules, and some that look at short stretches. */
const RULES = `${readFileSync(join(packageRoot, 'rules', 'memory.yaml'), 'utf8')}
  - name: short
    rules:
      - alert: ShortBreach
        forecast: { of: rss, reaches: memory_limit, within: 10m, probability: 50% }
        for: 0s
      - alert: ShortHeap
        forecast: { of: heap, reaches: 90% of heap_limit, within: 10m, probability: 50% }
        for: 0s
      - alert: Absolute
        forecast: { of: rss, reaches: 512MiB, within: 10m, probability: 50% }
        for: 0s
      - alert: ShortGrowth
        growth: { of: rss, atLeast: 1% of memory_limit per hour, over: 10m }
        for: 0s
      - alert: ShortGc
        gc: { pauseShare: 5%, rising: true, over: 5m }
        for: 0s
      - alert: Flaps
        readiness: { flaps: 3, within: 10m, notReady: 1m }
        for: 0s
`;

/** `count` samples, the newest a second ago, one every `every` ms. */
function series(
  count: number,
  sampleAt: (index: number) => Readonly<Record<string, unknown>>,
  every = 15_000,
) {
  return Array.from({ length: count }, (_, i) => ({
    time: NOW - SECOND - (count - 1 - i) * every,
    ...sampleAt(i),
  }));
}

const LIMIT = 1024 * MIB;
const random = seededRandom(42);
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
const rising = (i: number) => ({ rss: 300 * MIB + i * MIB, memory_limit: LIMIT });

/** Whatever is allowed in, however odd. Each is sent for a node of its own. */
const ODDITIES: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'a constant series': series(300, () => ({ rss: 500 * MIB, memory_limit: LIMIT })),
  'one sample': series(1, rising),
  'two samples at one time': [...series(1, rising), ...series(1, rising)],
  'nothing but nulls': series(300, () => ({ rss: null, memory_limit: null, ready: null })),
  'samples without any limit': series(300, (i) => ({ rss: 300 * MIB + i * MIB })),
  'a limit and nothing else': series(300, () => ({ memory_limit: LIMIT, heap_limit: LIMIT })),
  'every sample twice': series(300, rising).flatMap((sample) => [sample, sample]),
  'samples in any order': shuffled(series(300, rising)),
  'the newest first': series(300, rising).reverse(),
  'up to nine minutes ahead': series(300, rising).map((sample) => ({
    ...sample,
    time: sample.time + 9 * MINUTE,
  })),
  'a clock that was put back an hour': [
    ...series(300, rising),
    ...series(100, rising).map((sample) => ({ ...sample, time: sample.time - HOUR })),
  ],
  'one sample of a month ago, then now': [
    { time: NOW - 29 * 24 * HOUR, rss: 5, memory_limit: LIMIT },
    ...series(20, rising),
  ],
  'a sample each millisecond': series(2000, rising, 1),
  'limits of 0': series(300, (i) => ({ ...rising(i), memory_limit: 0, heap_limit: 0, heap_used: i })),
  'limits of -1': series(300, (i) => ({ ...rising(i), memory_limit: -1, heap_limit: -1, heap_used: i })),
  'limits of 2^63': series(300, (i) => ({ ...rising(i), memory_limit: 2 ** 63, heap_limit: 2 ** 63 - 4096 })),
  'a limit of one byte': series(300, (i) => ({ ...rising(i), memory_limit: 1 })),
  'a limit that is less than a byte': series(300, (i) => ({ ...rising(i), memory_limit: 5e-324 })),
  'a limit that changes all the time': series(300, (i) => ({ ...rising(i), memory_limit: LIMIT + (i % 7) })),
  'memory above its limit': series(300, (i) => ({ rss: 2 * LIMIT + i * MIB, memory_limit: LIMIT })),
  'memory of 0': series(300, () => ({ rss: 0, heap_used: 0, heap_after_gc: 0, memory_limit: LIMIT })),
  'memory near 2^62': series(300, (i) => ({ rss: 2 ** 61 + i * 2 ** 52, memory_limit: 2 ** 62 - 2 ** 10 })),
  'fractions of a byte': series(300, (i) => ({ rss: 5e-324 * i, memory_limit: 1.5 })),
  'units mixed up by 1024': series(300, (i) => {
    const { rss, memory_limit } = rising(i);
    return { rss: i % 2 === 0 ? rss : rss / 1024, memory_limit };
  }),
  'a unit that changes for good': series(300, (i) => {
    const { rss, memory_limit } = rising(i);
    return i < 150 ? { rss, memory_limit } : { rss: rss / 1024, memory_limit: memory_limit / 1024 };
  }),
  'a live set without heap in use': series(300, (i) => ({
    heap_after_gc: 100 * MIB + i * MIB,
    heap_limit: LIMIT,
  })),
  'heap in use that is now and then missing': series(300, (i) => ({
    ...(i % 3 === 0 ? { heap_used: 100 * MIB + i * MIB } : { rss: 200 * MIB }),
    heap_limit: LIMIT,
  })),
  'more heap than physical memory': series(300, (i) => ({
    rss: 100 * MIB,
    heap_used: 500 * MIB + i * MIB,
    memory_limit: LIMIT,
    heap_limit: LIMIT,
  })),
  'counters that fall at every sample': series(300, (i) => ({
    ...rising(i),
    gc_count: 300 - i,
    gc_pause_total: 300 - i,
    requests_total: 300 - i,
  })),
  'counters without end': series(300, (i) => ({
    ...rising(i),
    gc_count: i * 1e300,
    gc_pause_total: i * 1e305,
    requests_total: 1.7e308,
  })),
  'a start in the future': series(300, (i) => ({ ...rising(i), start_time: NOW / 1000 + 9000 })),
  'a start at every sample': series(300, (i) => ({ ...rising(i), start_time: NOW / 1000 - 9000 + i * 15 })),
  'a start of 0': series(300, (i) => ({ ...rising(i), start_time: 0 })),
  'readiness that flaps': series(300, (i) => ({ ready: i % 2 })),
  'labels that change at every sample': series(300, (i) => ({ ...rising(i), labels: { version: `${i}` } })),
};

/** What the service says is odd about them, for those where it is sure. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'a constant series': [],
  'one sample': ['one-sample'],
  'nothing but nulls': [],
  'samples without any limit': ['no-limit'],
  'a limit and nothing else': ['no-memory'],
  'every sample twice': [],
  'limits of 0': ['no-limit', 'small-use'],
  'limits of -1': ['no-limit', 'small-use'],
  'limits of 2^63': ['no-limit'],
  'a limit of one byte': ['wrong-limit-unit'],
  'memory above its limit': ['rss-above-limit'],
  'memory of 0': ['no-memory'],
  'units mixed up by 1024': ['changing-unit'],
  'a unit that changes for good': ['changing-unit'],
  'more heap than physical memory': ['heap-above-rss'],
  'counters that fall at every sample': ['endless-restarts'],
  'a start in the future': ['start-ahead'],
  'a start at every sample': ['endless-restarts'],
  'readiness that flaps': ['no-memory'],
  'labels that change at every sample': ['endless-restarts'],
};

async function open(
  t: Parameters<typeof buildService>[0],
): Promise<{ service: BuiltService; clock: RoundClock }> {
  const clock = new RoundClock(NOW);
  return { clock, service: await buildService(t, { clock, rules: RULES }) };
}

async function sane({ api }: BuiltService, node: string): Promise<void> {
  await checkSane(api, node);
}

function assertNoFaults({ logText }: BuiltService): void {
  const faults = logText()
    .split('\n')
    .filter((line) => /"level":[56]0/.test(line));
  assert.deepEqual(faults, []);
}

describe('odd telemetry', () => {
  it('is taken, and every answer about it makes sense', async (t) => {
    const { service, clock } = await open(t);
    for (const [name, samples] of Object.entries(ODDITIES)) {
      await service.api.push(samples.map((sample) => ({ ...sample, node: name }) as Sample));
    }
    await clock.pass(2 * SECOND);
    for (const name of Object.keys(ODDITIES)) {
      await t.test(name, () => sane(service, name));
    }
    await clock.pass(20 * MINUTE, MINUTE);
    for (const [name, codes] of Object.entries(TOLD)) {
      await t.test(`${name}, told as such`, async () => {
        const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
        const { odd } = await service.api.get<{ odd: { code: string }[] }>(path);
        assert.deepEqual(odd.map(({ code }) => code).sort(), [...codes].sort(), JSON.stringify(odd));
      });
    }
    for (const name of Object.keys(ODDITIES)) {
      await t.test(`${name}, then silence`, () => sane(service, name));
    }
    assertNoFaults(service);
  });

  it('is the same again after a restart', async (t) => {
    const { service, clock } = await open(t);
    for (const [name, samples] of Object.entries(ODDITIES)) {
      await service.api.push(samples.map((sample) => ({ ...sample, node: name }) as Sample));
    }
    await clock.pass(2 * SECOND);
    await service.close();
    const again = await buildService(t, { clock, folder: service.folder });
    await clock.pass(2 * SECOND);
    for (const name of Object.keys(ODDITIES)) await t.test(name, () => sane(again, name));
    assertNoFaults(again);
  });

  it('is counted by code in the metrics, and no longer when it has been mended', async (t) => {
    const { service, clock } = await open(t);
    const counted = () => service.api.metric('headroom_odd_nodes{code="no-limit"}');
    for (const node of ['limits of 0', 'limits of -1', 'a constant series']) {
      await service.api.push(ODDITIES[node].map((sample) => ({ ...sample, node }) as Sample));
    }
    assert.equal(await counted(), 0);
    await clock.pass(2 * MINUTE);
    assert.equal(await counted(), 2);
    await service.api.push({ node: 'limits of 0', time: clock.now(), rss: 600 * MIB, memory_limit: LIMIT });
    await clock.pass(2 * MINUTE);
    assert.equal(await counted(), 1);
  });

  it('above its limit is a breach now, and without a limit is no forecast', async (t) => {
    const { service, clock } = await open(t);
    const names = ['memory above its limit', 'limits of 0', 'limits of -1', 'limits of 2^63'];
    for (const node of names) {
      await service.api.push(ODDITIES[node].map((sample) => ({ ...sample, node }) as Sample));
    }
    await clock.pass(2 * SECOND);
    const [above, ...unlimited] = await Promise.all(names.map((node) => checkSane(service.api, node)));
    assert.equal(above.length, 1);
    assert.ok(above[0].probability! > 0.9, JSON.stringify(above[0]));
    assert.ok(above[0].breach_p50! <= clock.now() + MINUTE, JSON.stringify(above[0]));
    assert.deepEqual(unlimited, [[], [], []]);
  });

  it('that cannot be is refused by line and field, and the good of it kept', async (t) => {
    const { service } = await open(t);
    const { api } = service;
    const lines = ['rss=1', 'rss=-1', 'rss=NaN', 'rss=9223372036854775808', 'rss=1e400', 'rss=2', 'ready=7'];
    const { status, text } = await api.sendLines(
      lines.map((fields, i) => `m,node=n ${fields} ${NOW + i}`).join('\n'),
    );
    assert.equal(status, 400, text);
    const { accepted, refusals } = JSON.parse(text);
    assert.equal(accepted, 2);
    assert.deepEqual(
      refusals.map(({ line }: { line: number }) => line),
      [2, 3, 4, 5, 7],
    );
    const bad = [
      { node: 'n', rss: -1 },
      { node: 'n', rss: 2 ** 63 },
      { node: 'n', rss: 'NaN' },
      { node: 'n', rss: 5, time: NOW + 11 * MINUTE },
      { node: 'n', rss: 5, time: NOW - 31 * 24 * HOUR },
      { node: '', rss: 5 },
      { node: 'n', rss: 3, time: NOW + 9 },
    ];
    const answer = await api.send(bad);
    assert.equal(answer.status, 400, answer.text);
    assert.deepEqual(
      JSON.parse(answer.text).refusals.map(({ path }: { path: string }) => path),
      ['[0].rss', '[1].rss', '[2].rss', '[3].time', '[4].time', '[5].node'],
    );
    assert.deepEqual(await api.samples('n', 'rss', NOW, NOW + HOUR), [
      [NOW, 1],
      [NOW + 5, 2],
      [NOW + 9, 3],
    ]);
  });

  it('from nodes with odd names can be asked for by name', async (t) => {
    const { service, clock } = await open(t);
    const names = [
      '__proto__',
      'constructor',
      'a/b',
      '..',
      '%2F',
      'né 🚀',
      'a b',
      'x'.repeat(256),
      '?x=1',
      '#',
    ];
    await service.api.push(names.map((node, i) => ({ node, rss: i + 1, labels: { toString: 'x' } })));
    await clock.pass(2 * SECOND);
    for (const [i, node] of names.entries()) {
      // A client resolves `..` before it sends, so that one can only be seen in the list.
      if (node === '..') continue;
      await checkSane(service.api, node);
      const { latest, labels } = await service.api.get<{ latest: object; labels: object }>(
        `/api/v1/nodes/${encodeURIComponent(node)}`,
      );
      assert.equal(
        JSON.stringify([latest, labels]),
        JSON.stringify([{ rss: i + 1 }, { toString: 'x' }]),
        node,
      );
    }
    assertNoFaults(service);
  });
});

describe('the clock of the service', () => {
  it('may go back an hour: nothing is lost, alerts stay, and rounds go on', async (t) => {
    class SetBackClock extends RoundClock {
      shift = 0;
      override now(): number {
        return super.now() + this.shift;
      }
    }
    const clock = new SetBackClock(NOW);
    const service = await buildService(t, { clock, rules: RULES });
    const leak: Leak = { node: 'r', start: NOW - HOUR, base: 500 * MIB, perHour: 480 * MIB, limit: LIMIT };
    await service.api.push(leakSamples(leak, leak.start, NOW, 5 * SECOND));
    await clock.pass(2 * SECOND);
    const firing = (await service.api.alerts('?state=firing')).map(({ id }) => id);
    assert.ok(firing.length > 0);

    clock.shift = -HOUR;
    const other: Leak = { ...leak, node: 'other', start: NOW - 2 * HOUR };
    await service.api.push(leakSamples(other, other.start, NOW - HOUR, 5 * SECOND));
    clock.advance(SECOND);
    await checkSane(service.api, 'r');
    await checkSane(service.api, 'other');
    const still = new Set((await service.api.alerts('?state=firing')).map(({ id }) => id));
    assert.deepEqual(
      firing.filter((id) => !still.has(id)),
      [],
    );
    assertNoFaults(service);
  });
});

describe('anything at all', () => {
  const RUNS = { numRuns: 150, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false };
  const signal = fc.constantFrom(...SIGNALS);
  const number = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(0, -1, 2 ** 63, 2 ** 62, 1e308, -0, 5e-324, NOW, NOW * 1e6),
  );
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('node', 'host', '__proto__'),
  );
  const sample = fc.dictionary(
    fc.oneof(signal, fc.constantFrom('node', 'time', 'labels'), name),
    fc.oneof(number, fc.string(), fc.constantFrom('r-1', 'r-2'), fc.jsonValue()),
    { maxKeys: 8 },
  );
  const line = fc
    .tuple(name, fc.array(fc.tuple(name, name), { maxLength: 3 }), fc.array(fc.tuple(signal, number)), number)
    .map(([measurement, tags, fields, time]) => {
      const tagText = tags.map(([key, value]) => `,${key}=${value}`).join('');
      const fieldText = fields.map(([key, value]) => `${key}=${value}`).join(',');
      return `${measurement}${tagText} ${fieldText} ${time}`;
    });
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .oneof(sample, fc.array(sample), fc.jsonValue())
      .map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    fc.array(line, { maxLength: 5 }).map((lines) => Buffer.from(lines.join('\n'))),
    fc.array(sample).map((samples) => Buffer.from(samples.map((each) => JSON.stringify(each)).join('\n'))),
  );
  const query = fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'precision',
          'db',
          'bucket',
          'u',
          'p',
          'signal',
          'from',
          'to',
          'state',
          'node',
          'status',
          'q',
        ),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 20 }),
          number.map(String),
          signal,
          fc.constantFrom('ms', 's', 'ns', 'firing', '2026-11-23T08:00:00Z', '9e99', '-9e15'),
        ),
      ),
      { maxLength: 4 },
    )
    .map((pairs) => new URLSearchParams(pairs).toString());
  /** Also what no client would make: raw characters as they may stand in a request line. */
  const rawQuery = fc.oneof(query, fc.stringMatching(/^[!-~]{0,40}$/));

  async function send(service: BuiltService, method: string, path: string, headers = {}, bytes?: Buffer) {
    const { port } = new URL(service.api.url);
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  it('sent to a path that writes is never answered with a 500', async (t) => {
    const { service, clock } = await open(t);
    const routes = ['/api/v2/write', '/write', '/api/v1/telemetry', '/query', '/api/v1/outbox/x/resend'];
    const headers = fc.record(
      {
        'content-type': fc.constantFrom(
          'application/json',
          'application/x-ndjson',
          'text/plain',
          'application/json; charset=latin1',
          'nonsense',
        ),
        'content-encoding': fc.constantFrom('gzip', 'identity', 'br', 'gzip, gzip', ''),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        rawQuery,
        headers,
        body,
        fc.boolean(),
        async (route, asked, given, plain, isPacked) => {
          const bytes = isPacked ? gzipSync(plain) : plain;
          const { status, text } = await send(service, 'POST', `${route}?${asked}`, given, bytes);
          assert.ok(status >= 200 && status < 500, `${status} ${text}`);
          assert.doesNotMatch(text, /\n {4}at |node_modules/);
          if (status >= 400) assert.ok(JSON.parse(text).message, text);
        },
      ),
      RUNS,
    );
    await clock.pass(2 * SECOND);
    const { nodes } = await service.api.get<{ nodes: { node: string }[] }>('/api/v1/nodes');
    for (const { node } of nodes.slice(0, 30))
      if (node !== '.' && node !== '..') await checkSane(service.api, node);
    assertNoFaults(service);
  });

  it('asked of a path that reads is never answered with a 500', async (t) => {
    const { service, clock } = await open(t);
    await service.api.push(series(50, rising).map((each) => ({ ...each, node: 'r-1' }) as Sample));
    await clock.pass(2 * SECOND);
    const node = fc.oneof(
      fc.constantFrom('r-1', 'none'),
      fc.string({ unit: 'binary', maxLength: 20 }).map(encodeURIComponent),
      fc.stringMatching(/^[!-~]{1,20}$/),
    );
    const route = fc.oneof(
      fc.constantFrom('nodes', 'alerts', 'rules', 'outbox', '../../metrics', '../../docs/json'),
      node.map((one) => `nodes/${one}`),
      node.map((one) => `nodes/${one}/forecast`),
      node.map((one) => `nodes/${one}/samples`),
      node.map((one) => `outbox/${one}`),
    );
    const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'DELETE', 'PUT', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, route, rawQuery, async (verb, path, asked) => {
        const { status, text } = await send(service, verb, `/api/v1/${path}?${asked}`);
        assert.ok(status >= 200 && status < 500, `${status} ${text}`);
        assert.doesNotMatch(text, /\n {4}at |node_modules/);
      }),
      { ...RUNS, numRuns: 300 },
    );
    await checkSane(service.api, 'r-1');
    assertNoFaults(service);
  });
});
