import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts } from '../../src/alert/index.js';
import { compileRules, needsOf, type Rule } from '../../src/evaluate/index.js';
import { Evaluation, horizonOf } from '../../src/pipeline/index.js';
import { openMemoryStore } from '../../src/store/index.js';
import { Registry, Rows, type Signal } from '../../src/telemetry/index.js';
import { DEFAULT_HORIZON_MS, Trend } from '../../src/trend/index.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MIB = 2 ** 20;
const START = 1_795_305_600_000;

function rulesOf(...texts: string[]): readonly Rule[] {
  const { rules, findings } = compileRules([
    { file: 'a.yaml', text: `groups: [{ name: g, rules: [${texts.join(', ')}] }]` },
  ]);
  assert.deepEqual(findings, []);
  return rules;
}

const READY = '{ alert: NotReady, readiness: { notReady: 1m }, for: 2m, keepFiring: 0s, severity: page }';
const ABSENT = '{ alert: Lost, absent: { after: 5m, forget: 1d }, for: 1m, severity: page }';
const BREACH =
  '{ alert: Breach, forecast: { of: rss, within: 1h, probability: 60% }, for: 1m, keepFiring: 1m, severity: page }';

/** The rooms from trend to alert, joined as the service joins them, with the rounds in the test's hand. */
class Line {
  readonly registry = new Registry();
  readonly alerts: Alerts;
  readonly evaluation: Evaluation;
  readonly trend: Trend;
  readonly sent: AlertNews[] = [];
  readonly #rows = new Rows(4);

  constructor(rules: readonly Rule[]) {
    this.trend = new Trend(rules.flatMap(needsOf));
    this.alerts = new Alerts({
      ledger: openMemoryStore().ledger,
      log: pino({ level: 'silent' }),
      metrics: new Metrics(),
      prepare: (news) => {
        this.sent.push(...news);
        return [];
      },
      committed: () => {},
    });
    this.evaluation = new Evaluation(this.registry, this.trend, this.alerts, rules);
  }

