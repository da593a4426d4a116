import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../support/random.js';
import { compress, headersOf } from '../support/remote-write.js';
import { buildReceiver, type Kept, NOW } from './support.js';

const PATH = '/api/v1/write';
const SIGNAL_OF: Readonly<Record<string, string>> = {
  process_resident_memory_bytes: 'rss',
  nodejs_heap_size_used_bytes: 'heap_used',
  nodejs_heap_size_limit_bytes: 'heap_limit',
};
const METRICS = Object.keys(SIGNAL_OF);

interface Sample {
  readonly node: string;
  readonly metric: string;
  readonly time: number;
  /** The double as it goes over the wire. */
  readonly value: Buffer;
}

type Form = (value: Buffer, time: bigint) => Buffer;

const key = (byte: number) => Buffer.from([byte]);

/** As everybody writes it. */
const usual: Form = (value, time) => Buffer.concat([key(0x09), value, key(0x10), varint(time)]);

/** Other ways to write the same. */
const OTHERS: readonly Form[] = [
  (value, time) => Buffer.concat([key(0x10), varint(time), key(0x09), value]),
  (value, time) => Buffer.concat([usual(value, time), Buffer.from([0x78, 1])]),
  (value, time) => Buffer.concat([Buffer.from([0x7a, 1, 65]), usual(value, time)]),
  (value, time) => Buffer.concat([usual(value, 7n), usual(value, time)]),
  // Longer than it need be.
  (value, time) => Buffer.concat([key(0x09), value, key(0x10), padded(varint(BigInt.asUintN(64, time)))]),
];

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function padded(number: Buffer): Buffer {
  if (number.length >= 10) return number;
  return Buffer.from([...number.subarray(0, -1), number[number.length - 1] | 0x80, 0]);
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([key((number << 3) | 2), varint(BigInt(bytes.length)), bytes]);
}

function label(name: string, value: string): Buffer {
  return field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]));
}

function bodyOf(samples: readonly Sample[], form: Form): Uint8Array {
  const series = samples.map(({ node, metric, time, value }) => {
    const labels = [label('__name__', metric), label('node', node)];
    return field(1, Buffer.concat([...labels, field(2, form(value, BigInt(time)))]));
  });
  return new Uint8Array(compress(Buffer.concat(series)));
}

const VALUES: readonly bigint[] = [
  0n,
  0x8000000000000000n,
  0x7ff0000000000002n,
  0x7ff8000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0xbff0000000000000n,
];

function samplesOf(random: () => number): Sample[] {
  const below = (count: number) => Math.floor(random() * count);
  const times = [0, 1, NOW, NOW - 1000, NOW - 5, NOW + 60_000, 2 ** 42 - 1, 2 ** 42, -1, -5_000_000_000];
  return Array.from({ length: 1 + below(30) }, () => {
    const value = Buffer.alloc(8);
    if (below(3) === 0) value.writeBigUInt64LE(VALUES[below(VALUES.length)]);
    else value.writeDoubleLE(1e6 + below(1e9));
    // Most of them good and of few nodes and times, so that they meet.
    const time = below(8) === 0 ? times[below(times.length)] : NOW - below(3);
    return { node: `n-${below(4)}`, metric: METRICS[below(METRICS.length)], time, value };
  });
}

/** One row per node and time, the value sent last in each column. */
function merged(rows: readonly Kept[]): Map<string, Kept> {
  const found = new Map<string, Kept>();
  for (const row of rows) {
    const at = `${row.node} ${row.time}`;
    found.set(at, { ...found.get(at), ...row });
  }
  return found;
}

/** What must be kept of good samples: a limit of nothing is none. */
function expected(samples: readonly Sample[]): Map<string, Kept> {
  const good = samples.flatMap(({ node, metric, time, value }) => {
    const found = value.readDoubleLE();
    const isLimit = metric === METRICS[2];
    const isGood = isLimit ? found >= 1 && found < 2 ** 62 : found >= 0 && found < 2 ** 62;
    if (!isGood || Math.abs(time - NOW) > 600_000) return [];
    return [{ node, labels: {}, time, [SIGNAL_OF[metric]]: found }];
  });
  return merged(good);
}

describe('samples of remote write', () => {
  it('are the same in whatever form and order they are written', async (t) => {
    const random = seededRandom(20_261_201);
    const [one, other] = [await buildReceiver(t), await buildReceiver(t)];
    for (let run = 0; run < 300; run++) {
      const samples = samplesOf(random);
      const said = `run ${run}`;
      const form = OTHERS[run % OTHERS.length];
      one.kept.length = 0;
      other.kept.length = 0;
      const asUsual = await one.post(PATH, bodyOf(samples, usual), headersOf(1));
      const otherwise = await other.post(PATH, bodyOf(samples, form), headersOf(1));
      assert.equal(asUsual.status, otherwise.status, said);
      assert.equal(asUsual.text, otherwise.text, said);
      assert.deepEqual(one.kept, other.kept, said);
      assert.deepEqual(merged(one.kept), expected(samples), said);
    }
    const texts = await Promise.all(
      [one, other].map(({ metrics }) => metrics.getSingleMetricAsString('headroom_receive_samples_total')),
    );
    assert.equal(texts[0], texts[1]);
  });

  it('of thousands of nodes in one body are all kept', async (t) => {
    const receiver = await buildReceiver(t);
    const samples = Array.from({ length: 5000 }, (_, i) => {
      const value = Buffer.alloc(8);
      value.writeDoubleLE(1e6 + i);
      return { node: `n-${i}`, metric: METRICS[0], time: NOW, value };
    });
    assert.equal((await receiver.post(PATH, bodyOf(samples, usual), headersOf(1))).status, 204);
    assert.deepEqual(
      receiver.kept.map(({ rss }) => rss),
      samples.map((_, i) => 1e6 + i),
    );
  });

  it('cut short within are refused, at every byte', async (t) => {
    const receiver = await buildReceiver(t);
    const value = Buffer.alloc(8);
    value.writeDoubleLE(1e8);
    const sample = field(2, usual(value, BigInt(NOW)));
    const labels = Buffer.concat([label('__name__', METRICS[0]), label('node', 'n-1')]);
    for (let length = 1; length < sample.length; length++) {
      const series = Buffer.concat([labels, sample.subarray(0, length)]);
      const answer = await receiver.post(PATH, new Uint8Array(compress(field(1, series))), headersOf(1));
      assert.equal(answer.status, 400, `${length} bytes`);
      assert.equal(answer.json.code, 'bad-protobuf', `${length} bytes`);
    }
    assert.deepEqual(receiver.kept, []);
  });
});
