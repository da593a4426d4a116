import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { AlertNews } from '../../src/alert/index.js';
import { compileRules, type Rule } from '../../src/evaluate/index.js';
import { type Label, type ReplayEvent, replayTrace, TraceTable, toJsonLine } from '../../src/replay/index.js';
import type { Outlook } from '../../src/trend/index.js';
import { tempFolder } from '../support/temp-folder.js';

const MIB = 2 ** 20;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

const { rules } = compileRules([
  {
    file: 'a.yaml',
    text: `groups:
  - name: g
    rules:
      - { alert: Breach, forecast: { of: rss, within: 1h, probability: 60% }, for: 2m, keepFiring: 5m, severity: page }
      - { alert: Lost, absent: { after: 5m, forget: 1d }, for: 1m, severity: ticket }
`,
  },
]);

/** RSS in MiB by seconds of the trace; undefined for no row. */
function csv(nodes: Readonly<Record<string, (s: number) => number | undefined>>, until: number): string {
  const lines = ['time_s,node,rss_bytes,memory_limit_bytes'];
  for (let time = 0; time < until; time += 15) {
    for (const [node, rss] of Object.entries(nodes)) {
      const used = rss(time);
      if (used !== undefined) lines.push(`${time},${node},${Math.round(used * MIB)},${800 * MIB}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

interface Wishes {
  readonly rules?: readonly Rule[];
  readonly forecastsMs?: number;
}

async function replay(t: TestContext, text: string, wishes: Wishes = {}) {
  const file = join(tempFolder(t), 'small-1.csv');
  writeFileSync(file, text);
  const events: ReplayEvent[] = [];
  let rows = 0;
  await replayTrace(file, {
    rules,
    onEvent: (event) => events.push(event),
    onRow: (count) => {
      rows = count;
    },
    ...wishes,
  });
  return { events, rows, lines: events.map(toJsonLine) };
}

/** Full after two and a half hours. */
const leak = (s: number): number => 300 + (200 * s) / HOUR;
const steady = (): number => 400;

describe('a replay', () => {
  it('says what the service would have said, in the order of the trace', async (t) => {
    const nodes = { leaks: leak, calm: steady, dies: (s: number) => (s < HOUR ? 400 : undefined) };
    const { events, rows } = await replay(t, csv(nodes, 2.4 * HOUR));
    assert.equal(rows, (2 * 2.4 * HOUR + HOUR) / 15);
    const alerts = events.map((event) => (event.type === 'alert' ? event.news : assert.fail()));
    const times = alerts.map(({ at }) => at);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const told = alerts.map(({ rule, node, state }) => `${rule} ${node} ${state}`);
    assert.deepEqual([...told].sort(), ['Breach leaks firing', 'Lost dies firing']);
    // Silence of five minutes, and one of `for`: found by the clock, between samples of that node.
    const lost = alerts.find(({ rule }) => rule === 'Lost')!;
    const silence = lost.at / 1000 - (HOUR - 15);
    assert.ok(silence >= 6 * MINUTE && silence <= 6 * MINUTE + 10, `${silence} s`);
    const breach = alerts.find(({ rule }) => rule === 'Breach')!;
    assert.ok(breach.at > HOUR * 1000 && breach.at < 2.25 * HOUR * 1000, `${breach.at / 1000} s`);
    assert.ok(Math.abs(breach.outlook!.breachP50! / 1000 - 2.5 * HOUR) < 0.3 * HOUR);
  });

  it('says the same each time', async (t) => {
    const text = csv({ leaks: leak, calm: steady }, 2.4 * HOUR);
    const wishes = { forecastsMs: 15 * MINUTE * 1000 };
    assert.deepEqual((await replay(t, text, wishes)).lines, (await replay(t, text, wishes)).lines);
  });

  it('tells a forecast of every node and limit as often as asked, also while nothing is known yet', async (t) => {
    const { events, lines } = await replay(t, csv({ a: leak, b: steady }, 2 * HOUR), {
      rules: rules.filter(({ kind }) => kind === 'absent'),
      forecastsMs: 30 * MINUTE * 1000,
    });
    assert.deepEqual(
      events.map((event) => (event.type === 'forecast' ? `${event.at / 1000} ${event.node}` : 'alert')),
      [1800, 3600, 5400].flatMap((at) => [`${at} a`, `${at} b`]),
    );
    for (const line of lines) {
      const told = JSON.parse(line);
      assert.deepEqual(Object.keys(told), [
        'type',
        'trace',
        'node',
        'at_s',
        'signal',
        'probability',
        'horizon_s',
        'breach_p10_s',
        'breach_p50_s',
        'breach_p90_s',
      ]);
      assert.equal(told.horizon_s, 7200);
      assert.equal(told.signal, 'rss');
    }
  });

  it('of a header alone says nothing', async (t) => {
    assert.deepEqual((await replay(t, 'time_s,node\n')).events, []);
  });
});

const outlook = (known: Partial<Outlook> = {}): Outlook => ({
  signal: 'rss',
  at: 5_400_000,
  now: 1,
  live: 1,
  limit: 2,
  effectiveLimit: 2,
  horizonMs: 7_200_000,
  probability: 0.97_04,
  odds: [],
  breachP10: 8_100_000,
  breachP50: 9_000_049,
  breachP90: 10_400_000,
  shape: 'linear',
  cause: 'leak',
  growth: null,
  since: 0,
  record: null,
  evidence: [],
  ...known,
});

const news = (known: Partial<AlertNews> = {}): AlertNews => ({
  id: 'x',
  rule: 'MemoryBreachPredicted',
  kind: 'forecast',
  severity: 'page',
  node: 'r-1',
  labels: { version: '1' },
  state: 'firing',
  at: 5_400_000,
  activeSince: 5_100_000,
  firedAt: 5_400_000,
  reason: 'because',
  outlook: outlook(),
  ...known,
});

describe('a line of JSON', () => {
  const cases: readonly (readonly [string, ReplayEvent, string])[] = [
    [
      'of an alert that fires',
      { type: 'alert', trace: 't001', news: news() },
      '{"type":"alert","trace":"t001","node":"r-1","rule":"MemoryBreachPredicted","kind":"forecast","severity":"page","state":"firing","at_s":5400,"signal":"rss","cause":"leak","probability":0.97,"breach_p10_s":8100,"breach_p50_s":9000,"breach_p90_s":10400}',
    ],
    [
      'of an alert that resolves',
      { type: 'alert', trace: 't001', news: news({ state: 'resolved', at: 7_200_000 }) },
      '{"type":"alert","trace":"t001","node":"r-1","rule":"MemoryBreachPredicted","kind":"forecast","state":"resolved","at_s":7200}',
    ],
    [
      'of a forecast',
      { type: 'forecast', trace: 't001', node: 'r-1', at: 5_400_000, outlook: outlook() },
      '{"type":"forecast","trace":"t001","node":"r-1","at_s":5400,"signal":"rss","probability":0.97,"horizon_s":7200,"breach_p10_s":8100,"breach_p50_s":9000,"breach_p90_s":10400}',
    ],
    [
      'of a breach that is not expected, or not known',
      {
        type: 'forecast',
        trace: 't001',
        node: 'r-1',
        at: 500,
        outlook: outlook({ probability: null, breachP10: null, breachP50: null, breachP90: null }),
      },
      '{"type":"forecast","trace":"t001","node":"r-1","at_s":0.5,"signal":"rss","probability":null,"horizon_s":7200,"breach_p10_s":null,"breach_p50_s":null,"breach_p90_s":null}',
    ],
  ];
  for (const [what, event, line] of cases) {
    it(what, () => assert.deepEqual(JSON.parse(toJsonLine(event)), JSON.parse(line)));
  }

  it('of an alert without a forecast has none of its fields', () => {
    const { outlook: _, ...absent } = news({ kind: 'absent', rule: 'Lost', node: '' });
    assert.deepEqual(JSON.parse(toJsonLine({ type: 'alert', trace: 't', news: absent })), {
      type: 'alert',
      trace: 't',
      node: '',
      rule: 'Lost',
      kind: 'absent',
      severity: 'page',
      state: 'firing',
      at_s: 5400,
    });
  });
});

describe('the table', () => {
  type Partly = Partial<Label>;
  const breach: Partly = { outcome: 'breach', onset_s: 1 * HOUR, breach_s: 3 * HOUR };
  const benign: Partly = { outcome: 'benign' };
  const near: Partly = { near_limit: [[0, 2 * HOUR]] };

  function tableOf(t: TestContext, label: Partly | undefined, events: readonly AlertNews[]): string {
    const folder = tempFolder(t);
    const file = join(folder, 'small-1.csv');
    if (label) {
      writeFileSync(
        join(folder, 'labels.json'),
        JSON.stringify([{ trace: 'small-1', node: 'r-1', ...label }]),
      );
    }
    const table = new TraceTable();
    table.begin(file);
    for (const each of events) table.note({ type: 'alert', trace: 'small-1', news: each });
    return table.toString();
  }

  const at = (seconds: number): AlertNews => news({ at: seconds * 1000 });
  const cases: readonly (readonly [string, Partly, readonly AlertNews[], string])[] = [
    ['caught: in time', breach, [at(2 * HOUR)], 'caught'],
    ['caught: a quarter of an hour is in time', breach, [at(2.75 * HOUR)], 'caught'],
    ['late: less is not', breach, [at(2.75 * HOUR + 1)], 'late'],
    ['late: at the very moment', breach, [at(3 * HOUR)], 'late'],
    ['missed: nothing fired', breach, [], 'missed'],
    ['missed: it fired after the breach', breach, [at(3 * HOUR + 1)], 'missed'],
    ['missed: other kinds do not count', breach, [news({ kind: 'growth', at: 2 * HOUR * 1000 })], 'missed'],
    ['too early: before the growth began', breach, [at(HOUR - 1)], 'too early'],
    ['caught: though it was too early before', breach, [at(600), at(2 * HOUR)], 'caught'],
    ['false alarm', benign, [at(HOUR)], 'false alarm'],
    ['quiet, rightly', benign, [], 'quiet, rightly'],
    ['quiet, rightly: resolved alerts do not count', benign, [news({ state: 'resolved' })], 'quiet, rightly'],
    ['quiet, rightly: near the limit it is excused', { ...benign, ...near }, [at(HOUR)], 'quiet, rightly'],
    ['false alarm: elsewhere it is not', { ...benign, ...near }, [at(HOUR), at(3 * HOUR)], 'false alarm'],
    ['missed: an excused alarm is no catch', { ...breach, ...near }, [at(1.5 * HOUR)], 'missed'],
  ];
  for (const [what, label, events, judgement] of cases) {
    it(what, (t) => {
      const lines = tableOf(t, label, events).trimEnd().split('\n');
      assert.ok(lines[1].startsWith('small-1  r-1'), lines[1]);
      assert.ok(lines[1].endsWith(`  ${judgement}`), lines[1]);
      assert.equal(lines.at(-1), `1 node: 1 ${judgement} (caught: at least 15 min ahead)`);
    });
  }

  it('names what fired, when, what was predicted, what was actual, and the lead', (t) => {
    const [header, line] = tableOf(t, { ...breach, scenario: 'map_leak', runtime: 'node' }, [at(5400)]).split(
      '\n',
    );
    assert.match(
      header,
      /^trace +node +what happened +alert +fired at +breach predicted \(p10 to p90\) +actual +lead$/,
    );
    assert.match(
      line,
      /^small-1 +r-1 +breach map_leak node +MemoryBreachPredicted +1:30:00 +2:30:00 \(2:15:00 to 2:53:20\) +3:00:00 +90 min +caught$/,
    );
  });

  it('lists alerts of other kinds in brackets', (t) => {
    assert.match(tableOf(t, benign, [news({ kind: 'growth', rule: 'Growing' })]), /\(Growing\)/);
  });

  it('without labels names what fired and judges nothing', (t) => {
    const lines = tableOf(t, undefined, [at(5400)])
      .trimEnd()
      .split('\n');
    assert.match(lines[1], /not labelled +MemoryBreachPredicted/);
    assert.equal(lines.at(-1), '1 node with alerts');
  });

  it('judges a real replay against its labels', async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, 'small-1.csv');
    writeFileSync(file, csv({ leaks: leak, calm: steady }, 2.5 * HOUR));
    const label = { trace: 'small-1', node: 'leaks', outcome: 'breach', onset_s: 0, breach_s: 2.5 * HOUR };
    const calm = { trace: 'small-1', node: 'calm', outcome: 'benign' };
    writeFileSync(join(folder, 'labels.json'), JSON.stringify([label, calm]));
    const table = new TraceTable();
    table.begin(file);
    await replayTrace(file, { rules, onEvent: (event) => table.note(event) });
    const text = table.toString();
    assert.match(text, /leaks .*Breach .* caught\n/);
    assert.match(text, /calm .*quiet, rightly\n/);
  });
});
