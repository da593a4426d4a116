import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Point } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { SIGNAL_FACTS, SIGNALS } from '../../src/telemetry/index.js';
import { type Kept, lineReader, NOW } from './support.js';

const T = `${NOW}000000`;

interface GoodCase {
  readonly name: string;
  readonly text: string;
  readonly precision?: string;
  readonly kept: readonly Kept[];
  readonly ignored?: number;
}

const node = (more: Kept, labels: Kept = {}): Kept => ({ node: 'r-1', labels, time: NOW, ...more });

const GOOD: readonly GoodCase[] = [
  { name: 'an integer', text: `m,node=r-1 rss=812000000i ${T}`, kept: [node({ rss: 812_000_000 })] },
  { name: 'an unsigned integer', text: `m,node=r-1 rss=812u ${T}`, kept: [node({ rss: 812 })] },
  {
    name: 'floats',
    text: `m,node=r-1 rss=1.5,heap_used=.25,heap_after_gc=5.,gc_count=7 ${T}`,
    kept: [node({ rss: 1.5, heap_used: 0.25, heap_after_gc: 5, gc_count: 7 })],
  },
  {
    name: 'exponents',
    text: `m,node=r-1 rss=1e3,heap_used=1.5E+2,gc_pause_total=25e-1 ${T}`,
    kept: [node({ rss: 1000, heap_used: 150, gc_pause_total: 2.5 })],
  },
  { name: 'minus zero', text: `m,node=r-1 gc_count=-0.0 ${T}`, kept: [node({ gc_count: -0 })] },
  {
    name: 'more digits than a double has',
    text: `m,node=r-1 gc_pause_total=0.1234567890123456789012 ${T}`,
    kept: [node({ gc_pause_total: 0.12345678901234568 })],
  },
  ...['t', 'T', 'true', 'True', 'TRUE'].map((text) => ({
    name: `boolean ${text}`,
    text: `m,node=r-1 ready=${text} ${T}`,
    kept: [node({ ready: 1 })],
  })),
  ...['f', 'F', 'false', 'False', 'FALSE'].map((text) => ({
    name: `boolean ${text}`,
    text: `m,node=r-1 ready=${text} ${T}`,
    kept: [node({ ready: 0 })],
  })),
  { name: 'no timestamp: now', text: 'm,node=r-1 rss=1', kept: [node({ rss: 1 })] },
  {
    name: 'no timestamp, spaces at the end',
    text: 'm,node=r-1 rss=1  \nm,node=r-1 rss=2 ',
    kept: [node({ rss: 1 }), node({ rss: 2 })],
  },
  {
    name: 'CRLF, empty lines and comments',
    text: `# c m,node=x rss=1\r\n\r\n  \nm,node=r-1 rss=1 ${T}\r\n#\n m,node=r-1 rss=2\r\n#`,
    kept: [node({ rss: 1 }), node({ rss: 2 })],
  },
  {
    name: 'several spaces between the parts',
    text: `m,node=r-1   rss=1   ${T}   `,
    kept: [node({ rss: 1 })],
  },
  { name: 'the last of duplicate fields', text: `m,node=r-1 rss=1,rss=2 ${T}`, kept: [node({ rss: 2 })] },
  {
    name: 'the tag host when there is no tag node',
    text: `m,host=r-1,pool=edge rss=1 ${T}`,
    kept: [node({ rss: 1 }, { pool: 'edge' })],
  },
  {
    name: 'the tag node before the tag host',
    text: `m,host=h,node=r-1 rss=1 ${T}`,
    kept: [node({ rss: 1 }, { host: 'h' })],
  },
  {
    name: 'escapes in tags',
    text: `m,node=r-1,a\\,b\\=c\\ d=x\\,y\\=z\\ w rss=1 ${T}`,
    kept: [node({ rss: 1 }, { 'a,b=c d': 'x,y=z w' })],
  },
  { name: 'escapes in the measurement', text: `m\\,\\ =x,node=r-1 rss=1 ${T}`, kept: [node({ rss: 1 })] },
  {
    name: 'a backslash that escapes nothing',
    text: `m,node=r-1,path=C:\\dir\\x rss=1 ${T}`,
    kept: [node({ rss: 1 }, { path: 'C:\\dir\\x' })],
  },
  {
    name: 'two backslashes before a comma',
    text: `m,node=r-1,p=a\\\\,b rss=1 ${T}`,
    kept: [node({ rss: 1 }, { p: 'a\\,b' })],
  },
  {
    name: 'an escaped equals sign in a field name',
    text: `m,node=r-1 a\\=b=3,rss=1 ${T}`,
    kept: [node({ rss: 1 })],
  },
  {
    name: 'quotes in a tag are letters',
    text: `m,node=r-1,q="a rss=1 ${T}`,
    kept: [node({ rss: 1 }, { q: '"a' })],
  },
  {
    name: 'letters beyond ASCII',
    text: `m,node=r-1,zone=köln-😀 rss=1 ${T}`,
    kept: [node({ rss: 1 }, { zone: 'köln-😀' })],
  },
  {
    name: 'labels named like parts of an object',
    text: `m,node=r-1,__proto__=x,constructor=y rss=1 ${T}`,
    kept: [node({ rss: 1 }, JSON.parse('{"__proto__":"x","constructor":"y"}'))],
  },
  {
    name: 'a string with what would end it elsewhere',
    text: `m,node=r-1 s="a, b=c \\"d\\" \\\\",rss=1 ${T}`,
    kept: [node({ rss: 1 })],
  },
  {
    name: 'a string over several lines',
    text: `m,node=r-1 s="a\nm,node=evil rss=9\nb",rss=1 ${T}\nm,node=r-1 rss=2 ${T}`,
    kept: [node({ rss: 1 }), node({ rss: 2 })],
  },
  {
    name: 'a line without a known signal',
    text: `cpu,host=h usage_idle=98.5,n="x",b=t ${T}\nm,node=r-1 rss=1 ${T}`,
    kept: [node({ rss: 1 })],
    ignored: 1,
  },
  { name: 'an old line without a known signal', text: 'cpu,host=h usage_idle=98.5 1', kept: [], ignored: 1 },
  {
    name: 'limits that mean none',
    text: `m,node=r-1 rss=1,memory_limit=0,heap_limit=-1 ${T}\nm,node=r-1 rss=1,memory_limit=9223372036854771712i,heap_limit=9223372036854775807 ${T}\nm,node=r-1 memory_limit=18446744073709551615u`,
    kept: [node({ rss: 1 }), node({ rss: 1 })],
  },
  {
    name: 'the largest integers',
    text: `m,node=r-1 requests_total=9223372036854775807i,gc_count=18446744073709551615u ${T}`,
    kept: [node({ requests_total: 2 ** 63, gc_count: 2 ** 64 })],
  },
  {
    name: 'every signal',
    text: `m,node=r-1 ${SIGNALS.map((signal, i) => `${signal}=${signal === 'ready' ? 1 : i + 1}i`)} ${T}`,
    kept: [node(Object.fromEntries(SIGNALS.map((signal, i) => [signal, signal === 'ready' ? 1 : i + 1])))],
  },
  ...(
    [
      ['ns', T],
      ['n', T],
      ['us', `${NOW}000`],
      ['u', `${NOW}999`],
      ['µ', `${NOW}000`],
      ['ms', `${NOW}`],
      ['s', `${NOW / 1000}`],
      ['m', `${NOW / 60_000}`],
      ['h', `${NOW / 3_600_000}`],
    ] as const
  ).map(([precision, time]) => ({
    name: `precision ${precision}`,
    precision,
    text: `m,node=r-1 rss=1 ${time}`,
    kept: [node({ rss: 1 })],
  })),
];

