import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attribute,
  counted,
  encodeOtlp,
  gauge,
  JSON_TYPE,
  type Message,
  OtlpResponse,
  PROTOBUF_TYPE,
  request,
  resource,
  sum,
} from '../../support/otlp.js';
import { buildReceiver, type Kept, NOW, type Receiver } from '../support.js';

const SECOND = 1000;
const START = NOW - 600 * SECOND;
const ENCODINGS = ['protobuf', 'JSON'] as const;
type Encoding = (typeof ENCODINGS)[number];

function send(receiver: Receiver, encoding: Encoding, message: Message) {
  return encoding === 'JSON'
    ? receiver.post('/v1/metrics', JSON.stringify(message), JSON_TYPE)
    : receiver.post('/v1/metrics', encodeOtlp(message), PROTOBUF_TYPE);
}

/** The rows of one body, without labels. */
async function rowsOf(receiver: Receiver, encoding: Encoding, message: Message): Promise<Kept[]> {
  receiver.kept.length = 0;
  const answer = await send(receiver, encoding, message);
  assert.equal(answer.status, 200, answer.text);
  return receiver.kept.map(({ labels: _, ...rest }) => rest);
}

interface Case {
  readonly name: string;
  /** Bodies, one after the other; the last one's rows are looked at. */
  readonly bodies: readonly (readonly Message[])[];
  readonly rows: readonly Kept[];
  /** Points refused of the last body. */
  readonly refused?: number;
}

const at = (seconds: number) => NOW + seconds * SECOND;
const delta = (from: number, to: number, value: number) => ({
  time: at(to),
  start: at(from),
  more: { asInt: String(value) },
});
const requests = (temporality: number, ...points: Parameters<typeof sum>[3][]) =>
  sum('requests_total', temporality, true, ...points);
const row = (seconds: number, signals: Kept) => ({ node: 'n-1', time: at(seconds), ...signals });

