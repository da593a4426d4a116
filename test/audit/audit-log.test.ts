import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AuditEvent, AuditLog, person, viaLink } from '../../src/audit/index.js';
import { type Ledger, openMemoryStore } from '../../src/store/index.js';
import { keptLog } from '../support/kept-log.js';

const NOW = 1_795_349_340_000;

function eventOf(at: number, more: Partial<AuditEvent> = {}): AuditEvent {
  const same = { who: 'rule NotReady', what: 'alert.firing', subject: 'a1', why: 'it fails', details: {} };
  return { ...same, at, ...more } as AuditEvent;
}

async function openLog(ledger: Ledger = openMemoryStore().ledger, keep?: number) {
  const { log, text } = keptLog();
  const audit = new AuditLog({ ledger, log, ...(keep === undefined ? {} : { keep }) });
  await audit.load();
  return { audit, ledger, text };
}

const timesOf = (events: readonly AuditEvent[]) => events.map(({ at }) => at - NOW);

describe('the audit log', () => {
  it('shows an event only when it is durable', async () => {
    const { audit, ledger } = await openLog();
    const entries = [audit.entry(eventOf(NOW))];
    assert.deepEqual(audit.list(), []);
    await ledger.append(entries);
    audit.committed(entries);
    assert.deepEqual(audit.list(), [eventOf(NOW)]);
    audit.committed(entries);
    assert.equal(audit.list().length, 1, 'told twice it is shown once');
  });

  it('is in the order of time, also for what was appended late', async () => {
    const { audit } = await openLog();
    const [first, second, third] = [3, 1, 2].map((at) => audit.entry(eventOf(NOW + at)));
    audit.committed([first]);
    audit.committed([{ collection: 'alerts', key: 'x', value: {} }, second, third]);
    assert.deepEqual(timesOf(audit.list()), [3, 2, 1]);
  });

  it('goes on after a restart, with keys of its own for events of the same moment', async () => {
    const { audit, ledger } = await openLog();
    await audit.record(eventOf(NOW));
    const again = await openLog(ledger);
    await again.audit.record(eventOf(NOW, { subject: 'a2' }));
    assert.deepEqual(
      (await openLog(ledger)).audit.list().map(({ subject }) => subject),
      ['a2', 'a1'],
    );
  });

  it('keeps the newest within its bound, in memory and in the ledger', async () => {
    const { audit, ledger } = await openLog(undefined, 50);
    for (let at = 0; at < 400; at++) {
      const entries = [audit.entry(eventOf(NOW + at))];
      await ledger.append(entries);
      audit.committed(entries);
      assert.ok(audit.list({ limit: 1000 }).length <= 151);
    }
    await audit.prune();
    assert.equal((await ledger.load('audit')).size, 50);
    assert.deepEqual(timesOf(audit.list({ limit: 2 })), [399, 398]);
    assert.deepEqual(timesOf((await openLog(ledger)).audit.list({ limit: 1000 })).at(-1), 350);
  });

  it('prunes again what the ledger did not take', async () => {
    const memory = openMemoryStore().ledger;
    let isFull = false;
    const ledger: Ledger = {
      append: (entries) => (isFull ? Promise.reject(new Error('full')) : memory.append(entries)),
      load: (collection) => memory.load(collection),
    };
    const { audit } = await openLog(ledger, 1);
    for (const at of [1, 2, 3]) await audit.record(eventOf(NOW + at));
    isFull = true;
    await assert.rejects(audit.prune(), /full/);
    isFull = false;
    await audit.prune();
    assert.equal((await memory.load('audit')).size, 1);
  });

  it('finds by time, subject, person and kind', async () => {
    const { audit } = await openLog();
    const events = [
      eventOf(NOW, { details: { node: 'r-1', rule: 'NotReady' } }),
      eventOf(NOW + 1, { what: 'ack', who: person('anna'), details: { node: 'r-1' } }),
      eventOf(NOW + 2, { what: 'ack', who: viaLink('bert'), subject: 'a2' }),
      eventOf(NOW + 3, { what: 'ack.ended', who: person('oncall (anna)'), subject: 'a2' }),
      eventOf(NOW + 4, {
        what: 'message.delivered',
        who: 'service',
        subject: 'm1',
        details: { alert: 'a2' },
      }),
    ];
    for (const event of events) await audit.record(event);
    const found = (query: Parameters<typeof audit.list>[0]) => timesOf(audit.list(query));
    assert.deepEqual(found({ from: NOW + 1, to: NOW + 3 }), [2, 1]);
    assert.deepEqual(found({ subject: 'a2' }), [4, 3, 2]);
    assert.deepEqual(found({ subject: 'r-1' }), [1, 0]);
    assert.deepEqual(found({ subject: 'NotReady' }), [0]);
    assert.deepEqual(found({ who: 'anna' }), [3, 1]);
    assert.deepEqual(found({ who: 'bert' }), [2]);
    assert.deepEqual(found({ who: 'person anna' }), [1]);
    assert.deepEqual(found({ who: 'NotReady' }), [0]);
    assert.deepEqual(found({ what: 'ack' }), [3, 2, 1]);
    assert.deepEqual(found({ what: 'ack.ended' }), [3]);
    assert.deepEqual(found({ limit: 1 }), [4]);
  });

  it('tells of what it cannot read and goes on', async () => {
    const { audit, ledger } = await openLog();
    await audit.record(eventOf(NOW));
    await ledger.append([{ collection: 'audit', key: '000-1', value: { at: 'noon' } }]);
    const again = await openLog(ledger);
    assert.equal(again.audit.list().length, 1);
    assert.match(again.text(), /"key":"000-1".*cannot be read/);
  });
});