for (const { name, text, precision, kept, ignored } of GOOD) {
  test(`reads ${name}`, () => {
    const reader = lineReader();
    const result = reader.read(text, precision);
    assert.deepEqual(result.refused, []);
    assert.deepEqual(result.kept, kept);
    assert.equal(result.ignored, ignored ?? 0);
    // The second time everything is known by its bytes; it must not read differently.
    const again = reader.read(text, precision);
    assert.deepEqual(again, result);
  });
}

const BAD: readonly (readonly [line: string, refused: string])[] = [
  [',node=a rss=1', '1:1 found ",node=a", expected the name of a measurement'],
  ['m', '1:2 found the end of the line, expected a space and fields'],
  ['m,node=a', '1:9 found the end of the line, expected a space and fields'],
  ['m,node=a ', '1:10 found the end of the line, expected a field as name=value'],
  ['m, rss=1', '1:3 found nothing, expected the name of a tag'],
  ['m,=a rss=1', '1:3 found "=a", expected the name of a tag'],
  ['m,node rss=1', '1:3 found "node", expected a tag as name=value'],
  ['m,node= rss=1', '1:8 found no value of the tag "node", expected one'],
  ['m,node=a,node=b rss=1', '1:10 found the tag "node" twice, expected it once'],
  ['m,node=a=b rss=1', '1:9 found "a=b", expected a value whose "=" is written "\\="'],
  ['m,node=a rss', '1:10 found "rss", expected a field as name=value'],
  ['m,node=a =1', '1:10 found the end of the line, expected a field as name=value'],
  ['m,node=a rss=1,', '1:16 found the end of the line, expected a field as name=value'],
  ['m,node=a rss=1,,x=1', '1:16 found the end of the line, expected a field as name=value'],
  [
    'm,node=a rss=',
    '1:14 rss: found the end of the line, expected a number, true, false or a string in double quotes',
  ],
  [
    'm,node=a rss=abc 1',
    '1:14 rss: found "abc", expected a number, true, false or a string in double quotes',
  ],
  ['m,node=a rss=+1', '1:14 rss: found "+1", expected a number, true, false or a string in double quotes'],
  ['m,node=a rss=NaN', '1:14 rss: found "NaN", expected a number, true, false or a string in double quotes'],
  ['m,node=a rss=-Inf', '1:14 rss: found "-Inf", expected a number'],
  [
    'm,node=a rss=tRUE',
    '1:14 rss: found "tRUE", expected a number, true, false or a string in double quotes',
  ],
  ['m,node=a rss=12x', '1:14 rss: found "12x", expected a number'],
  ['m,node=a rss=1.2.3', '1:14 rss: found "1.2.3", expected a number'],
  ['m,node=a rss=1.5i', '1:14 rss: found "1.5i", expected a number'],
  ['m,node=a rss=1.i', '1:14 rss: found "1.i", expected a number'],
  ['m,node=a rss=.', '1:14 rss: found ".", expected a number'],
  ['m,node=a rss=-', '1:14 rss: found "-", expected a number'],
  ['m,node=a rss=1e', '1:14 rss: found "1e", expected a number'],
  ['m,node=a rss=0x10', '1:14 rss: found "0x10", expected a number'],
  ['m,node=a rss=1ii', '1:14 rss: found "1ii", expected a number'],
  ['m,node=a rss=-1u', '1:14 rss: found "-1u", expected an integer from 0 to 2^64-1'],
  ['m,node=a rss=1e400', '1:14 rss: found "1e400", expected a finite number'],
  [
    'm,node=a rss=9223372036854775808i',
    '1:14 rss: found "9223372036854775808i", expected an integer from -2^63 to 2^63-1',
  ],
  [
    'm,node=a x=18446744073709551616u',
    '1:12 x: found "18446744073709551616u", expected an integer from 0 to 2^64-1',
  ],
  ['m,node=a rss="1"', '1:14 rss: found "1", expected bytes from 0 to below 2^62'],
  ['m,node=a rss=true', '1:14 rss: found true, expected bytes from 0 to below 2^62'],
  ['m,node=a rss=-1i', '1:14 rss: found -1, expected bytes from 0 to below 2^62'],
  [
    'm,node=a rss=9223372036854775807i',
    '1:14 rss: found 9223372036854776000, expected bytes from 0 to below 2^62',
  ],
  ['m,node=a gc_count=-3', '1:19 gc_count: found -3, expected a finite number from 0 on'],
  ['m,node=a ready=2', '1:16 ready: found 2, expected 0, 1, true or false'],
  ['m,node=a ready=0.5', '1:16 ready: found 0.5, expected 0, 1, true or false'],
  [
    'm,node=a start_time=1795349340000',
    '1:21 start_time: found 1795349340000, expected unix time in seconds, from 0 to below 10^11',
  ],
  ['m,node=a s="x', '1:12 s: found a string without its closing quote'],
  ['m,node=a s="x"y', '1:15 s: found "y" after a string, expected a comma or a space'],
  ['m,node=a rss=1 12x', '1:16 timestamp: found "12x", expected an integer, and nothing after it'],
  ['m,node=a rss=1 1.5', '1:16 timestamp: found "1.5", expected an integer, and nothing after it'],
  ['m,node=a rss=1 1 2', '1:16 timestamp: found "1 2", expected an integer, and nothing after it'],
  ['m,node=a rss=1 -', '1:16 timestamp: found "-", expected an integer, and nothing after it'],
  [
    'm,node=a rss=1 9223372036854775808',
    '1:16 timestamp: found "9223372036854775808", expected one from -2^63 to 2^63-1',
  ],
  [
    `m,node=${'a'.repeat(65_536)} rss=1`,
    '1:1 found 65543 bytes of measurement and tags, expected at most 65535',
  ],
  ['m rss=1', '1:7 found neither a tag "node" nor a tag "host", expected one'],
  ['m,node=\u0001 rss=1', '1:14 found the node name "\\u0001", expected visible characters'],
];

