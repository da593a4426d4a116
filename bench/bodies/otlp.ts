import { SIGNALS } from '../../src/telemetry/index.js';
import { valueAt } from './process.js';

const RESOURCES = 100;
const METRICS = SIGNALS.slice(0, 8);

/** Points of one body. */
export const OTLP_POINTS = RESOURCES * METRICS.length;

/** The table of names that these bodies need. */
export const OTLP_NAMES = JSON.stringify({
  prometheus: {
    node: ['{service.instance.id}'],
    onlyLabels: ['pool', 'version', 'zone'],
    metrics: METRICS.map((signal) => ({ metric: `bench.${signal}`, signal })),
  },
});

/** Stands for the time and the value of a point in a body that is made once a lane; no text contains it. */
const TIME_AND_VALUE = Buffer.concat([fixed64(3, Buffer.alloc(8, 0xf7)), fixed64(6, Buffer.alloc(8, 0xf7))]);
const lanes = new Map<number, { readonly body: Buffer; readonly points: readonly number[] }>();

/**
 * An ExportMetricsServiceRequest: 100 nodes a lane, 8 gauges each. `time` is unix ms. The sender's work must not slow
 * what is measured, so times and values are written into a copy of the lane's body.
 */
export function otlpBody(lane: number, time: number): Buffer {
  let made = lanes.get(lane);
  if (!made) {
    const body = makeBody(lane);
    const points: number[] = [];
    for (let at = body.indexOf(TIME_AND_VALUE); at >= 0; at = body.indexOf(TIME_AND_VALUE, at + 1))
      points.push(at);
    made = { body, points };
    lanes.set(lane, made);
  }
  const body = Buffer.from(made.body);
  const nanos = BigInt(time) * 1_000_000n;
  made.points.forEach((at, index) => {
    body.writeBigUInt64LE(nanos, at + 1);
    body.writeBigInt64LE(BigInt(Math.round(valueAt(METRICS[index % METRICS.length], time, index))), at + 10);
  });
  return body;
}

function makeBody(lane: number): Buffer {
  const resources = Array.from({ length: RESOURCES }, (_, i) => {
    const attributes = Object.entries({
      'service.name': 'router',
      'service.instance.id': `o-${lane}-${i}`,
      'host.name': `host-${lane}-${i}.example`,
      pool: 'edge',
      version: '1.4.2',
      zone: 'b',
    }).map(([key, value]) => field(1, attribute(key, value)));
    const metrics = METRICS.map((signal) => {
      const gauge = field(1, TIME_AND_VALUE);
      return field(2, Buffer.concat([text(1, `bench.${signal}`), text(3, 'By'), field(5, gauge)]));
    });
    const scope = field(1, Buffer.concat([text(1, 'bench'), text(2, '1.0.0')]));
    const resource = field(1, Buffer.concat(attributes));
    return field(1, Buffer.concat([resource, field(2, Buffer.concat([scope, ...metrics]))]));
  });
  return Buffer.concat(resources);
}

function attribute(key: string, value: string): Buffer {
  return Buffer.concat([text(1, key), field(2, text(1, value))]);
}

function text(number: number, value: string): Buffer {
  return field(number, Buffer.from(value));
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function fixed64(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
