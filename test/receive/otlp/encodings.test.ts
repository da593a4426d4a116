import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../../support/fuzz.js';
import { encodeOtlp, JSON_TYPE, OtlpResponse, PROTOBUF_TYPE } from '../../support/otlp.js';
import { otlpMessages } from '../../support/otlp-messages.js';
import { buildReceiver, NOW } from '../support.js';

test('protobuf as protobufjs writes it means the same as the same message in JSON', async (t) => {
  const binary = await buildReceiver(t);
  const json = await buildReceiver(t);
  let kept = 0;
  await fuzz(otlpMessages(NOW), async (message) => {
    binary.kept.length = json.kept.length = 0;
    const left = await binary.post('/v1/metrics', encodeOtlp(message), PROTOBUF_TYPE);
    const right = await json.post('/v1/metrics', JSON.stringify(message), JSON_TYPE);
    assert.equal(left.status, right.status, `${left.text} | ${right.text}`);
    assert.deepEqual(binary.kept, json.kept);
    kept += binary.kept.length;
    if (left.status !== 200) return;
    const decoded = OtlpResponse.toObject(OtlpResponse.decode(left.bytes), { longs: String });
    assert.deepEqual(decoded, right.json);
  });
  t.diagnostic(`${kept} rows`);
  assert.ok(kept > 20, `only ${kept} rows were kept`);
});
