import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  bodyOf,
  compress,
  encode,
  headersOf,
  type Version,
  type WireSeries,
} from '../../support/remote-write.js';
import { buildReceiver, NOW } from '../support.js';

const PATH = '/api/v1/write';
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_124);
/** Bodies; more by FUZZ_RUNS. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 250);
const MIB = 2 ** 20;

type Random = (below: number) => number;

/** Whole numbers from 0 to below `below`, the same ones for the same seed. */
function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return (below) => (generator.next() >>> 0) % below;
}

function seriesOf(random: Random): WireSeries {
  const name = ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes', 'x_total', ''][random(4)];
  const labels: [string, string][] = [
    ['__name__', name],
    ['node', `n-${random(50)}`],
    ['job', ['edge', ''][random(8) ? 0 : 1]],
  ];
  if (random(6) === 0) labels.push(labels[random(3)]);
  if (random(6) === 0) labels.reverse();
  const values = [0, 1e8, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_VALUE];
  const samples = Array.from(
    { length: random(3) },
    () => [NOW - random(5000), values[random(6)], random(2)] as const,
  );
  const histograms = random(8)
    ? []
    : [{ countInt: random(3), sum: 1, positiveDeltas: [random(3)], timestamp: NOW }];
  return { labels, samples, histograms, exemplars: random(2) };
}

/** What happens to a message before it is compressed. */
const DAMAGES: readonly ((body: Buffer, random: Random) => Buffer)[] = [
  (body) => body,
  (body, random) => body.subarray(0, random(body.length + 1)),
  (body, random) => {
    const copy = Buffer.from(body);
    for (let i = random(8); i >= 0 && copy.length > 0; i--) copy[random(copy.length)] ^= 1 << random(8);
    return copy;
  },
  // A field that nobody knows, of any wire type, those that are gone included.
  (body, random) => Buffer.concat([Buffer.from([0x78 | random(8), 1, random(256), random(256)]), body]),
  // Messages within messages.
  (body, random) => {
    let nested = body;
    for (let depth = random(200); depth > 0; depth--) {
      if (nested.length > 30_000) break;
      nested = Buffer.concat([Buffer.from([[0x0a, 0x2a, 0x12][random(3)]]), varint(nested.length), nested]);
    }
    return nested;
  },
  // A length that is not there.
  (body, random) => Buffer.concat([body, Buffer.from([0x0a]), varint(random(2 ** 31)), body.subarray(0, 9)]),
  (body, random) => Buffer.from(Array.from({ length: body.length }, () => random(256))),
];

/** What happens to the compressed body. */
const SQUEEZES: readonly ((body: Buffer, random: Random) => Buffer)[] = [
  compress,
  compress,
  compress,
  (body) => body,
  (body, random) => {
    const squeezed = compress(body);
    return squeezed.subarray(0, random(squeezed.length + 1));
  },
  (body, random) => {
    const squeezed = compress(body);
    squeezed[random(squeezed.length)] ^= 1 << random(8);
    return squeezed;
  },
  // A length that lies.
  (body, random) => Buffer.concat([varint(random(2 ** 31)), compress(body).subarray(2)]),
];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Bodies of so many nodes, others for each batch. Written over one template, for a million are many. */
function manyNodes(version: Version, count: number): (batch: number) => Buffer {
  const series = Array.from({ length: count }, (_, i) => ({
    labels: [
      ['__name__', 'process_resident_memory_bytes'],
      ['node', `m-000-${i}`],
    ] as const,
    samples: [[NOW, 1]] as const,
  }));
  const message = encode(version, series);
  const places: number[] = [];
  for (let at = message.indexOf('m-000-'); at !== -1; at = message.indexOf('m-000-', at + 6))
    places.push(at + 2);
  return (batch) => {
    const digits = String(batch).padStart(3, '0');
    for (const at of places) message.write(digits, at, 'latin1');
    return literals(message);
  };
}

/** Snappy that does not compress: literals of 64 KiB. */
function literals(message: Buffer): Buffer {
  const pieces: Buffer[] = [varint(message.length)];
  for (let at = 0; at < message.length; at += 65_536) {
    const piece = message.subarray(at, at + 65_536);
    pieces.push(Buffer.from([0xf4, (piece.length - 1) & 0xff, (piece.length - 1) >> 8]), piece);
  }
  return Buffer.concat(pieces);
}

/** Heap and buffers after a collection, where one can be had. */
function usedMiB(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}

