import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../src/problem.js';
import { SnappyDecoder } from '../../src/receive/snappy.js';
import {
  bodyOf,
  CONTENT_TYPES,
  compress,
  encode,
  headersOf,
  type Version,
  type WireSeries,
} from '../support/remote-write.js';
import { type Answer, buildReceiver, NOW, type Receiver } from './support.js';

const PATH = '/api/v1/write';
const VERSIONS: readonly Version[] = [1, 2];
const RSS = 'process_resident_memory_bytes';
/** Prometheus: "this series ended". */
const STALE = new DataView(new BigUint64Array([0x7ff0000000000002n]).buffer).getFloat64(0, true);

const labelsOf = (name: string, node = 'r-1', more: readonly (readonly [string, string])[] = []) =>
  [['__name__', name], ['job', 'edge'], ['node', node], ...more] as const;
const seriesOf = (name: string, value: number, node = 'r-1', time = NOW): WireSeries => ({
  labels: labelsOf(name, node),
  samples: [[time, value]],
});

function send({ post }: Receiver, version: Version, series: readonly WireSeries[]): Promise<Answer> {
  return post(PATH, new Uint8Array(bodyOf(version, series)), headersOf(version));
}

/** Samples, histograms and exemplars that an answer says were written. */
function writtenOf({ headers }: Answer): (string | null)[] {
  return ['samples', 'histograms', 'exemplars'].map((kind) =>
    headers.get(`x-prometheus-remote-write-${kind}-written`),
  );
}

async function countOf({ metrics }: Receiver, name: string): Promise<number> {
  const { values } = await metrics.getSingleMetric(name)!.get();
  return values
    .filter(({ labels }) => labels.protocol === 'remote-write')
    .reduce((sum, { value }) => sum + value, 0);
}

