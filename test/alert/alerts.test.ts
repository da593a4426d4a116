import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts } from '../../src/alert/index.js';
import { compileRules, type NodeView, type Rule } from '../../src/evaluate/index.js';
import { Problem } from '../../src/problem.js';
import { type Ledger, type LedgerEntry, openMemoryStore } from '../../src/store/index.js';
import { keptLog } from '../support/kept-log.js';

const MINUTE = 60_000;
const NOW = 1_795_349_340_000;

function ruleOf(text: string): Rule {
  const { rules, findings } = compileRules([
    { file: 'a.yaml', text: `groups: [{ name: g, rules: [${text}] }]` },
  ]);
  assert.deepEqual(findings, []);
  return rules[0];
}

/** Fires two minutes after a node has failed its check for one; its verdict is no claim about the process. */
const NOT_READY = ruleOf(
  '{ alert: NotReady, readiness: { notReady: 1m }, for: 2m, keepFiring: 3m, severity: page, labels: { team: web } }',
);
/** About a process. */
const GROWING = ruleOf(
  '{ alert: Growing, growth: { of: rss, atLeast: 1MiB per hour, over: 1h }, for: 0s, keepFiring: 0s, severity: ticket }',
);

interface Known {
  readonly name?: string;
  /** How long not ready; undefined for ready. */
  readonly failingMs?: number;
  readonly perHour?: number;
  readonly processSince?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

function view(at: number, known: Known = {}): NodeView {
  const { name = 'r-1', failingMs, perHour, processSince = NOW - 1e9, labels = {} } = known;
  const growth =
    perHour === undefined ? null : { perHour, low: perHour, high: perHour, overMs: 60 * MINUTE, buckets: 20 };
  return {
    name,
    labels,
    at,
    lastSeen: at,
    processSince,
    latest: () => 1e6,
    outlook: () => null,
    growth: () => growth,
    gcShare: () => null,
    readiness: () => ({ ready: failingMs === undefined, since: at - (failingMs ?? 0), changes: 0 }),
  };
}

/** A ledger that can be made to refuse, and counts what was asked of it. */
class FickleLedger implements Ledger {
  readonly appends: (readonly LedgerEntry[])[] = [];
  readonly #ledger = openMemoryStore().ledger;
  #refusals = 0;

  refuse(times: number): void {
    this.#refusals = times;
  }

  async append(entries: readonly LedgerEntry[]): Promise<void> {
    await Promise.resolve();
    if (this.#refusals > 0) {
      this.#refusals--;
      throw new Problem('store-failed', 'the disk is full');
    }
    this.appends.push(entries);
    await this.#ledger.append(entries);
  }

