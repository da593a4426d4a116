import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Problem } from '../../../src/problem.js';
import {
  encodeOtlp,
  gauge,
  JSON_TYPE,
  type Message,
  OtlpResponse,
  PROTOBUF_TYPE,
  RpcStatus,
  request,
  resource,
} from '../../support/otlp.js';
import { type Answer, buildReceiver, NOW } from '../support.js';

const GOOD = gauge('process.memory.usage', { time: NOW, more: { asInt: '5' } });
const BAD = gauge('process.memory.usage', { time: NOW + 1000, more: { asInt: '-5' } });

const ENCODINGS = [
  {
    encoding: 'protobuf',
    type: PROTOBUF_TYPE,
    encode: encodeOtlp,
    response: ({ bytes }: Answer) => OtlpResponse.toObject(OtlpResponse.decode(bytes), { longs: Number }),
    status: ({ bytes }: Answer) => RpcStatus.toObject(RpcStatus.decode(bytes)),
  },
  {
    encoding: 'JSON',
    type: JSON_TYPE,
    encode: (message: Message) => Buffer.from(JSON.stringify(message)),
    response: ({ text }: Answer) => JSON.parse(text),
    status: ({ text }: Answer) => JSON.parse(text),
  },
];

for (const { encoding, type, encode, response, status } of ENCODINGS) {
  const isOfType = (answer: Answer) =>
    assert.ok(answer.headers.get('content-type')?.startsWith(type['content-type']), 'type of the request');

  test(`${encoding}: a good body is answered with an empty response, plain and zipped`, async (t) => {
    const { post, kept, metrics } = await buildReceiver(t);
    const body = encode(request(resource('n-1', [GOOD])));
    for (const answer of [
      await post('/v1/metrics', body, type),
      await post('/v1/metrics', gzipSync(body), { ...type, 'content-encoding': 'gzip' }),
    ]) {
      assert.equal(answer.status, 200);
      isOfType(answer);
      assert.deepEqual(response(answer), {});
    }
    assert.deepEqual(kept, [
      { node: 'n-1', labels: {}, time: NOW, rss: 5 },
      { node: 'n-1', labels: {}, time: NOW, rss: 5 },
    ]);
    const text = await metrics.metrics();
    assert.match(text, /headroom_receive_samples_total\{protocol="otlp"\} 2/);
    assert.match(text, /headroom_receive_request_seconds_count\{protocol="otlp",status="200"\} 2/);
  });

  test(`${encoding}: a request without data is a success`, async (t) => {
    const { post } = await buildReceiver(t);
    for (const message of [
      {},
      { resourceMetrics: [] },
      { resourceMetrics: [{}] },
      { resourceMetrics: [{ scopeMetrics: [{}] }] },
    ]) {
      const answer = await post('/v1/metrics', encode(message), type);
      assert.equal(answer.status, 200);
      assert.deepEqual(response(answer), {});
    }
  });

  test(`${encoding}: what is refused of a body is counted and named, the rest is kept`, async (t) => {
    const { post, kept, metrics } = await buildReceiver(t);
    const answer = await post('/v1/metrics', encode(request(resource('n-1', [GOOD, BAD]))), type);
    assert.equal(answer.status, 200);
    isOfType(answer);
    const { rejectedDataPoints, errorMessage } = response(answer).partialSuccess;
    assert.equal(Number(rejectedDataPoints), 1);
    assert.equal(
      errorMessage,
      'partial write: 1 of 2 refused; resourceMetrics[0].scopeMetrics[0].metrics[1].gauge.dataPoints[0] rss (process.memory.usage): found -5, expected bytes from 0 to below 2^62. Correct the field that the answer names.',
    );
    assert.equal(kept.length, 1);
    assert.match(
      await metrics.metrics(),
      /headroom_receive_lines_refused_total\{protocol="otlp",reason="bad-sample"\} 1/,
    );
  });

  test(`${encoding}: a body of nothing but bad points is 400 with a Status`, async (t) => {
    const { post } = await buildReceiver(t);
    const answer = await post('/v1/metrics', encode(request(resource('n-1', [BAD]))), type);
    assert.equal(answer.status, 400);
    isOfType(answer);
    const { code, message } = status(answer);
    assert.equal(code, 3);
    assert.match(message, /^1 of 1 refused; resourceMetrics\[0\].*found -5, expected bytes/);
  });

  test(`${encoding}: new nodes beyond the limit are 429 alone, and refused points beside good ones`, async (t) => {
    const { post, kept } = await buildReceiver(t, { limits: { nodes: 1 } });
    await post('/v1/metrics', encode(request(resource('n-1', [GOOD]))), type);
    const alone = await post('/v1/metrics', encode(request(resource('n-2', [GOOD]))), type);
    assert.equal(alone.status, 429);
    assert.equal(alone.headers.get('retry-after'), '60');
    assert.equal(status(alone).code, 8);
    const both = await post(
      '/v1/metrics',
      encode(request(resource('n-2', [GOOD]), resource('n-1', [GOOD]))),
      type,
    );
    assert.equal(both.status, 200);
    assert.equal(Number(response(both).partialSuccess.rejectedDataPoints), 1);
    assert.equal(kept.length, 2);
  });

  const failures: readonly [string, Problem, number, string | null][] = [
    ['busy', new Problem('store-busy', 'the queue is full', { retryAfterMs: 1500 }), 503, '2'],
    ['failed', new Problem('store-failed', 'the disk is full'), 503, '1'],
    ['stopping', new Problem('shutting-down', 'the service stops'), 503, '1'],
  ];
  for (const [what, problem, expected, retryAfter] of failures) {
    test(`${encoding}: a store that is ${what} is ${expected}, so that it is sent again`, async (t) => {
      const { post } = await buildReceiver(t, {
        accept: async () => {
          throw problem;
        },
      });
      const answer = await post('/v1/metrics', encode(request(resource('n-1', [GOOD]))), type);
      assert.equal(answer.status, expected);
      assert.equal(answer.headers.get('retry-after'), retryAfter);
      isOfType(answer);
      assert.equal(status(answer).code, 14);
      assert.ok(status(answer).message.startsWith(`${problem.message}. `));
    });
  }

  test(`${encoding}: tokens`, async (t) => {
    const tokens = {
      agents: [{ name: 'a', token: 'agent-secret' }],
      people: [{ name: 'p', token: 'people-secret' }],
    };
    const { post } = await buildReceiver(t, { tokens });
    const body = encode(request(resource('n-1', [GOOD])));
    const as = (token: string) => post('/v1/metrics', body, { ...type, authorization: `Bearer ${token}` });
    assert.equal((await as('agent-secret')).status, 200);
    const unknown = await as('other-secret');
    assert.deepEqual([unknown.status, status(unknown).code], [401, 16]);
    const person = await as('people-secret');
    assert.deepEqual([person.status, status(person).code], [403, 7]);
    isOfType(person);
  });

  test(`${encoding}: too large, and not what it says`, async (t) => {
    const { post, kept } = await buildReceiver(t, {
      limits: { bodyBytes: 2000, decompressedBytes: 5000 },
    });
    const zip = { ...type, 'content-encoding': 'gzip' };
    const cases: readonly [Uint8Array | string, Record<string, string>, number, RegExp][] = [
      ['x'.repeat(2001), type, 413, /too large/],
      [gzipSync(Buffer.alloc(100_000)), zip, 413, /more than 5000 bytes/],
      ['no gzip', zip, 400, /not gzip/],
      ['x', { ...type, 'content-encoding': 'br' }, 415, /"br", expected gzip/],
    ];
    for (const [body, headers, expected, message] of cases) {
      const answer = await post('/v1/metrics', body, headers);
      assert.equal(answer.status, expected);
      isOfType(answer);
      assert.match(status(answer).message, message);
    }
    assert.deepEqual(kept, []);
  });
}