for (const version of VERSIONS) {
  describe(`remote write ${version}.0`, () => {
    it('makes one row of the series of a node', async (t) => {
      const receiver = await buildReceiver(t);
      const answer = await send(receiver, version, [
        seriesOf(RSS, 1e8),
        seriesOf('nodejs_heap_size_used_bytes', 5e7),
        seriesOf('process_cpu_seconds_total', 3),
        seriesOf(RSS, 2e8, 'r-2'),
      ]);
      assert.equal(answer.status, 204);
      assert.equal(answer.text, '');
      const labels = { job: 'edge' };
      assert.deepEqual(receiver.kept, [
        { node: 'r-1', labels, time: NOW, rss: 1e8, heap_used: 5e7 },
        { node: 'r-2', labels, time: NOW, rss: 2e8 },
      ]);
      assert.deepEqual(writtenOf(answer), version === 2 ? ['4', '0', '0'] : [null, null, null]);
      assert.equal(await countOf(receiver, 'headroom_receive_samples_total'), 3);
      assert.equal(await countOf(receiver, 'headroom_receive_lines_ignored_total'), 1);
    });

    it('takes a value of 0, which stands for itself by its absence', async (t) => {
      const receiver = await buildReceiver(t);
      assert.equal((await send(receiver, version, [seriesOf(RSS, 0)])).status, 204);
      assert.equal(receiver.kept[0]?.rss, 0);
    });

    it('takes special values of a series without a signal', async (t) => {
      const receiver = await buildReceiver(t);
      for (const value of [1, STALE, Number.NaN, Infinity, -Infinity]) {
        for (const labels of [
          [['__name__', 'some_metric']],
          [
            ['__name__', 'some_metric'],
            ['instance', 'localhost:9090'],
            ['job', 'test\njob\n'],
          ],
          [
            ['__name__', 'resource.cpu.usage'],
            ['instance.name', 'localhost:9090'],
          ],
          [
            ['__name__', 'resource cpu usage'],
            ['job name', 'testjob'],
          ],
        ] as const) {
          const answer = await send(receiver, version, [{ labels, samples: [[NOW, value]] }]);
          assert.equal(answer.status, 204, answer.text);
          if (version === 2) assert.deepEqual(writtenOf(answer), ['1', '0', '0']);
        }
      }
      assert.deepEqual(receiver.kept, []);
    });

    it('takes a stale marker and any other NaN for no value', async (t) => {
      const receiver = await buildReceiver(t);
      const body = [
        seriesOf(RSS, STALE),
        seriesOf('nodejs_heap_size_used_bytes', Number.NaN),
        seriesOf('go_memstats_heap_alloc_bytes', 7, 'r-2'),
      ];
      assert.equal((await send(receiver, version, body)).status, 204);
      assert.deepEqual(
        receiver.kept.map(({ node }) => node),
        ['r-2'],
      );
      assert.equal(await countOf(receiver, 'headroom_receive_lines_ignored_total'), 2);
    });

    it('refuses series with bad labels, says which, and keeps the others', async (t) => {
      const name = ['__name__', RSS] as const;
      const cases: readonly (readonly [labels: WireSeries['labels'], message: string])[] = [
        [[], 'found no label __name__, expected the name of the metric in it'],
        [[['node', 'r-1']], 'found no label __name__, expected the name of the metric in it'],
        [[name, ['node', 'a'], ['node', 'b']], 'found the label "node" twice'],
        [[name, ['node', '']], 'found the label "node" without a value, expected it left out'],
        [[name, ['', 'x']], 'found a label without a name'],
      ];
      for (const [labels, message] of cases) {
        const receiver = await buildReceiver(t);
        const good = ['r-2', 'r-3', 'r-4'].map((node) => seriesOf(RSS, 1, node));
        const answer = await send(receiver, version, [{ labels, samples: [[NOW, 1]] }, ...good]);
        assert.equal(answer.status, 400);
        const { code, accepted, refused, refusals } = answer.json;
        assert.deepEqual({ code, accepted, refused }, { code: 'bad-sample', accepted: 3, refused: 1 });
        assert.deepEqual(refusals, [{ code: 'bad-sample', path: 'timeseries[0]', message }]);
        assert.equal(receiver.kept.length, 3);
        if (version === 2) assert.deepEqual(writtenOf(answer), ['3', '0', '0']);
        assert.equal(await countOf(receiver, 'headroom_receive_lines_refused_total'), 1);
      }
    });

    it('takes labels in any order, as vmagent sends them', async (t) => {
      const receiver = await buildReceiver(t);
      const labels = [...labelsOf(RSS)].reverse();
      assert.equal((await send(receiver, version, [{ labels, samples: [[NOW, 1]] }])).status, 204);
      assert.deepEqual(receiver.kept, [{ node: 'r-1', labels: { job: 'edge' }, time: NOW, rss: 1 }]);
    });

    it('refuses a value that its signal cannot have, and times out of range', async (t) => {
      const receiver = await buildReceiver(t);
      const answer = await send(receiver, version, [
        seriesOf(RSS, -1),
        seriesOf(RSS, Infinity),
        {
          labels: labelsOf(RSS),
          samples: [
            [NOW, 1],
            [NOW + 3_600_000, 1],
            [0, 1],
          ],
        },
      ]);
      assert.equal(answer.status, 400);
      assert.deepEqual(
        answer.json.refusals.map(({ path }: { path: string }) => path),
        [
          'timeseries[0].samples[0]',
          'timeseries[1].samples[0]',
          'timeseries[2].samples[1]',
          'timeseries[2].samples[2]',
        ],
      );
      assert.equal(receiver.kept.length, 1);
      if (version === 2) assert.deepEqual(writtenOf(answer), ['1', '0', '0']);
    });

    it('takes samples again and out of order', async (t) => {
      const receiver = await buildReceiver(t);
      const samples = [
        [NOW, 3],
        [NOW - 2000, 1],
        [NOW - 1000, 2],
        [NOW, 3],
      ] as const;
      for (let i = 0; i < 2; i++) {
        const answer = await send(receiver, version, [{ labels: labelsOf(RSS), samples }]);
        assert.equal(answer.status, 204);
      }
      const values = new Map(receiver.kept.map(({ time, rss }) => [time, rss]));
      assert.deepEqual([...values].sort(), [
        [NOW - 2000, 1],
        [NOW - 1000, 2],
        [NOW, 3],
      ]);
    });

    it('reads count and sum of native histograms, and leaves exemplars', async (t) => {
      const receiver = await buildReceiver(t);
      const histogram = { countInt: 4, sum: 0.5, positiveDeltas: [2, -1], zeroCountInt: 1, timestamp: NOW };
      const answer = await send(receiver, version, [
        { labels: labelsOf('go_gc_duration_seconds'), histograms: [histogram], exemplars: 2 },
        { labels: labelsOf('some_histogram'), histograms: [histogram, histogram] },
      ]);
      assert.equal(answer.status, 204, answer.text);
      const [{ gc_pause_total, gc_count }] = receiver.kept;
      assert.deepEqual({ gc_pause_total, gc_count }, { gc_pause_total: 0.5, gc_count: 4 });
      if (version === 2) assert.deepEqual(writtenOf(answer), ['0', '3', '2']);
    });

    it('refuses a histogram whose buckets are not what is counted, and one among samples', async (t) => {
      const receiver = await buildReceiver(t);
      const bad = { countInt: 9, sum: 1, positiveDeltas: [1], timestamp: NOW };
      const good = { countInt: 0, timestamp: NOW };
      const answer = await send(receiver, version, [
        { labels: labelsOf('a'), histograms: [bad] },
        { labels: labelsOf('b'), samples: [[NOW, 1]], histograms: [good] },
      ]);
      assert.equal(answer.status, 400);
      assert.match(
        answer.json.message,
        /found 1 observations in the buckets, expected the 9 that are counted/,
      );
      assert.match(answer.json.message, /found samples and histograms in one series, expected one of them/);
      if (version === 2) assert.deepEqual(writtenOf(answer), ['1', '0', '0']);
    });

    it('answers 401 without a token and 403 with one of people', async (t) => {
      const token = (name: string) => [{ name, token: `${name}-secret` }];
      const receiver = await buildReceiver(t, {
        tokens: { agents: token('agents'), people: token('people') },
      });
      const body = new Uint8Array(bodyOf(version, [seriesOf(RSS, 1)]));
      const statusWith = async (authorization?: string) =>
        (await receiver.post(PATH, body, { ...headersOf(version), ...(authorization && { authorization }) }))
          .status;
      assert.equal(await statusWith(), 401);
      assert.equal(await statusWith('Bearer people-secret'), 403);
      assert.equal(await statusWith('Bearer agents-secret'), 204);
      const basic = Buffer.from('any:agents-secret').toString('base64');
      assert.equal(await statusWith(`Basic ${basic}`), 204);
    });

    it('answers with Retry-After under load, and with none of it written', async (t) => {
      for (const code of ['store-busy', 'shutting-down'] as const) {
        const receiver = await buildReceiver(t, {
          accept: () => Promise.reject(new Problem(code, 'not now')),
        });
        const answer = await send(receiver, version, [seriesOf(RSS, 1)]);
        assert.ok([429, 503].includes(answer.status), String(answer.status));
        assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
        if (version === 2) assert.deepEqual(writtenOf(answer), ['0', '0', '0']);
      }
    });

    it('refuses nodes over the limit without harm to those that are known', async (t) => {
      const receiver = await buildReceiver(t, { limits: { nodes: 2 } });
      await send(receiver, version, [seriesOf(RSS, 1, 'a'), seriesOf(RSS, 1, 'b')]);
      receiver.kept.length = 0;
      const mixed = await send(receiver, version, [seriesOf(RSS, 2, 'a'), seriesOf(RSS, 2, 'c')]);
      assert.equal(mixed.status, 400);
      assert.equal(mixed.json.code, 'too-many-nodes');
      assert.deepEqual(
        receiver.kept.map(({ node }) => node),
        ['a'],
      );
      const onlyNew = await send(receiver, version, [seriesOf(RSS, 2, 'c')]);
      assert.equal(onlyNew.status, 429);
      assert.equal(onlyNew.headers.get('retry-after'), '60');
    });

    it('reads what another library writes', async (t) => {
      const receiver = await buildReceiver(t);
      const label = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
      const wireSeries = fc.record({
        name: fc.constantFrom(
          RSS,
          'nodejs_heap_size_used_bytes',
          'something_else',
          'go_gc_duration_seconds_sum',
        ),
        node: fc.constantFrom('r-1', 'r-2', 'knoten-ä'),
        more: fc.dictionary(label, label, { maxKeys: 4 }),
        samples: fc.array(
          fc.tuple(
            fc.integer({ min: NOW - 1000, max: NOW }),
            fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e15, noNaN: true })),
          ),
          { maxLength: 3 },
        ),
      });
      const signals: Record<string, string> = {
        [RSS]: 'rss',
        nodejs_heap_size_used_bytes: 'heap_used',
        go_gc_duration_seconds_sum: 'gc_pause_total',
      };
      await fc.assert(
        fc.asyncProperty(fc.array(wireSeries, { maxLength: 12 }), async (all) => {
          receiver.kept.length = 0;
          const body = all.map(({ name, node, more, samples }) => {
            const own = Object.entries(more).filter(([key]) => key !== 'node' && key !== '__name__');
            return {
              labels: [
                ...labelsOf(name, node).filter(([key]) => !(key in more)),
                ['__name__', name],
                ['node', node],
                ...own,
              ].filter(([key], i, list) => list.findIndex(([other]) => other === key) === i),
              samples,
            } as WireSeries;
          });
          const answer = await send(receiver, version, body);
          assert.equal(answer.status, 204, answer.text);
          // The last one of a cell stands, whichever row it came in.
          const expected = new Map<string, number>();
          for (const { name, node, samples } of all) {
            for (const [time, value] of samples)
              if (signals[name]) expected.set(`${node} ${time} ${signals[name]}`, value + 0);
          }
          const found = new Map<string, number>();
          for (const { node, time, labels: _, ...values } of receiver.kept) {
            for (const [signal, value] of Object.entries(values))
              found.set(`${node} ${time} ${signal}`, value as number);
          }
          assert.deepEqual([...found].sort(), [...expected].sort());
        }),
        { numRuns: 150, seed: 20_261_124 },
      );
    });
  });
}