for (const [line, refused] of BAD) {
  for (const ending of ['', '\n', '\r\n']) {
    test(`refuses ${JSON.stringify(line.slice(0, 60) + ending)}`, () => {
      const { kept, refused: reasons } = lineReader().read(`${line}${ending}`);
      assert.deepEqual(reasons, [refused]);
      assert.deepEqual(kept, []);
    });
  }
}

const RANGE = 'expected one from 2026-10-23T12:00:00.000Z (retention) to 2026-11-22T12:10:00.000Z';

const TIMES: readonly (readonly [precision: string, time: string, refused: string | undefined])[] = [
  ['ms', `${NOW + 600_000}`, undefined],
  ['ms', `${NOW + 600_001}`, `1:16 found the time 2026-11-22T12:10:00.001Z, ${RANGE}`],
  ['ms', `${NOW - 30 * 86_400_000}`, undefined],
  ['ms', `${NOW - 30 * 86_400_000 - 1}`, `1:16 found the time 2026-10-23T11:59:59.999Z, ${RANGE}`],
  ['ns', '-1', `1:16 found the time 1969-12-31T23:59:59.999Z, ${RANGE}`],
  ['ns', '-1000000', `1:16 found the time 1969-12-31T23:59:59.999Z, ${RANGE}`],
  ['ns', '0', `1:16 found the time 1970-01-01T00:00:00.000Z, ${RANGE}`],
  ['ns', '9223372036854775807', `1:16 found the time 2262-04-11T23:47:16.854Z, ${RANGE}`],
  ['ns', '-9223372036854775808', `1:16 found the time 1677-09-21T00:12:43.145Z, ${RANGE}`],
  ['s', '99999999999999', `1:16 found the time 99999999999999000 ms, ${RANGE}`],
  ['ns', `${NOW}`, `1:16 found the time 1970-01-01T00:29:55.348Z, ${RANGE}`],
];

