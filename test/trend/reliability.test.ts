import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { warmUp } from '../../src/pipeline/warm-start.js';
import { openMemoryStore } from '../../src/store/index.js';
import { Registry, Rows, type Signal } from '../../src/telemetry/index.js';
import { forecastNeed, type Outlook, Trend } from '../../src/trend/index.js';
import type { ProcessTrend } from '../../src/trend/process-trend.js';
import { Reliability } from '../../src/trend/reliability.js';
import { DAY, HOUR, LoneNode, MIB, MINUTE, type Sent, START } from './support/node.js';

const HORIZON = 2 * HOUR;
const LIMIT = 1000;
const EDGE = { pool: 'edge', version: '1' };

/** Told at the time of the newest sample, whatever that was. */
const said = (at: number, probability: number | null, breachP50: number | null = null): Outlook => ({
  signal: 'rss',
  at,
  now: 500 * MIB,
  live: 500 * MIB,
  limit: LIMIT * MIB,
  effectiveLimit: LIMIT * MIB,
  horizonMs: HORIZON,
  probability,
  odds: [],
  breachP10: null,
  breachP50,
  breachP90: null,
  shape: 'linear',
  cause: null,
  growth: null,
  since: START,
  record: null,
  evidence: ['first'],
});

/** The outlook as it is told, with its record. */
function toldBy(reliability: Reliability, id: number, process: ProcessTrend, outlook: Outlook): Outlook {
  const track = reliability.tell(id, process, outlook);
  if (!track) return outlook;
  return { ...outlook, record: track.record, evidence: [...outlook.evidence, track.sentence] };
}

/** One node of which things are said, and what the record makes of them. */
class Told {
  readonly reliability = new Reliability();
  readonly #node = new LoneNode([forecastNeed(HORIZON)]);
  #start = START;
  now = START;