describe('remote write', () => {
  const good = [seriesOf(RSS, 1)];

  it('goes by the content type, and refuses those that it does not know with 415', async (t) => {
    const receiver = await buildReceiver(t);
    const cases: readonly (readonly [type: string, version: Version, status: number])[] = [
      ['application/x-protobuf', 1, 204],
      ['application/x-protobuf;proto=prometheus.WriteRequest', 1, 204],
      ['application/x-protobuf; proto="prometheus.WriteRequest"', 1, 204],
      [CONTENT_TYPES[2], 2, 204],
      ['application/x-protobuf;proto=io.prometheus.write.v3.Request', 2, 415],
      ['application/json', 1, 415],
      ['image/png', 1, 415],
    ];
    for (const [type, version, status] of cases) {
      const headers = { ...headersOf(version), 'content-type': type };
      const answer = await receiver.post(PATH, new Uint8Array(bodyOf(version, good)), headers);
      assert.equal(answer.status, status, type);
      assert.equal(receiver.kept.splice(0).length, status === 204 ? 1 : 0, type);
    }
  });

  it('takes snappy only', async (t) => {
    const receiver = await buildReceiver(t);
    for (const encoding of ['gzip', 'deflate', 'zstd', 'identity']) {
      const headers = { ...headersOf(2), 'content-encoding': encoding };
      const answer = await receiver.post(PATH, new Uint8Array(bodyOf(2, good)), headers);
      assert.equal(answer.status, 415, encoding);
      assert.match(answer.json.message, /expected snappy/);
    }
    const { 'content-encoding': _, ...without } = headersOf(1);
    assert.equal((await receiver.post(PATH, new Uint8Array(bodyOf(1, good)), without)).status, 204);
  });

  it('refuses a corrupt body with 400 and keeps nothing of it', async (t) => {
    const receiver = await buildReceiver(t);
    for (const [first, code] of [
      [0x30, 'bad-snappy'],
      [0xff, 'bad-snappy'],
    ] as const) {
      for (const version of VERSIONS) {
        const body = bodyOf(version, good);
        body[0] = first;
        const answer = await receiver.post(PATH, new Uint8Array(body), headersOf(version));
        assert.equal(answer.status, 400);
        assert.equal(answer.json.code, code);
      }
    }
    const broken = compress(Buffer.concat([encode(1, good), Buffer.from([0x0a, 0x7f, 1])]));
    const answer = await receiver.post(PATH, new Uint8Array(broken), headersOf(1));
    assert.equal(answer.status, 400);
    assert.match(answer.json.message, /^byte \d+: found a length of 127 where 1 bytes are left$/);
    assert.deepEqual(receiver.kept, []);
  });

  it('takes an empty message for what it is', async (t) => {
    const receiver = await buildReceiver(t);
    for (const version of VERSIONS) assert.equal((await send(receiver, version, [])).status, 204);
    assert.equal((await receiver.post(PATH, '', headersOf(1))).status, 400);
  });

  it('refuses a symbol that is not there, and keeps the other series', async (t) => {
    const receiver = await buildReceiver(t);
    // A series of one packed reference pair (1, 99), and one whose references are odd.
    const bad = [0x2a, 4, 0x0a, 2, 1, 99, 0x2a, 3, 0x0a, 1, 1];
    const body = compress(Buffer.concat([encode(2, good), Buffer.from(bad)]));
    const answer = await receiver.post(PATH, new Uint8Array(body), headersOf(2));
    assert.equal(answer.status, 400);
    assert.match(
      answer.json.message,
      /timeseries\[1\] found symbol 99, expected one of the \d+ that are there/,
    );
    assert.match(answer.json.message, /timeseries\[2\] found an odd number of labels_refs/);
    assert.equal(receiver.kept.length, 1);
  });

  it('reads labels that stand behind the samples, and references that are not packed', async (t) => {
    const receiver = await buildReceiver(t);
    const label = (name: string, value: string) =>
      Buffer.concat([
        Buffer.from([0x0a, name.length + value.length + 4, 0x0a, name.length]),
        Buffer.from(name),
        Buffer.from([0x12, value.length]),
        Buffer.from(value),
      ]);
    const time = encode(1, [{ labels: [], samples: [[NOW, 5]] }]).subarray(2);
    const one = Buffer.concat([label('__name__', RSS), time, label('node', 'late')]);
    const body = Buffer.concat([Buffer.from([0x0a, one.length]), one]);
    for (let i = 0; i < 2; i++)
      assert.equal((await receiver.post(PATH, new Uint8Array(compress(body)), headersOf(1))).status, 204);
    const texts = ['', '__name__', RSS, 'node', 'loose'];
    const symbols = texts.map((text) => Buffer.concat([Buffer.from([0x22, text.length]), Buffer.from(text)]));
    const refs = Buffer.from([1, 2, 3, 4].flatMap((ref) => [0x08, ref]));
    const two = Buffer.concat([refs, time]);
    const loose = Buffer.concat([Buffer.from([0x2a, two.length]), two, ...symbols]);
    const answer = await receiver.post(PATH, new Uint8Array(compress(loose)), headersOf(2));
    assert.equal(answer.status, 204, answer.text);
    assert.deepEqual(
      receiver.kept.map(({ node, rss }) => [node, rss]),
      [
        ['late', 5],
        ['late', 5],
        ['loose', 5],
      ],
    );
  });

  it('ignores metadata and fields that are not known', async (t) => {
    const receiver = await buildReceiver(t);
    for (const version of VERSIONS) {
      const unknown = Buffer.from([0x1a, 2, 0x08, 1, 0xf8, 0x07, 1, 0xfd, 0x07, 1, 2, 3, 4]);
      const body = compress(Buffer.concat([unknown, encode(version, good), unknown]));
      assert.equal((await receiver.post(PATH, new Uint8Array(body), headersOf(version))).status, 204);
    }
    assert.equal(receiver.kept.length, 2);
  });
});