for (const [precision, time, refused] of TIMES) {
  test(`a time of ${time} ${precision} is ${refused ? 'refused' : 'kept'}`, () => {
    const { refused: reasons, accepted } = lineReader().read(`m,node=a rss=1 ${time}`, precision);
    assert.deepEqual(reasons, refused === undefined ? [] : [refused]);
    assert.equal(accepted, refused === undefined ? 1 : 0);
  });
}

test('good lines of a partly bad body are kept, and bad ones told with their places', () => {
  const text = [
    'm,node=a rss=1',
    'm,node=b rss=x,s="a',
    'm,node=evil rss=666" 1',
    '# comment',
    'm,node=c rss=3',
    'm,node=d heap_used=1,rss=-1',
    'm,node=e s="not closed',
    'm,node=f rss=6',
    'kööl,node=g,ü=ü rss=y',
  ].join('\n');
  const { kept, refused, accepted, refusedCount } = lineReader().read(text);
  assert.deepEqual(
    kept.map((row) => row.node),
    ['a', 'c', 'f'],
  );
  assert.deepEqual(refused, [
    '2:14 rss: found "x", expected a number, true, false or a string in double quotes',
    '6:26 rss: found -1, expected bytes from 0 to below 2^62',
    '7:12 s: found a string without its closing quote',
    '9:21 rss: found "y", expected a number, true, false or a string in double quotes',
  ]);
  assert.equal(accepted, 3);
  assert.equal(refusedCount, 4);
});