/** From the data model: https://opentelemetry.io/docs/specs/otel/metrics/data-model/ */
const CASES: readonly Case[] = [
  {
    name: 'a gauge of doubles and one of integers, in one row a time',
    bodies: [
      [
        gauge('process.memory.usage', { time: NOW, more: { asInt: '123456789' } }),
        gauge('process.runtime.go.mem.heap_alloc', { time: NOW, more: { asDouble: 1.5e7 } }),
      ],
    ],
    rows: [row(0, { rss: 123456789, heap_used: 1.5e7 })],
  },
  {
    name: 'a sum that may fall is a gauge',
    bodies: [[sum('process.memory.usage', 2, false, { time: NOW, start: START, more: { asInt: 7 } })]],
    rows: [row(0, { rss: 7, start_time: START / 1000 })],
  },
  {
    name: 'a cumulative sum keeps its value, and its start is the start of the process',
    bodies: [[requests(2, { time: NOW, start: START, more: { asInt: '41' } })]],
    rows: [row(0, { requests_total: 41, start_time: START / 1000 })],
  },
  {
    name: 'streams that began later than the process do not move its start',
    bodies: [
      [requests(2, { time: at(-10), start: START, more: { asInt: 1 } })],
      [
        counted('histogram', 'go.memory.gc.pause.duration', 2, {
          time: NOW,
          start: START + 300_000,
          more: { count: '2', sum: 0.5 },
        }),
        requests(2, { time: NOW, start: START, more: { asInt: 2 } }),
      ],
    ],
    rows: [row(0, { gc_pause_total: 0.5, gc_count: 2, requests_total: 2, start_time: START / 1000 })],
  },
  {
    name: 'a later start of the same stream is a restart',
    bodies: [
      [requests(2, { time: at(-10), start: START, more: { asInt: 100 } })],
      [requests(2, { time: NOW, start: at(-5), more: { asInt: 3 } })],
    ],
    rows: [row(0, { requests_total: 3, start_time: at(-5) / 1000 })],
  },
  {
    name: 'deltas without a gap add up',
    bodies: [[requests(1, delta(-30, -20, 3), delta(-20, -10, 2), delta(-10, 0, 5))]],
    rows: [row(-20, { requests_total: 3 }), row(-10, { requests_total: 5 }), row(0, { requests_total: 10 })],
  },
  {
    name: 'a gap between deltas resets nothing',
    bodies: [[requests(1, delta(-30, -20, 3))], [requests(1, delta(-10, 0, 4))]],
    rows: [row(0, { requests_total: 7 })],
  },
  {
    name: 'a delta that is sent again counts once, and its row is the same',
    bodies: [[requests(1, delta(-10, 0, 4))], [requests(1, delta(-10, 0, 4))]],
    rows: [row(0, { requests_total: 4 })],
  },
  {
    name: 'a delta that comes late is not added',
    bodies: [
      [requests(1, delta(-10, 0, 4))],
      [requests(1, delta(-20, -10, 9))],
      [requests(1, delta(0, 5, 1))],
    ],
    rows: [row(5, { requests_total: 5 })],
  },
  {
    name: 'streams with other attributes are added up by themselves',
    bodies: [
      [
        requests(1, delta(-20, -10, 4)),
        requests(1, {
          ...delta(-20, -5, 1),
          more: { asInt: 1, attributes: [attribute('host.name', 'n-2')] },
        }),
      ],
      [requests(1, delta(-10, 0, 2))],
    ],
    rows: [row(0, { requests_total: 6 })],
  },
  {
    name: 'deltas of a sum that may fall are refused: their total is not known',
    bodies: [
      [
        sum('process.memory.usage', 1, false, delta(-10, 0, 5)),
        gauge('process.runtime.go.mem.heap_alloc', { time: NOW, more: { asInt: 1 } }),
      ],
    ],
    rows: [row(0, { heap_used: 1 })],
    refused: 1,
  },
  {
    name: 'a negative delta of a sum that never falls is refused',
    bodies: [[requests(1, delta(-20, -10, 5), delta(-10, 0, -1))]],
    rows: [row(-10, { requests_total: 5 })],
    refused: 1,
  },
  {
    name: 'a sum without temporality is refused',
    bodies: [
      [
        requests(0, { time: NOW, more: { asInt: 1 } }),
        gauge('process.runtime.go.mem.heap_alloc', { time: NOW, more: { asInt: 1 } }),
      ],
    ],
    rows: [row(0, { heap_used: 1 })],
    refused: 1,
  },
  ...(['histogram', 'exponentialHistogram', 'summary'] as const).map((kind) => ({
    name: `${kind}: its sum and its count`,
    bodies: [
      [
        counted(kind, 'go.memory.gc.pause.duration', 2, {
          time: NOW,
          start: START,
          more: { count: '12', sum: 0.25 },
        }),
      ],
    ],
    rows: [row(0, { gc_pause_total: 0.25, gc_count: 12, start_time: START / 1000 })],
  })),
  {
    name: 'a histogram of deltas adds up in sum and count',
    bodies: [
      [
        counted(
          'histogram',
          'go.memory.gc.pause.duration',
          1,
          { time: at(-10), start: at(-20), more: { count: 2, sum: 0.5 } },
          { time: NOW, start: at(-10), more: { count: 1, sum: 0.25 } },
        ),
      ],
    ],
    rows: [row(-10, { gc_pause_total: 0.5, gc_count: 2 }), row(0, { gc_pause_total: 0.75, gc_count: 3 })],
  },
  {
    name: 'a histogram without a sum has a count',
    bodies: [[counted('histogram', 'go.memory.gc.pause.duration', 2, { time: NOW, more: { count: 3 } })]],
    rows: [row(0, { gc_count: 3 })],
  },
  {
    name: 'a point without a recorded value is passed over',
    bodies: [
      [
        gauge(
          'process.memory.usage',
          { time: NOW, more: { flags: 1 } },
          { time: at(5), more: { asInt: 9, flags: 0 } },
          { time: at(6), more: { asInt: 9, flags: 257 } },
        ),
      ],
    ],
    rows: [row(5, { rss: 9 })],
  },
  {
    name: 'a point without a value, one with NaN and one from next year are refused, others are kept',
    bodies: [
      [
        gauge(
          'process.memory.usage',
          { time: NOW },
          { time: at(1), more: { asDouble: 'NaN' } },
          { time: at(2), more: { asDouble: 5 } },
          { time: NOW + 365 * 86_400_000, more: { asDouble: 5 } },
        ),
      ],
    ],
    rows: [row(2, { rss: 5 })],
    refused: 3,
  },
  {
    name: 'a point without a time is of now',
    bodies: [[{ name: 'process.memory.usage', gauge: { dataPoints: [{ asInt: 5 }] } }]],
    rows: [row(0, { rss: 5 })],
  },
  {
    name: 'metrics that are no signal are passed over',
    bodies: [
      [
        gauge('system.cpu.load', { time: NOW, more: { asInt: 5 } }),
        { name: 'empty' },
        { name: 'empty.gauge', gauge: {} },
        gauge('process.memory.usage', { time: NOW, more: { asInt: 5 } }),
      ],
    ],
    rows: [row(0, { rss: 5 })],
  },
];