describe('snappy', () => {
  const decoder = new SnappyDecoder();

  it('is decoded as another library encodes it', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 400 }))
        .map(([bytes, times]) =>
          Uint8Array.from({ length: bytes.length * times }, (_, i) => bytes[i % bytes.length]),
        ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const plain = Buffer.concat(pieces);
        assert.ok(decoder.decode(compress(plain), 1e6).equals(plain));
      }),
      { numRuns: 500, seed: 20_261_124 },
    );
  });

  it('of runs of any length from any distance is what its bytes say, up to the last one', () => {
    const seed = Buffer.from('0123456789abcdef');
    for (let offset = 1; offset <= seed.length; offset++) {
      for (let run = 1; run <= 64; run++) {
        const expected = [...seed];
        for (let i = 0; i < run; i++) expected.push(expected[expected.length - offset]);
        for (const tail of [[], [...seed]]) {
          const literal = (bytes: readonly number[]) =>
            bytes.length ? [(bytes.length - 1) << 2, ...bytes] : [];
          const copy = [((run - 1) << 2) | 2, offset, 0];
          const length = expected.length + tail.length;
          const body = Buffer.from([length, ...literal([...seed]), ...copy, ...literal(tail)]);
          assert.deepEqual([...decoder.decode(body, 1e6)], [...expected, ...tail], `${offset} ${run}`);
        }
      }
    }
  });

  it('of long runs and far copies is decoded, too', () => {
    const noise = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 2_654_435_761) >>> 13));
    const plain = Buffer.concat([noise, noise.subarray(0, 60_000), Buffer.alloc(300_000, 'ab'), noise]);
    assert.ok(decoder.decode(compress(plain), 1e6).equals(plain));
  });

  it('that lies about its length, or is too long, is refused before memory is taken', () => {
    const claim = (length: number) =>
      Buffer.from([
        (length & 0x7f) | 0x80,
        ((length >> 7) & 0x7f) | 0x80,
        ((length >> 14) & 0x7f) | 0x80,
        length >> 21,
        0,
        65,
      ]);
    assert.throws(() => decoder.decode(claim(20e6), 32e6), { code: 'bad-snappy' });
    assert.throws(() => decoder.decode(claim(40e6), 32e6), { code: 'too-large' });
    for (const bytes of [
      [],
      [5],
      [0xff, 0xff, 0xff, 0xff, 0xff, 1],
      [4, 0, 65],
      [1, 4, 65, 65],
      [4, 1, 1],
      [4, 0, 65, 1, 9],
      [4, 0xf0],
      [4, 0, 65, 2, 0],
    ])
      assert.throws(() => decoder.decode(Buffer.from(bytes), 1e6), { code: 'bad-snappy' }, String(bytes));
  });
});