  send(
    name: string,
    at: number,
    values: Partial<Record<Signal, number>>,
    labels: Readonly<Record<string, string>> = {},
  ): void {
    const node = this.registry.intern(name, labels);
    this.#rows.length = 0;
    const row = this.#rows.add(node.id, node.labels, at);
    for (const [signal, value] of Object.entries(values)) this.#rows.set(row, signal as Signal, value);
    this.trend.observe(this.#rows, this.registry);
    this.evaluation.noteArrivals(this.#rows);
  }

  async round(at: number): Promise<number> {
    const count = this.evaluation.round(at);
    await this.alerts.commit();
    return count;
  }

  get told(): string[] {
    return this.sent.map(({ rule, node, state }) => `${rule} ${node} ${state}`);
  }
}

describe('a round looks at a node', () => {
  it('that has sent something, once', async () => {
    const line = new Line(rulesOf(READY));
    assert.equal(await line.round(START), 0);
    line.send('r-1', START, { ready: 1 });
    line.send('r-1', START + 1, { ready: 1 });
    line.send('r-2', START, { ready: 1 });
    assert.equal(await line.round(START + 10), 2);
    assert.equal(await line.round(START + 510), 0);
    line.send('r-2', START + SECOND, { ready: 1 });
    assert.equal(await line.round(START + 1010), 1);
  });

  it('of a fleet beyond any first guess', async () => {
    const line = new Line(rulesOf(READY));
    for (let i = 0; i < 3000; i++) line.send(`r-${i}`, START, { ready: 1 });
    assert.equal(await line.round(START), 3000);
    assert.equal(await line.round(START + 500), 0);
  });

  it('when the `for` of its alert ends, though it sends nothing then', async () => {
    const line = new Line(rulesOf(READY));
    for (const minutes of [0, 1]) line.send('r-1', START + minutes * MINUTE, { ready: 0 });
    await line.round(START + MINUTE);
    assert.deepEqual(
      line.alerts.all().map(({ phase }) => phase),
      ['pending'],
    );
    assert.equal(await line.round(START + 3 * MINUTE - 1), 0);
    assert.equal(await line.round(START + 3 * MINUTE), 1);
    assert.deepEqual(line.told, ['NotReady r-1 firing']);
    assert.equal(line.sent[0].at, START + 3 * MINUTE);
  });

  it('that is silent, every few seconds', async () => {
    const line = new Line(rulesOf(ABSENT));
    for (let i = 0; i < 10; i++) line.send('r-1', START + i * 15 * SECOND, { ready: 1 });
    let looks = 0;
    const from = START + 9 * 15 * SECOND;
    for (let at = from; at <= from + 7 * MINUTE; at += 500) looks += await line.round(at);
    assert.ok(looks > 60 && looks < 100, `${looks} looks in seven minutes`);
    assert.deepEqual(line.told, ['Lost r-1 firing']);
    line.send('r-1', from + 8 * MINUTE, { ready: 1 });
    await line.round(from + 8 * MINUTE);
    assert.deepEqual(line.told, ['Lost r-1 firing', 'Lost r-1 resolved']);
  });

  it('that went silent after a single sample', async () => {
    const line = new Line(rulesOf(ABSENT));
    line.send('r-1', START, { ready: 1 });
    for (let at = START; at <= START + 7 * MINUTE; at += 500) await line.round(at);
    assert.deepEqual(line.told, ['Lost r-1 firing']);
  });

  it('with the rules that watch it, by its labels as they are now', async () => {
    const line = new Line(
      rulesOf(
        READY.replace('NotReady,', 'Edge, nodes: { pool: edge },').replace('for: 2m', 'for: 0s'),
        READY.replace('NotReady,', 'Core, nodes: { pool: core },').replace('for: 2m', 'for: 0s'),
        READY.replace('NotReady,', 'Named, nodes: { node: "r-*" },').replace('for: 2m', 'for: 0s'),
      ),
    );
    const down = async (minutes: number, labels: Readonly<Record<string, string>>) => {
      line.send('r-1', START + minutes * MINUTE, { ready: 0 }, labels);
      line.send('q-1', START + minutes * MINUTE, { ready: 0 });
      await line.round(START + minutes * MINUTE);
    };
    await down(0, { pool: 'edge' });
    await down(1, { pool: 'edge' });
    assert.deepEqual(line.told, ['Edge r-1 firing', 'Named r-1 firing']);
    await down(2, { pool: 'core' });
    assert.deepEqual(line.told.slice(2), ['Edge r-1 resolved', 'Core r-1 firing']);
    line.evaluation.arm(rulesOf(READY.replace('for: 2m', 'for: 0s')), line.trend);
    await down(3, { pool: 'core' });
    assert.deepEqual(line.told.slice(4).sort(), [
      'Core r-1 resolved',
      'Named r-1 resolved',
      'NotReady q-1 firing',
      'NotReady r-1 firing',
    ]);
  });
});

describe('a forecast rule over the life of a node', () => {
  const limit = { memory_limit: 800 * MIB };
  const leak = (line: Line, from: number, minutes: number, known: Partial<Record<Signal, number>> = {}) => {
    for (let t = 0; t < minutes * MINUTE; t += 15 * SECOND) {
      line.send('r-1', from + t, { rss: (300 + (200 * t) / HOUR) * MIB, ...limit, ...known });
    }
    return from + minutes * MINUTE - 15 * SECOND;
  };

  it('fires before the limit, ends with the process, also when that was killed and silent for a while', async () => {
    const line = new Line(rulesOf(BREACH));
    const born = START / 1000;
    const killed = leak(line, START, 120, { start_time: born });
    let at = killed;
    for (; at < killed + 90 * SECOND; at += 5 * SECOND) await line.round(at);
    assert.deepEqual(line.told, ['Breach r-1 firing']);
    const { outlook } = line.sent[0];
    assert.ok(outlook?.breachP50);
    // It would be full after two and a half hours.
    assert.ok(Math.abs(outlook.breachP50 - (START + 2.5 * HOUR)) < 15 * MINUTE);
    // Alive again ten seconds after the kill, it takes until now to send its first sample.
    line.send('r-1', at, { rss: 100 * MIB, ...limit, start_time: (killed + 10 * SECOND) / 1000 });
    await line.round(at);
    assert.deepEqual(line.told.slice(1), ['Breach r-1 resolved']);
    assert.match(line.sent[1].reason, /restarted/);
    assert.equal(line.sent[1].predicted?.breachP50, outlook.breachP50);
  });

  it('neither resolves nor fires while nothing is sent', async () => {
    const line = new Line(rulesOf(BREACH));
    let at = leak(line, START, 120);
    for (const end = at + 90 * SECOND; at < end; at += 5 * SECOND) await line.round(at);
    assert.deepEqual(line.told, ['Breach r-1 firing']);
    for (const end = at + 6 * HOUR; at < end; at += MINUTE) await line.round(at);
    assert.deepEqual(line.told, ['Breach r-1 firing']);
  });
});

describe('the view of a node', () => {
  it('takes its newest sample for the present when its clock runs ahead', () => {
    const line = new Line(rulesOf(ABSENT));
    line.send('r-1', START + HOUR, { rss: MIB });
    const node = line.registry.find('r-1')!;
    assert.equal(line.evaluation.view(node, START)?.at, START + HOUR);
    assert.equal(line.evaluation.view(node, START + 2 * HOUR)?.at, START + 2 * HOUR);
  });

  it('has no trend once the node is silent, but still its last words', () => {
    const line = new Line(rulesOf(BREACH));
    for (let i = 0; i < 480; i++) {
      line.send('r-1', START + i * 15 * SECOND, { rss: (300 + i) * MIB, memory_limit: 900 * MIB, ready: 1 });
    }
    const node = line.registry.find('r-1')!;
    const { lastSeen } = line.trend.node(node.id)!;
    assert.ok(line.evaluation.view(node, lastSeen + 30 * SECOND)?.outlook('rss', HOUR));
    const silent = line.evaluation.view(node, lastSeen + 10 * MINUTE)!;
    assert.equal(silent.outlook('rss', HOUR), null);
    assert.equal(silent.growth('rss', HOUR), null);
    assert.equal(silent.gcShare(HOUR), null);
    assert.equal(silent.latest('rss'), 779 * MIB);
    assert.equal(silent.latest('heap_used'), undefined);
    assert.equal(silent.readiness(HOUR)?.ready, true);
    assert.equal(silent.lastSeen, lastSeen);
  });

  it('is none of a node that never sent anything', () => {
    const line = new Line(rulesOf(ABSENT));
    assert.equal(line.evaluation.view(line.registry.intern('r-1', {}), START), null);
  });
});

describe('the horizon where nobody says', () => {
  it('is that of the first rule that forecasts the limit itself, else two hours', () => {
    const rules = rulesOf(
      '{ alert: A, forecast: { of: rss, reaches: 90% of memory_limit, within: 30m }, severity: page }',
      '{ alert: B, forecast: { of: rss, within: 4h }, severity: page }',
      '{ alert: C, forecast: { of: rss, within: 1h }, severity: page }',
    );
    assert.equal(horizonOf(rules, 'rss'), 4 * HOUR);
    assert.equal(horizonOf(rules, 'heap'), DEFAULT_HORIZON_MS);
    assert.equal(horizonOf([], 'rss'), 2 * HOUR);
  });
});