for (const encoding of ENCODINGS) {
  for (const { name, bodies, rows, refused = 0 } of CASES) {
    test(`${encoding}: ${name}`, async (t) => {
      const receiver = await buildReceiver(t);
      for (const metrics of bodies.slice(0, -1)) {
        await rowsOf(receiver, encoding, request(resource('n-1', metrics)));
      }
      receiver.kept.length = 0;
      const answer = await send(receiver, encoding, request(resource('n-1', bodies.at(-1) ?? [])));
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        receiver.kept.map(({ labels: _, ...rest }) => rest),
        rows,
      );
      const body =
        encoding === 'JSON' ? answer.json : OtlpResponse.toObject(OtlpResponse.decode(answer.bytes));
      assert.equal(Number(body.partialSuccess?.rejectedDataPoints ?? 0), refused, answer.text);
    });
  }

  test(`${encoding}: process.creation.time of the resource is the start, whatever streams say`, async (t) => {
    const receiver = await buildReceiver(t);
    const created = new Date(START).toISOString();
    const message = request(
      resource(
        'n-1',
        [requests(2, { time: NOW, start: START + 9000, more: { asInt: 1 } })],
        attribute('process.creation.time', created),
      ),
    );
    assert.deepEqual(await rowsOf(receiver, encoding, message), [
      row(0, { requests_total: 1, start_time: START / 1000 }),
    ]);
    assert.deepEqual(await rowsOf(receiver, encoding, message), [
      row(0, { requests_total: 1, start_time: START / 1000 }),
    ]);
  });

  test(`${encoding}: attributes of the point win over the scope's, and these over the resource's`, async (t) => {
    const receiver = await buildReceiver(t);
    const metric = gauge('process.memory.usage', {
      time: NOW,
      more: { asInt: 1, attributes: [attribute('pool', 'point')] },
    });
    const plain = gauge('process.runtime.go.mem.heap_alloc', { time: NOW + 1, more: { asInt: 1 } });
    await send(receiver, encoding, {
      resourceMetrics: [
        {
          resource: { attributes: [attribute('host.name', 'n-1'), attribute('pool', 'resource')] },
          scopeMetrics: [{ scope: { attributes: [attribute('pool', 'scope')] }, metrics: [plain, metric] }],
        },
      ],
    });
    assert.deepEqual(
      receiver.kept.map(({ labels }) => labels),
      [{ pool: 'scope' }, { pool: 'point' }],
    );
  });
}

test('a restarted service adds deltas up anew', async (t) => {
  const receiver = await buildReceiver(t);
  await rowsOf(receiver, 'protobuf', request(resource('n-1', [requests(1, delta(-20, -10, 50))])));
  const again = await buildReceiver(t);
  const rows = await rowsOf(again, 'protobuf', request(resource('n-1', [requests(1, delta(-10, 0, 3))])));
  assert.deepEqual(rows, [row(0, { requests_total: 3 })]);
});

test('a stream is added up over both encodings', async (t) => {
  const receiver = await buildReceiver(t);
  await rowsOf(receiver, 'protobuf', request(resource('n-1', [requests(1, delta(-20, -10, 50))])));
  const rows = await rowsOf(receiver, 'JSON', request(resource('n-1', [requests(1, delta(-10, 0, 3))])));
  assert.deepEqual(rows, [row(0, { requests_total: 53 })]);
});