test('only so many refusals are described, all are counted', () => {
  const { refused, refusedCount } = lineReader({ reportedRefusals: 3 }).read('m rss=x\n'.repeat(1000));
  assert.equal(refused.length, 3);
  assert.equal(refusedCount, 1000);
});

test('labels that another agent changed are merged again, the latest wins', () => {
  const reader = lineReader();
  const first = `m,node=a,pool=edge rss=1`;
  const labels = (text: string) => reader.read(text).kept[0].labels;
  assert.deepEqual(labels(first), { pool: 'edge' });
  assert.deepEqual(labels('m,node=a,version=2 rss=1'), { pool: 'edge', version: '2' });
  assert.deepEqual(labels(first), { pool: 'edge', version: '2' });
  assert.deepEqual(labels('m,node=a,pool=core rss=1'), { pool: 'core', version: '2' });
  assert.deepEqual(labels(first), { pool: 'edge', version: '2' });
});

test('a node without any signal is not known', () => {
  const reader = lineReader();
  reader.read('cpu,host=h usage=1\nm,node=b rss=-1');
  assert.equal(reader.registry.find('h'), undefined);
  assert.equal(reader.registry.find('b'), undefined);
});

test('limits on nodes and labels refuse lines, not bodies', () => {
  const reader = lineReader({ nodes: 2, labelsPerNode: 2, labelLength: 5, nodeNameLength: 4, labelSets: 4 });
  const text = [
    'm,node=a rss=1',
    'm,node=b,x=1,y=2,z=3 rss=1',
    'm,node=b,x=123456 rss=1',
    'm,node=bbbbb rss=1',
    'm,node=b,x=1 rss=1',
    'm,node=c rss=1',
    'm,node=c rss=2',
    'm,node=a,x=2 rss=1',
    'm,node=a,x=3 rss=1',
    'm,node=a,x=4 rss=1',
    'm,node=a rss=9',
  ].join('\n');
  const { kept, refused } = reader.read(text);
  assert.deepEqual(
    kept.map((row) => [row.node, row.rss]),
    [
      ['a', 1],
      ['b', 1],
      ['a', 1],
      ['a', 1],
      ['a', 9],
    ],
  );
  assert.deepEqual(refused, [
    '2:26 a node has 3 labels, 2 are allowed',
    '3:23 found 6 characters in the label "x", expected at most 5',
    '4:18 found a node name of 5 characters, expected at most 4',
    '6:14 2 nodes are known, the most that are allowed',
    '7:14 2 nodes are known, the most that are allowed',
    '10:18 4 different sets of labels are known, the most that are allowed',
  ]);
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
// A backslash at the end of a name cannot be written in line protocol: it would escape what follows. The client
// writes line feeds in names as the two characters \n.
const name = text.filter(
  (value) => !/\\$/.test(value) && !/[\p{Cc}]/u.test(value) && value.trim() !== '' && !value.startsWith('#'),
);
const bytes = fc.oneof(fc.integer({ min: 0 }), fc.double({ min: 0, max: 1e18, noNaN: true }));

test('what the InfluxDB client writes is read back as it was', () => {
  const sample = fc.record({
    measurement: name,
    node: name,
    tags: fc.dictionary(name, name, { maxKeys: 4 }),
    values: fc.dictionary(fc.constantFrom(...SIGNALS.filter((signal) => signal !== 'ready')), bytes, {
      minKeys: 1,
    }),
    other: fc.dictionary(name, text, { maxKeys: 3 }),
    ready: fc.boolean(),
    age: fc.integer({ min: 0, max: 1_000_000 }),
  });
  const shared = lineReader({ labelsPerNode: 100, labelSets: 1e9, nodes: 1e9 });
  const property = fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (samples) => {
    const usable = samples.map((one) => ({
      ...one,
      tags: Object.fromEntries(Object.entries(one.tags).filter(([key]) => !['node', 'host'].includes(key))),
      values: Object.fromEntries(
        Object.entries(one.values).map(([signal, value]) => [
          signal,
          signal === 'start_time' ? value % 1e9 : value,
        ]),
      ),
      other: Object.fromEntries(Object.entries(one.other).filter(([key]) => !(key in SIGNAL_FACTS))),
    }));
    const lines = usable.map((one) => {
      const point = new Point(one.measurement).tag('node', one.node).booleanField('ready', one.ready);
      for (const [key, value] of Object.entries(one.tags)) point.tag(key, value);
      for (const [key, value] of Object.entries(one.other)) point.stringField(key, value);
      for (const [key, value] of Object.entries(one.values)) point.floatField(key, value);
      return point.timestamp(String(NOW - one.age)).toLineProtocol() as string;
    });
    // Its own reader: labels of a node add up over bodies.
    const result = lineReader({ labelsPerNode: 100 }).read(lines.join('\n'), 'ms');
    assert.deepEqual(result.refused, []);
    assert.equal(result.kept.length, usable.length);
    usable.forEach((one, index) => {
      const row = result.kept[index];
      const labels = row.labels as Record<string, string>;
      assert.equal(row.node, one.node);
      assert.equal(row.time, NOW - one.age);
      assert.equal(row.ready, Number(one.ready));
      for (const [key, value] of Object.entries(one.tags)) assert.equal(labels[key], value);
      for (const [signal, value] of Object.entries(one.values)) {
        const isNone = SIGNAL_FACTS[signal as keyof typeof SIGNAL_FACTS].kind === 'limit' && value < 1;
        assert.equal(row[signal], isNone ? undefined : value);
      }
    });
    // With all that was read before in its caches.
    assert.deepEqual(shared.read(lines.join('\n'), 'ms').refused, []);
  });
  fc.assert(property, { numRuns: 300 });
});

test('flipped bits and cut ends give a clean result, and lines that are whole stay what they were', () => {
  const lines = [
    `m,node=r-1,pool=edge rss=812000000i,heap_used=1.5e8,ready=t ${T}`,
    `m\\ x,node=r-2,a\\,b=c\\=d rss=1u,s="q\\"uo\nted",ready=False ${T}`,
    `procstat,host=r-3,pid=1 rss=5i,created_at=${T}i ${T}`,
  ];
  const body = Buffer.from(`${lines.join('\n')}\n`);
  const reader = lineReader();
  const whole = reader.read(body);
  assert.equal(whole.accepted, 3);
  const mutation = fc.tuple(fc.nat(body.length * 8 - 1), fc.nat(body.length));
  const property = fc.property(
    fc.array(mutation, { minLength: 1, maxLength: 6 }),
    fc.boolean(),
    (mutations, isCut) => {
      const mutated = Buffer.from(body);
      for (const [bit] of mutations) mutated[bit >> 3] ^= 1 << (bit & 7);
      const input = isCut ? mutated.subarray(0, mutations[0][1]) : mutated;
      const result = reader.read(input);
      assert.equal(result.kept.length <= result.accepted, true);
      assert.equal(result.refused.length, Math.min(20, result.refusedCount));
      for (const row of result.kept) {
        assert.equal(typeof row.node === 'string' && row.node.length > 0, true);
        assert.equal(Number.isFinite(row.time), true);
        for (const signal of SIGNALS)
          if (row[signal] !== undefined) assert.equal(Number.isFinite(row[signal]), true);
      }
      assert.deepEqual(
        reader.read(body).kept.map((row) => row.rss),
        whole.kept.map((row) => row.rss),
      );
    },
  );
  fc.assert(property, { numRuns: 2000 });
});