async function receiverOf(t: TestContext) {
  const receiver = await buildReceiver(t, { limits: { nodes: 1000 } });
  const post = (version: Version, body: Buffer) =>
    receiver.post(PATH, new Uint8Array(body), headersOf(version));
  const good = (version: Version, node: string, value: number) =>
    bodyOf(version, [
      {
        labels: [
          ['__name__', 'process_resident_memory_bytes'],
          ['node', node],
        ],
        samples: [[NOW, value]],
      },
    ]);
  /** Somebody else's good samples are taken, and are what they were. */
  const assertUnharmed = async (value: number) => {
    for (const version of [1, 2] as const) {
      receiver.kept.length = 0;
      const answer = await post(version, good(version, 'honest', value));
      assert.equal(answer.status, 204, answer.text);
      assert.deepEqual(receiver.kept, [{ node: 'honest', labels: {}, time: NOW, rss: value }]);
    }
    receiver.kept.length = 0;
  };
  return { ...receiver, post, assertUnharmed };
}

describe('remote write of anything', () => {
  it('is taken or refused with a reason, never answered 5xx, and harms nobody else', async (t) => {
    const { post, assertUnharmed, metrics } = await receiverOf(t);
    const random = randomOf(SEED);
    const statuses = new Map<number, number>();
    const before = usedMiB();
    for (let run = 0; run < RUNS; run++) {
      const version = (1 + random(2)) as Version;
      const message = encode(
        version,
        Array.from({ length: random(12) }, () => seriesOf(random)),
      );
      const damaged = DAMAGES[random(DAMAGES.length)](message, random);
      const body = SQUEEZES[random(SQUEEZES.length)](damaged, random);
      const said = `run ${run} of seed ${SEED}: version ${version}, ${body.toString('base64').slice(0, 2000)}`;
      const answer = await post(version, body);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      assert.ok([204, 400, 413, 429].includes(answer.status), `${answer.status} ${answer.text}; ${said}`);
      if (answer.status !== 204)
        assert.ok(answer.json.message.length > 10 && answer.json.cure.length > 10, said);
      if (version === 2)
        assert.match(answer.headers.get('x-prometheus-remote-write-samples-written') ?? '0', /^\d+$/);
      if (run % 100 === 0) await assertUnharmed(run + 1);
    }
    assert.ok(statuses.get(204)! > RUNS / 20 && statuses.get(400)! > RUNS / 5, JSON.stringify([...statuses]));
    assert.ok(usedMiB() - before < 200, `${before} MiB before, ${usedMiB()} after`);
    const { values } = await metrics.getSingleMetric('headroom_receive_request_seconds')!.get();
    const counted = values
      .filter(
        ({ labels, ...value }) =>
          labels.status === '400' && 'metricName' in value && String(value.metricName).endsWith('_count'),
      )
      .reduce((sum, { value }) => sum + value, 0);
    assert.equal(counted, statuses.get(400));
  });

  it('that claims to be large is refused before memory is taken', async (t) => {
    const { post, assertUnharmed } = await receiverOf(t);
    const zeros = compress(Buffer.alloc(64 * MIB));
    const before = process.memoryUsage().rss / MIB;
    for (const body of [zeros, Buffer.concat([varint(2 ** 32 - 1), Buffer.alloc(100)])]) {
      for (const version of [1, 2] as const) {
        const answer = await post(version, body);
        assert.equal(answer.status, 413);
        assert.equal(answer.json.code, 'too-large');
      }
    }
    assert.equal((await post(1, Buffer.concat([varint(30 * MIB), Buffer.alloc(100)]))).status, 400);
    // Within the limit, and nothing but an empty series 15 million times.
    const bomb = compress(Buffer.alloc(30 * MIB, Buffer.from([0x0a, 0])));
    const answer = await post(1, bomb);
    assert.equal(answer.status, 400);
    assert.equal(answer.json.refused, 15 * MIB);
    await assertUnharmed(7);
    assert.ok(process.memoryUsage().rss / MIB - before < 400);
  });

  it('of a million nodes takes bounded memory, and leaves those that were there alone', async (t) => {
    const { post, assertUnharmed, registry } = await receiverOf(t);
    await assertUnharmed(1);
    const before = usedMiB();
    const PER_BODY = 10_000;
    const templates = { 1: manyNodes(1, PER_BODY), 2: manyNodes(2, PER_BODY) } as const;
    // A million with FUZZ_RUNS.
    const batches = process.env.FUZZ_RUNS ? 100 : 4;
    for (let batch = 0; batch < batches; batch++) {
      const version = batch % 2 === 0 ? 1 : 2;
      const answer = await post(version, templates[version](batch));
      assert.ok([400, 429].includes(answer.status), answer.text);
      assert.equal(answer.json.code, 'too-many-nodes');
      if (batch % 3 === 0) await assertUnharmed(batch + 2);
    }
    await assertUnharmed(1000);
    assert.equal(registry.nodes.length, 1000);
    const grown = usedMiB() - before;
    assert.ok(grown < 600, `grew by ${grown} MiB`);
  });
});