  load(collection: string): Promise<Map<string, unknown>> {
    return this.#ledger.load(collection);
  }
}

function room(ledger: Ledger = new FickleLedger()) {
  const sent: AlertNews[] = [];
  const { log, text } = keptLog();
  const alerts = new Alerts({
    ledger,
    log,
    metrics: new Metrics(),
    prepare: (news) =>
      news.map((value) => ({ collection: 'messages', key: `${value.id} ${value.state}`, value })),
    committed: (entries) => sent.push(...entries.map(({ value }) => value as AlertNews)),
  });
  return { alerts, sent, text };
}

const told = (news: readonly AlertNews[]): string[] =>
  news.map(({ rule, node, state }) => `${rule} ${node} ${state}`);

describe('the alert room', () => {
  it('walks an alert from pending to resolved and tells each step that people need', async () => {
    const { alerts, sent } = room();
    const at = (minutes: number): number => NOW + minutes * MINUTE;
    alerts.consider(NOT_READY, view(at(0), { failingMs: MINUTE, labels: { pool: 'edge' } }));
    await alerts.commit();
    assert.equal(sent.length, 0);
    assert.deepEqual(
      alerts.all().map(({ phase, dueAt }) => [phase, dueAt]),
      [['pending', at(2)]],
    );
    assert.deepEqual([...alerts.dueNodes(at(1.9))], []);
    assert.deepEqual([...alerts.dueNodes(at(2))], ['r-1']);
    alerts.consider(NOT_READY, view(at(2), { failingMs: 3 * MINUTE, labels: { pool: 'edge' } }));
    alerts.consider(NOT_READY, view(at(4)));
    await alerts.commit();
    assert.deepEqual(told(sent), ['NotReady r-1 firing']);
    alerts.consider(NOT_READY, view(at(5)));
    await alerts.commit();
    assert.deepEqual(told(sent), ['NotReady r-1 firing', 'NotReady r-1 resolved']);
    const [firing, resolved] = sent;
    assert.equal(firing.id, resolved.id);
    assert.deepEqual(firing.labels, { pool: 'edge', team: 'web' });
    assert.deepEqual(
      [firing.activeSince, firing.firedAt, firing.at, resolved.at, resolved.firedAt],
      [at(0), at(2), at(2), at(5), at(2)],
    );
    assert.match(firing.reason, /fails its readiness check/);
    assert.match(resolved.reason, /passes its readiness check/);
    assert.deepEqual(alerts.all(), []);
    assert.deepEqual(alerts.past(), [resolved]);
  });

  it('fills in the summary of the rule for the node', async () => {
    const rule = ruleOf(
      '{ alert: A, readiness: { notReady: 1m }, for: 0s, labels: { team: web }, summary: "{{ node }} of {{ pool }}: ask {{ labels.team }}" }',
    );
    const { alerts, sent } = room();
    alerts.consider(rule, view(NOW, { failingMs: MINUTE, labels: { pool: 'edge' } }));
    await alerts.commit();
    assert.deepEqual(
      sent.map(({ summary }) => summary),
      ['r-1 of edge: ask web'],
    );
  });

  it('says nothing of a pending alert that is cancelled, and forgets it', async () => {
    const ledger = new FickleLedger();
    const { alerts, sent } = room(ledger);
    alerts.consider(NOT_READY, view(NOW, { failingMs: MINUTE }));
    await alerts.commit();
    assert.equal((await ledger.load('alerts')).size, 1);
    alerts.consider(NOT_READY, view(NOW + MINUTE));
    await alerts.commit();
    assert.deepEqual([sent, alerts.all(), alerts.past()], [[], [], []]);
    assert.equal((await ledger.load('alerts')).size, 0);
  });

  it('writes a step and its message together, in one append', async () => {
    const ledger = new FickleLedger();
    const { alerts } = room(ledger);
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    await alerts.commit();
    assert.deepEqual(
      ledger.appends.map((entries) => entries.map(({ collection }) => collection)),
      [['alerts', 'messages']],
    );
    await alerts.commit();
    assert.equal(ledger.appends.length, 1, 'nothing is written when nothing changed');
  });

  it('sends nothing of what could not be written, and sends it with the same id when it can', async () => {
    const ledger = new FickleLedger();
    const { alerts, sent } = room(ledger);
    ledger.refuse(2);
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    const { id } = alerts.all()[0];
    await assert.rejects(alerts.commit(), { code: 'store-failed' });
    assert.equal(sent.length, 0);
    assert.equal((await ledger.load('alerts')).size, 0);
    alerts.consider(GROWING, view(NOW + MINUTE, { name: 'r-2', perHour: 1e9 }));
    await assert.rejects(alerts.commit(), { code: 'store-failed' });
    await alerts.settled();
    await alerts.commit();
    assert.deepEqual(told(sent), ['Growing r-1 firing', 'Growing r-2 firing']);
    assert.equal(sent[0].id, id);
    assert.equal((await ledger.load('alerts')).size, 2);
    await alerts.commit();
    assert.equal(sent.length, 2);
  });

  it('keeps the latest word where steps were taken while the ledger refused', async () => {
    const ledger = new FickleLedger();
    const { alerts, sent } = room(ledger);
    ledger.refuse(1);
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    await assert.rejects(alerts.commit());
    alerts.consider(GROWING, view(NOW + MINUTE, { perHour: 0 }));
    await alerts.commit();
    assert.deepEqual(told(sent), ['Growing r-1 firing', 'Growing r-1 resolved']);
    assert.equal((await ledger.load('alerts')).size, 0);
  });

  it('neither fires again nor forgets when the service was restarted', async () => {
    const ledger = new FickleLedger();
    const first = room(ledger);
    first.alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    first.alerts.consider(NOT_READY, view(NOW, { failingMs: MINUTE }));
    await first.alerts.commit();
    const before = first.alerts.all();
    const [{ id }] = first.sent;

    const second = room(ledger);
    await second.alerts.load();
    assert.deepEqual(second.alerts.all(), before);
    assert.equal(second.alerts.of('r-1').length, 2);
    // Unknown for a while, then as before; the pending one is due when it would have been.
    second.alerts.consider(GROWING, view(NOW + MINUTE));
    second.alerts.consider(GROWING, view(NOW + 2 * MINUTE, { perHour: 1e9 }));
    await second.alerts.commit();
    assert.equal(second.sent.length, 0);
    second.alerts.consider(NOT_READY, view(NOW + 2 * MINUTE, { failingMs: 3 * MINUTE }));
    second.alerts.consider(GROWING, view(NOW + 3 * MINUTE, { perHour: 0 }));
    await second.alerts.commit();
    assert.deepEqual(told(second.sent), ['NotReady r-1 firing', 'Growing r-1 resolved']);
    assert.equal(second.sent[1].id, id);

    const third = room(ledger);
    await third.alerts.load();
    assert.deepEqual(told(third.alerts.past()), ['Growing r-1 resolved']);
    assert.deepEqual(
      third.alerts.all().map(({ rule, phase }) => [rule, phase]),
      [['NotReady', 'firing']],
    );
  });

  it('gives one episode one id, also when a step is taken twice around a crash', async () => {
    const ids = [room(), room()].map(({ alerts }) => {
      alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
      return alerts.all()[0].id;
    });
    assert.equal(ids[0], ids[1]);
    const other = room();
    other.alerts.consider(GROWING, view(NOW + 1, { perHour: 1e9 }));
    other.alerts.consider(GROWING, view(NOW, { perHour: 1e9, name: 'r-2' }));
    assert.equal(new Set([...ids, ...other.alerts.all().map(({ id }) => id)]).size, 3);
  });

  it('ends the alert of a process that was restarted and begins the next in one step', async () => {
    const { alerts, sent } = room();
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    alerts.consider(GROWING, view(NOW + MINUTE, { perHour: 1e9, processSince: NOW + 1 }));
    await alerts.commit();
    assert.deepEqual(told(sent), ['Growing r-1 firing', 'Growing r-1 resolved', 'Growing r-1 firing']);
    assert.equal(sent[0].id, sent[1].id);
    assert.notEqual(sent[0].id, sent[2].id);
    assert.match(sent[1].reason, /restarted/);
    assert.equal(alerts.all().length, 1);
  });

  it('leaves a state that it cannot read where it is, and says so', async () => {
    const ledger = new FickleLedger();
    const value = { phase: 'melting', node: 7 };
    await ledger.append([{ collection: 'alerts', key: 'odd', value }]);
    const first = room(ledger);
    first.alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    await first.alerts.commit();
    const { alerts, text } = room(ledger);
    await alerts.load();
    assert.match(text(), /odd.*cannot be read and is left/);
    assert.deepEqual(
      alerts.all().map(({ rule }) => rule),
      ['Growing'],
    );
    assert.deepEqual((await ledger.load('alerts')).get('odd'), value);
  });

  it('ends alerts whose rule or node is gone, with the reason, but tells only of those that fired', async () => {
    const ledger = new FickleLedger();
    const { alerts, sent } = room(ledger);
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    alerts.consider(GROWING, view(NOW, { perHour: 1e9, name: 'r-2' }));
    alerts.consider(NOT_READY, view(NOW, { failingMs: MINUTE, name: 'r-2' }));
    await alerts.commit();
    sent.length = 0;
    alerts.retire(({ node }) => node !== 'r-2', 'the node is gone', NOW + MINUTE);
    await alerts.commit();
    assert.deepEqual(told(sent), ['Growing r-2 resolved']);
    assert.equal(sent[0].reason, 'the node is gone');
    assert.deepEqual(alerts.of('r-2'), []);
    assert.equal((await ledger.load('alerts')).size, 1);
    alerts.retireUnwatched('r-1', [GROWING], NOW + MINUTE);
    assert.equal(alerts.all().length, 1);
    alerts.retireUnwatched('r-1', [NOT_READY], NOW + MINUTE);
    await alerts.commit();
    assert.deepEqual(alerts.all(), []);
    assert.match(sent[1].reason, /does not watch this node/);
  });

  it('keeps a thousand resolved alerts, the latest, in the ledger as well', async () => {
    const ledger = new FickleLedger();
    const { alerts } = room(ledger);
    for (let i = 0; i < 1010; i++) {
      alerts.consider(GROWING, view(NOW + 2 * i, { perHour: 1e9 }));
      alerts.consider(GROWING, view(NOW + 2 * i + 1, { perHour: 0 }));
      if (i % 100 === 0) await alerts.commit();
    }
    await alerts.commit();
    const past = alerts.past();
    assert.equal(past.length, 1000);
    assert.equal(past[0].at, NOW + 21);
    assert.equal(past[999].at, NOW + 2019);
    assert.deepEqual(
      [...(await ledger.load('past-alerts')).keys()],
      past.map(({ id }) => id),
    );
  });

  it('passes on news that no rule caused', async () => {
    const { alerts, sent } = room();
    const news: AlertNews = {
      id: 'x',
      rule: 'RulesRefused',
      kind: 'service',
      severity: 'ticket',
      node: 'headroom',
      labels: {},
      state: 'firing',
      at: NOW,
      activeSince: NOW,
      firedAt: NOW,
      reason: 'a file is broken',
    };
    alerts.announce(news);
    await alerts.commit();
    assert.deepEqual(sent, [news]);
    assert.deepEqual(alerts.all(), []);
  });

  it('counts what is pending and firing, and each change', async () => {
    const metrics = new Metrics();
    const { log } = keptLog();
    const { ledger } = openMemoryStore();
    const alerts = new Alerts({
      ledger,
      log,
      metrics,
      prepare: () => [],
      committed: () => {},
    });
    alerts.consider(GROWING, view(NOW, { perHour: 1e9 }));
    alerts.consider(NOT_READY, view(NOW, { failingMs: MINUTE }));
    const text = await metrics.metrics();
    assert.match(text, /headroom_alerts\{phase="pending"\} 1/);
    assert.match(text, /headroom_alerts\{phase="firing"\} 1/);
    assert.match(text, /headroom_alert_transitions_total\{rule="Growing",to="firing"\} 1/);
  });
});
