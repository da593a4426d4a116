import fc from 'fast-check';
import { type Message, nanos } from './otlp.js';

const NAMES = [
  'process.memory.usage',
  'process.runtime.go.mem.heap_alloc',
  'go.memory.gc.pause.duration',
  'requests_total',
  'system.cpu.load',
];

const text = fc.oneof(
  fc.constantFrom('', 'a', 'pool', 'edge'),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const anyValue: fc.Arbitrary<Message> = fc.letrec<{ value: Message }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.integer().map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({
        values: fc.uniqueArray(fc.record({ key: text, value: tie('value') }), {
          maxLength: 3,
          selector: ({ key }) => key,
        }),
      }),
    }),
  ),
})).value;
const attributes = fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 3 });

/** Points of the ten minutes before `now`, mostly good ones. */
function pointFields(now: number) {
  const time = fc.integer({ min: -600, max: 5 }).map((s) => nanos(now + s * 1000));
  return {
    timeUnixNano: time,
    startTimeUnixNano: fc.option(time, { nil: '0' }),
    attributes,
    flags: fc.constantFrom(0, 0, 0, 1),
  };
}

function metric(now: number): fc.Arbitrary<Message> {
  const shared = pointFields(now);
  const number = fc.oneof(
    fc.record({ ...shared, asInt: fc.integer({ min: -5 }).map(String) }),
    fc.record({ ...shared, asDouble: fc.double({ min: -1, max: 1e12, noNaN: true }) }),
    fc.record(shared),
  );
  const count = {
    ...shared,
    count: fc.nat(1000).map(String),
    sum: fc.double({ min: 0, max: 1e6, noNaN: true }),
  };
  const counted = fc.record(count, { requiredKeys: ['timeUnixNano', 'count'] });
  const points = <T>(point: fc.Arbitrary<T>) => fc.array(point, { maxLength: 4 });
  const head = { name: fc.constantFrom(...NAMES), unit: fc.constantFrom('', 'By', 's') };
  const aggregationTemporality = fc.constantFrom(0, 1, 2);
  return fc.oneof(
    fc.record({ ...head, gauge: fc.record({ dataPoints: points(number) }) }),
    fc.record({
      ...head,
      sum: fc.record({ dataPoints: points(number), aggregationTemporality, isMonotonic: fc.boolean() }),
    }),
    fc.record({ ...head, histogram: fc.record({ dataPoints: points(counted), aggregationTemporality }) }),
    fc.record({
      ...head,
      exponentialHistogram: fc.record({ dataPoints: points(counted), aggregationTemporality }),
    }),
    fc.record({ ...head, summary: fc.record({ dataPoints: points(counted) }) }),
  );
}

/** Requests of a few nodes, with points of all kinds, good and bad. */
export function otlpMessages(now: number): fc.Arbitrary<Message> {
  const scope = fc.record({ name: text, version: text, attributes });
  const scopeMetrics = fc.array(fc.record({ scope, metrics: fc.array(metric(now), { maxLength: 4 }) }), {
    maxLength: 2,
  });
  const resource = fc.tuple(fc.constantFrom('n-1', 'n-2', 'n-3'), attributes).map(([node, more]) => ({
    attributes: [...more, { key: 'host.name', value: { stringValue: node } }],
  }));
  const resourceMetrics = fc.array(fc.record({ resource, scopeMetrics }), { maxLength: 3 });
  return fc.record({ resourceMetrics });
}
