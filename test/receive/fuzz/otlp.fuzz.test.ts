import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { damaged, fuzz, residentMiB } from '../../support/fuzz.js';
import {
  attribute,
  encodeOtlp,
  gauge,
  JSON_TYPE,
  PROTOBUF_TYPE,
  RpcStatus,
  request,
  resource,
} from '../../support/otlp.js';
import { otlpMessages } from '../../support/otlp-messages.js';
import { type Answer, buildReceiver, NOW, type Receiver } from '../support.js';

const ZIP = { 'content-encoding': 'gzip' };

/** Bad data is the sender's: no 5xx, and a reason that is said and counted. */
async function expectReason(receiver: Receiver, answer: Answer, isJson: boolean): Promise<void> {
  assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
  if (answer.status < 300) return;
  const status = isJson ? answer.json : RpcStatus.toObject(RpcStatus.decode(answer.bytes));
  assert.ok(status.message.length > 10, 'a reason');
  const counted = `headroom_receive_request_seconds_count{protocol="otlp",status="${answer.status}"}`;
  assert.ok((await receiver.metrics.metrics()).includes(counted), counted);
}

/** What another agent sends meanwhile is taken, and is what it sent. */
async function expectGoodTaken(receiver: Receiver, value: number): Promise<void> {
  receiver.kept.length = 0;
  const good = request(
    resource('good', [gauge('process.memory.usage', { time: NOW, more: { asInt: value } })]),
  );
  const answer = await receiver.post('/v1/metrics', encodeOtlp(good), PROTOBUF_TYPE);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(receiver.kept, [{ node: 'good', labels: {}, time: NOW, rss: value }]);
}

const binary = otlpMessages(NOW).map((message) => encodeOtlp(message));
const json = otlpMessages(NOW).map((message) => Buffer.from(JSON.stringify(message)));

test('damaged protobuf', async (t) => {
  const receiver = await buildReceiver(t);
  let value = 0;
  await fuzz(damaged(binary), async (body) => {
    await expectReason(receiver, await receiver.post('/v1/metrics', body, PROTOBUF_TYPE), false);
    await expectGoodTaken(receiver, ++value);
  });
});

test('damaged JSON', async (t) => {
  const receiver = await buildReceiver(t);
  let value = 0;
  await fuzz(damaged(json), async (body) => {
    await expectReason(receiver, await receiver.post('/v1/metrics', body, JSON_TYPE), true);
    await expectGoodTaken(receiver, ++value);
  });
});

test('damaged gzip, and bytes that mean nothing', async (t) => {
  const receiver = await buildReceiver(t);
  const zipped = damaged(binary.map((body) => gzipSync(body)));
  await fuzz(zipped, async (body) => {
    await expectReason(
      receiver,
      await receiver.post('/v1/metrics', body, { ...PROTOBUF_TYPE, ...ZIP }),
      false,
    );
  });
  await fuzz(fc.uint8Array({ maxLength: 300 }), async (body) => {
    await expectReason(receiver, await receiver.post('/v1/metrics', body, PROTOBUF_TYPE), false);
  });
  await expectGoodTaken(receiver, 7);
});

test('bombs: gzip, nesting in protobuf and in JSON', async (t) => {
  const receiver = await buildReceiver(t);
  const zeros = await receiver.post('/v1/metrics', gzipSync(Buffer.alloc(40 * 2 ** 20)), {
    ...PROTOBUF_TYPE,
    ...ZIP,
  });
  assert.equal(zeros.status, 413);
  const brackets = await receiver.post('/v1/metrics', '['.repeat(2_000_000), JSON_TYPE);
  assert.equal(brackets.status, 400);
  const deep = `{"x":${'['.repeat(200_000)}${']'.repeat(200_000)},"resourceMetrics":[]}`;
  assert.equal((await receiver.post('/v1/metrics', deep, JSON_TYPE)).status, 200, 'unknown and ignored');
  let nested: Buffer = Buffer.from([0x0a, 0x01, 0x61]);
  for (let depth = 0; depth < 1000; depth++) nested = wrap(5, wrap(1, nested));
  const point = Buffer.concat([wrap(7, Buffer.concat([wrap(1, Buffer.from('a')), wrap(2, nested)]))]);
  const metric = Buffer.concat([wrap(1, Buffer.from('process.memory.usage')), wrap(5, wrap(1, point))]);
  const answer = await receiver.post('/v1/metrics', wrap(1, wrap(2, wrap(2, metric))), PROTOBUF_TYPE);
  assert.equal(answer.status, 400);
  assert.match(answer.text, /more than 16 levels/);
  await expectGoodTaken(receiver, 7);
});

test('empty and repeated attributes', async (t) => {
  const receiver = await buildReceiver(t);
  const metric = gauge('process.memory.usage', { time: NOW, more: { asInt: 1 } });
  const body = request(
    resource(
      'n-1',
      [metric],
      { key: '', value: { stringValue: 'x' } },
      { key: 'pool' },
      attribute('pool', 'a'),
    ),
    resource('n-2', [metric], attribute('pool', 'a'), attribute('pool', 'b')),
  );
  assert.equal((await receiver.post('/v1/metrics', encodeOtlp(body), PROTOBUF_TYPE)).status, 200);
  assert.deepEqual(
    receiver.kept.map(({ labels }) => labels),
    [{ pool: 'a' }, { pool: 'b' }],
  );
});

test('a million nodes from one agent: memory is bounded, the others are taken', async (t) => {
  const receiver = await buildReceiver(t, { limits: { nodes: 1000 } });
  await expectGoodTaken(receiver, 1);
  const nodes = Number(process.env.FUZZ_RUNS ? 1_000_000 : 30_000);
  const a = 10_000;
  const body = (from: number) => {
    const metric = gauge('process.memory.usage', { time: NOW, more: { asInt: 1 } });
    const some = Array.from({ length: a }, (_, i) => resource(`invented-${from + i}`, [metric]));
    return encodeOtlp(request(...some));
  };
  let most = 0;
  const before = residentMiB();
  for (let from = 0; from < nodes; from += a) {
    const { status } = await receiver.post('/v1/metrics', body(from), PROTOBUF_TYPE);
    assert.ok(status === 200 || status === 429, String(status));
    receiver.kept.length = 0;
    most = Math.max(most, residentMiB() - before);
  }
  t.diagnostic(`${Math.round(most)} MiB more`);
  assert.ok(most < 600, `${most} MiB more`);
  assert.ok(receiver.registry.nodes.length <= 1000);
  await expectGoodTaken(receiver, 2);
  assert.match(await receiver.metrics.metrics(), /refused_total\{protocol="otlp",reason="too-many-nodes"\}/);
});

/** A field of bytes around bytes. */
function wrap(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length, rest]), bytes]);
}