test('another content type is 415, and the answer says so in JSON', async (t) => {
  const { post } = await buildReceiver(t);
  const answer = await post('/v1/metrics', 'x', { 'content-type': 'text/plain' });
  assert.equal(answer.status, 415);
  assert.match(answer.json.message, /Unsupported Media Type/);
});

test('what is no such protobuf is 400, with the byte', async (t) => {
  const { post, kept } = await buildReceiver(t);
  const whole = encodeOtlp(request(resource('n-1', [GOOD])));
  const cases: readonly [Buffer, RegExp][] = [
    [Buffer.from('{"resourceMetrics":[]}'), /^byte \d+: found/],
    [whole.subarray(0, whole.length - 1), /^byte 1: found a length of \d+ where \d+ bytes are left/],
    [Buffer.from([0x08, 0x01]), /wire type 0 for resource_metrics, expected 2/],
    [Buffer.from([0x0b]), /wire type 3/],
  ];
  for (const [body, message] of cases) {
    const answer = await post('/v1/metrics', body, PROTOBUF_TYPE);
    assert.equal(answer.status, 400);
    assert.match(String(RpcStatus.toObject(RpcStatus.decode(answer.bytes)).message), message);
  }
  assert.deepEqual(kept, []);
});

test('what is no such JSON is 400, with the place', async (t) => {
  const { post, kept } = await buildReceiver(t);
  const point = (fields: string) =>
    `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{${fields}}]}}]}]}]}`;
  const at = 'resourceMetrics\\[0\\].scopeMetrics\\[0\\].metrics\\[0\\].gauge.dataPoints\\[0\\]';
  const cases: readonly [string, string][] = [
    ['', '^1:1: found the end of the text, expected a value'],
    ['{"resourceMetrics":', '^1:20: found the end of the text'],
    ['[]', 'found an array, expected an object'],
    ['{"resourceMetrics":{}}', '^resourceMetrics: found an object, expected an array'],
    [point('"asInt":"x"'), `^${at}.asInt: found "x", expected an integer`],
    [point('"asInt":1.5'), `^${at}.asInt: found 1.5, expected an integer`],
    [point('"timeUnixNano":true'), `^${at}.timeUnixNano: found true, expected an integer`],
    [point('"asDouble":"1e"'), `^${at}.asDouble: found "1e", expected a number`],
    [
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA"}}]}]}]}',
      'aggregationTemporality: found "AGGREGATION_TEMPORALITY_DELTA", expected an integer',
    ],
    [
      point(
        `"attributes":[{"key":"a","value":${'{"arrayValue":{"values":['.repeat(20)}{}${']}}'.repeat(20)}}]`,
      ),
      'found an attribute of more than 16 levels',
    ],
  ];
  for (const [body, message] of cases) {
    const answer = await post('/v1/metrics', body, JSON_TYPE);
    assert.equal(answer.status, 400, body);
    assert.match(answer.json.message, new RegExp(message));
  }
  assert.deepEqual(kept, []);
});

test('fields that are not known are ignored, as are names in snake_case', async (t) => {
  const { post, kept } = await buildReceiver(t);
  const message = request({ ...resource('n-1', [{ ...GOOD, later: { a: [1] } }]), schema_url: 1, x: null });
  const answer = await post('/v1/metrics', JSON.stringify({ ...message, resource_metrics: 'x' }), JSON_TYPE);
  assert.equal(answer.status, 200);
  assert.equal(kept.length, 1);
});
