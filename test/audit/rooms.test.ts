import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry as Metrics } from 'prom-client';
import { Alerts } from '../../src/alert/index.js';
import { AuditLog } from '../../src/audit/index.js';
import { compileRules, type NodeView } from '../../src/evaluate/index.js';
import { Problem } from '../../src/problem.js';
import { type Ledger, type LedgerEntry, openMemoryStore } from '../../src/store/index.js';
import { messageOf, NOW } from '../notify/support/news.js';
import { channelOf, outboxOf, post, refused } from '../notify/support/outbox.js';
import { keptLog } from '../support/kept-log.js';

const MINUTE = 60_000;
const RULES = `groups:
  - name: g
    rules:
      - { alert: NotReady, readiness: { notReady: 1m }, for: 2m, keepFiring: 0s, severity: page }
      - { alert: Growing, growth: { of: rss, atLeast: 1MiB per hour, over: 1h }, for: 0s, keepFiring: 0s, severity: ticket }
`;
const [NOT_READY, GROWING] = compileRules([{ file: 'a.yaml', text: RULES }]).rules;

function view(at: number, failingMs: number | undefined, perHour = 0, processSince = NOW - 1e9): NodeView {
  return {
    name: 'r-1',
    labels: {},
    at,
    lastSeen: at,
    processSince,
    latest: () => 1e6,
    outlook: () => null,
    growth: () => ({ perHour, low: perHour, high: perHour, overMs: 60 * MINUTE, buckets: 20 }),
    gcShare: () => null,
    readiness: () => ({ ready: failingMs === undefined, since: at - (failingMs ?? 0), changes: 0 }),
  };
}

async function alertRoom() {
  const memory = openMemoryStore().ledger;
  const appends: (readonly LedgerEntry[])[] = [];
  const state = { isFull: false };
  const ledger: Ledger = {
    async append(entries) {
      if (state.isFull) throw new Problem('store-failed', 'the disk is full');
      appends.push(entries);
      await memory.append(entries);
    },
    load: (collection) => memory.load(collection),
  };
  const { log } = keptLog();
  const audit = new AuditLog({ ledger, log });
  const none = { portrait: () => null, prepare: () => [], committed: () => {} };
  const alerts = new Alerts({ ledger, log, metrics: new Metrics(), audit, ...none });
  const told = () => audit.list().map(({ what, at, who }) => `${what} ${(at - NOW) / MINUTE} ${who}`);
  return { alerts, audit, appends, state, told };
}

describe('the alert room records', () => {
  it('every transition, in the same append', async () => {
    const { alerts, audit, appends, told } = await alertRoom();
    alerts.consider(NOT_READY, view(NOW, MINUTE));
    await alerts.commit();
    alerts.consider(NOT_READY, view(NOW + 2 * MINUTE, 3 * MINUTE));
    const { id } = alerts.all()[0];
    await alerts.commit();
    alerts.consider(NOT_READY, view(NOW + 3 * MINUTE, undefined));
    await alerts.commit();
    alerts.consider(NOT_READY, view(NOW + 4 * MINUTE, MINUTE));
    alerts.consider(NOT_READY, view(NOW + 5 * MINUTE, undefined));
    await alerts.commit();
    assert.deepEqual(told(), [
      'alert.cancelled 5 rule NotReady',
      'alert.pending 4 rule NotReady',
      'alert.resolved 3 rule NotReady',
      'alert.firing 2 rule NotReady',
      'alert.pending 0 rule NotReady',
    ]);
    for (const entries of appends) assert.ok(entries.some(({ collection }) => collection === 'audit'));
    const firing = audit.list({ what: 'alert.firing' })[0];
    assert.equal(firing.subject, id);
    assert.match(firing.why, /fails its readiness check/);
    assert.deepEqual(firing.details, { node: 'r-1', rule: 'NotReady' });
  });

  it('a restart as the end of one episode and the beginning of another', async () => {
    const { alerts, audit, told } = await alertRoom();
    alerts.consider(GROWING, view(NOW, undefined, 1e9));
    alerts.consider(GROWING, view(NOW + 2 * MINUTE, undefined, 1e9, NOW + MINUTE));
    await alerts.commit();
    assert.deepEqual(told(), [
      'alert.firing 2 rule Growing',
      'alert.resolved 2 rule Growing',
      'alert.firing 0 rule Growing',
    ]);
    assert.equal(audit.list()[1].why, 'the process has been restarted');
    assert.equal(audit.list()[1].subject, audit.list()[2].subject);
  });

  it('alerts that are retired, and news of the service', async () => {
    const { alerts, told } = await alertRoom();
    alerts.consider(NOT_READY, view(NOW, MINUTE));
    alerts.consider(GROWING, view(NOW, undefined, 1e9));
    alerts.retire(() => false, 'the rule is armed no longer', NOW + MINUTE);
    await alerts.commit();
    assert.deepEqual(told().slice(0, 2), [
      'alert.resolved 1 rule Growing',
      'alert.cancelled 1 rule NotReady',
    ]);
  });

  it('nothing before it is durable, and once when the append had to be tried again', async () => {
    const { alerts, state, told } = await alertRoom();
    state.isFull = true;
    alerts.consider(GROWING, view(NOW, undefined, 1e9));
    await assert.rejects(alerts.commit(), { code: 'store-failed' });
    assert.deepEqual(told(), []);
    state.isFull = false;
    await alerts.commit();
    assert.deepEqual(told(), ['alert.firing 0 rule Growing']);
  });
});

describe('the outbox records', () => {
  it('what was delivered, given up, sent again and discarded', async () => {
    const ledger = openMemoryStore().ledger;
    const audit = new AuditLog({ ledger, log: keptLog().log });
    let isRefusing = true;
    const { channel } = channelOf(() => {
      if (isRefusing) throw refused();
    });
    const { outbox } = outboxOf(channel, { audit, ledger });
    await post(outbox, ledger, [messageOf()]);
    const [{ id }] = outbox.deadLetters();
    await outbox.resend(id, 'person anna');
    await outbox.settled();
    await outbox.discard(id, 'person anna');
    isRefusing = false;
    await post(outbox, ledger, [messageOf({ id: 'another' })]);
    const told = audit.list().map(({ what, who, why }) => [what, who, why].join('; '));
    assert.deepEqual(told, [
      'message.delivered; service; ',
      'message.discarded; person anna; ',
      'message.dead; service; no such mailbox',
      'message.resent; person anna; ',
      'message.dead; service; no such mailbox',
    ]);
    const [{ details, subject }] = audit.list({ what: 'message.dead' });
    assert.equal(subject, id);
    assert.equal(details.channel, 'mail');
    assert.equal(details.node, 'r-1');
    assert.equal((await ledger.load('audit')).size, 5);
  });
});