  send(mib: number, labels: Readonly<Record<string, string>> = EDGE, more: Sent = {}): this {
    const sent = { rss: mib * MIB, memory_limit: LIMIT * MIB, start_time: this.#start / 1000, ...more };
    this.#node.send(this.now, sent, labels);
    this.reliability.observe(0, this.#node.process);
    return this;
  }

  restart(): this {
    this.#start = this.now;
    return this;
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  tell(probability: number | null, breachP50: number | null = null): Outlook {
    return toldBy(this.reliability, 0, this.#node.process, said(this.now, probability, breachP50));
  }

  get record() {
    // A look at what is known opens nothing that falls due before the test ends.
    return this.tell(0.6).record;
  }
}

/** One forecast of 60 % that comes true: the process dies near its limit. */
function comesTrue(told: Told): void {
  told.restart().send(500).tell(0.6);
  told.pass(HOUR).send(960).pass(MINUTE).restart().send(100).pass(HORIZON);
}

function comesNot(told: Told): void {
  told.restart().send(500).tell(0.6);
  told.pass(HORIZON).send(500).pass(MINUTE);
}

describe('the record of forecasts that fell due', () => {
  it('counts those that came true and those that did not', () => {
    const told = new Told();
    for (let i = 0; i < 20; i++) comesTrue(told);
    for (let i = 0; i < 20; i++) comesNot(told);
    assert.deepEqual(told.restart().send(500).record, { due: 40, came: 20 });
    const { evidence } = told.tell(0.7, told.now + HOUR);
    assert.deepEqual(evidence, [
      'first',
      'of 40 forecasts like this in this pool that fell due, 20 came true',
    ]);
  });

  it('says that it is too little while it is, and only where a breach is expected', () => {
    const told = new Told();
    for (let i = 0; i < 29; i++) comesTrue(told);
    told.restart().send(500);
    assert.equal(told.record, null);
    const tooFew = 'too few forecasts like this of this pool have fallen due to say how often they come true';
    assert.deepEqual(told.tell(0.6, told.now + HOUR).evidence, ['first', tooFew]);
    assert.deepEqual(told.tell(0.6).evidence, ['first']);
    comesTrue(told);
    // The one told above came true as well, since it is the same forecast.
    assert.deepEqual(told.restart().send(500).record, { due: 30, came: 30 });
  });

  it('counts a forecast once, however often it is told until it falls due', () => {
    const told = new Told();
    told.send(500);
    for (let i = 0; i < 40 * 12; i++) {
      told.tell(0.6);
      told.pass(10 * MINUTE).send(500);
    }
    // 80 hours are 40 stretches; a forecast is told again with the sample at which the one before fell due.
    assert.deepEqual(told.record, { due: 40, came: 0 });
  });

  it('keeps what was said with other odds apart', () => {
    const told = new Told();
    for (let i = 0; i < 40; i++) comesTrue(told);
    told.restart().send(500);
    assert.equal(told.tell(0.1).record, null);
    assert.equal(told.tell(0.9).record, null);
    assert.equal(told.tell(null).record, null);
    assert.equal(told.tell(0.56).record?.due, 40);
  });

  it('leaves out what a planned restart, a deploy or silence kept from falling due', () => {
    const ends: readonly ((told: Told) => void)[] = [
      (told) => told.pass(HOUR).restart().send(100),
      (told) =>
        told
          .pass(HOUR)
          .send(960, EDGE)
          .pass(MINUTE)
          .restart()
          .send(100, { ...EDGE, version: '2' }),
      (told) => told.reliability.forget(0),
    ];
    for (const end of ends) {
      const told = new Told();
      for (let i = 0; i < 40; i++) {
        told.restart().send(500, EDGE).tell(0.6);
        end(told);
        told.pass(HORIZON).send(100, EDGE);
      }
      assert.equal(told.restart().send(500).record, null);
    }
  });

  it('takes use at the limit for a breach, whether or not the process lives on', () => {
    const told = new Told();
    for (let i = 0; i < 40; i++) {
      told.restart().send(500).tell(0.6);
      told.pass(HOUR).send(1000).pass(HORIZON).send(500);
    }
    assert.deepEqual(told.restart().send(500).record, { due: 40, came: 40 });
  });

  it('of forty nodes that misread one wave is one case, not forty', () => {
    const nodes = Array.from({ length: 40 }, () => new LoneNode([forecastNeed(HORIZON)]));
    const reliability = new Reliability();
    const wave = (at: number): Outlook[] =>
      nodes.map((node, id) => {
        node.send(at, { rss: 500 * MIB }, EDGE);
        reliability.observe(id, node.process);
        return toldBy(reliability, id, node.process, said(at, 0.6));
      });
    let last: Outlook[] = [];
    for (let i = 0; i <= 4; i++) last = wave(START + i * HORIZON);
    assert.equal(last[0].record, null);
    last = wave(START + 5 * HORIZON);
    assert.equal(last[39].record?.due, 200);
  });

  it('fades: what was long ago counts less', () => {
    const told = new Told();
    for (let i = 0; i < 250; i++) comesTrue(told);
    for (let i = 0; i < 250; i++) comesNot(told);
    const { due, came } = told.restart().send(500).record!;
    assert.ok(due <= 256 && came < 0.35 * due, `${came} of ${due}`);
  });
});

describe('the record after a restart of the service', () => {
  it('is there again, of the history that is read', async () => {
    const store = openMemoryStore();
    const registry = new Registry();
    const rows = new Rows();
    const end = START + DAY;
    // Ten nodes of a pool, each level for a day; eight horizons of it are read.
    for (let time = START; time < end; time += MINUTE) {
      for (let i = 0; i < 10; i++) {
        const node = registry.intern(`r-${i}`, EDGE);
        const row = rows.add(node.id, node.labels, time);
        const sent = { rss: (500 + 3 * Math.sin(time / 5e5 + i)) * MIB, memory_limit: LIMIT * MIB };
        for (const [signal, value] of Object.entries(sent)) rows.set(row, signal as Signal, value);
      }
    }
    await store.history.append(rows, registry);
    const trend = new Trend([forecastNeed(HORIZON)]);
    await warmUp(trend, store.history, registry, end);
    const outlook = trend.outlook(0, 'rss', HORIZON, end);
    assert.ok(outlook?.record && outlook.record.due >= 60, JSON.stringify(outlook?.record));
    assert.equal(outlook.record.came, 0);
    assert.match(
      outlook.evidence.join('; '),
      /of \d+ forecasts like this in this pool that fell due, 0 came true/,
    );
  });
});
