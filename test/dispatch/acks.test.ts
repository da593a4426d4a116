import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alertOf, HOUR, NOW, people } from './support/people.js';

const ANNA = { by: 'anna', why: 'looking' };

describe('an acknowledgement', () => {
  it('lasts eight hours when nobody says, and is recorded in the same append', async () => {
    const { acks, add, appends, told } = await people();
    add(alertOf('a1'));
    assert.equal(acks.of('a1', NOW), undefined);
    const ack = await acks.acknowledge('a1', ANNA, NOW);
    assert.deepEqual(ack, { ...ANNA, at: NOW, until: NOW + 8 * HOUR });
    assert.deepEqual(acks.of('a1', NOW + 1), ack);
    assert.deepEqual(told(), ['ack; person anna; looking']);
    assert.deepEqual(
      appends.map((entries) => entries.map(({ collection }) => collection)),
      [['acks', 'audit']],
    );
  });

  it('ends at its time, to the millisecond', async () => {
    const { acks, add, told } = await people();
    add(alertOf('a1'));
    await acks.acknowledge('a1', { ...ANNA, until: NOW + HOUR }, NOW);
    await acks.tick(NOW + HOUR - 1);
    assert.equal(acks.of('a1', NOW + HOUR - 1)?.by, 'anna');
    assert.equal(acks.of('a1', NOW + HOUR), undefined);
    await acks.tick(NOW + HOUR);
    assert.deepEqual(told()[0], 'ack.ended; service; its time is up');
  });

  it('ends with its alert and says nothing of the next episode', async () => {
    const { acks, add, alerts, told, ledger } = await people();
    add(alertOf('a1'));
    await acks.acknowledge('a1', ANNA, NOW);
    alerts.delete('a1');
    add(alertOf('a2', {}, { node: 'node-of-a1' }));
    await acks.tick(NOW + 1);
    assert.equal(acks.of('a2', NOW + 1), undefined);
    assert.deepEqual(told()[0], 'ack.ended; service; the alert is over');
    assert.equal((await ledger.load('acks')).size, 0);
    await acks.tick(NOW + 2);
    assert.equal(told().length, 2);
  });

  it('ends when the forecast gets much worse, once', async () => {
    const { acks, add, told } = await people();
    add(alertOf('a1'));
    assert.equal(await acks.endForWorse('a1', 'sooner by 2 h', NOW), false);
    await acks.acknowledge('a1', ANNA, NOW);
    assert.equal(await acks.endForWorse('a1', 'sooner by 2 h', NOW + 1), true);
    assert.equal(await acks.endForWorse('a1', 'sooner by 2 h', NOW + 2), false);
    assert.equal(acks.of('a1', NOW + 2), undefined);
    assert.deepEqual(told()[0], 'ack.ended; service; sooner by 2 h');
  });

  it('ends with the message that tells of the worsening, where that is kept by somebody else', async () => {
    const { acks, add, ledger, audit, told, open } = await people();
    add(alertOf('a1'));
    assert.deepEqual(acks.worsened('a1', NOW), []);
    await acks.acknowledge('a1', ANNA, NOW);
    const entries = acks.worsened('a1', NOW + 1);
    assert.equal(acks.of('a1', NOW + 1), undefined);
    assert.deepEqual(acks.worsened('a1', NOW + 1), []);
    assert.equal((await open()).acks.of('a1', NOW + 1)?.by, 'anna', 'a crash now finds it taken');
    assert.equal(told().length, 1);
    await ledger.append(entries);
    audit.committed(entries);
    assert.equal(told()[0], 'ack.ended; service; its forecast has got much worse');
    assert.equal((await open()).acks.of('a1', NOW + 1), undefined);
  });

  it('can be withdrawn, and taken by somebody else', async () => {
    const { acks, add, told } = await people();
    add(alertOf('a1'));
    await acks.acknowledge('a1', ANNA, NOW);
    await acks.withdraw('a1', 'anna', NOW + 1);
    assert.equal(acks.of('a1', NOW + 1), undefined);
    await assert.rejects(acks.withdraw('a1', 'anna', NOW + 2), {
      code: 'not-found',
      message: 'nobody has taken alert a1',
    });
    await acks.acknowledge('a1', { by: 'bert', why: '' }, NOW + 3);
    assert.equal(acks.of('a1', NOW + 3)?.by, 'bert');
    assert.deepEqual(told(), [
      'ack; person bert; ',
      'ack.ended; person anna; withdrawn',
      'ack; person anna; looking',
    ]);
  });

  it('is of all alerts that were asked for, or of none', async () => {
    const { acks, add, appends } = await people();
    add(alertOf('a1'), alertOf('a2'));
    await assert.rejects(acks.acknowledge(['a1', 'gone'], ANNA, NOW), {
      code: 'not-found',
      message: 'alert gone is over or was never there',
    });
    assert.equal(acks.of('a1', NOW), undefined);
    await acks.acknowledge(['a1', 'a2'], ANNA, NOW);
    assert.deepEqual([acks.of('a1', NOW)?.by, acks.of('a2', NOW)?.by], ['anna', 'anna']);
    assert.equal(appends.length, 1);
  });

  it('is refused with the reason when it says nonsense', async () => {
    const { acks, add, told } = await people();
    add(alertOf('a1'));
    const refused = async (draft: Parameters<typeof acks.acknowledge>[1], path: string, message: RegExp) => {
      await assert.rejects(acks.acknowledge('a1', draft, NOW), {
        code: 'bad-request',
        place: { path },
        message,
      });
    };
    await refused({ by: ' ', why: '' }, 'by', /found no name/);
    await refused({ by: 'x'.repeat(101), why: '' }, 'by', /101 characters, expected at most 100/);
    await refused({ by: 'a', why: 'x'.repeat(1001) }, 'why', /1001 characters, expected at most 1000/);
    await refused({ ...ANNA, until: NOW }, 'until', /past/);
    await refused({ ...ANNA, until: Number.NaN }, 'until', /past/);
    await refused({ ...ANNA, until: NOW + 8 * 24 * HOUR }, 'until', /found 8 d, expected at most 7 d/);
    assert.deepEqual(told(), []);
  });

  it('is nothing while the ledger does not take it', async () => {
    const { acks, add, state, told } = await people();
    add(alertOf('a1'));
    state.isFull = true;
    await assert.rejects(acks.acknowledge('a1', ANNA, NOW), { code: 'store-failed' });
    assert.equal(acks.of('a1', NOW), undefined);
    assert.deepEqual(told(), []);
    state.isFull = false;
    await acks.acknowledge('a1', ANNA, NOW);
    state.isFull = true;
    await assert.rejects(acks.withdraw('a1', 'anna', NOW), { code: 'store-failed' });
    assert.equal(acks.of('a1', NOW)?.by, 'anna');
  });

  it('of many people at once is the last one that was asked for, in memory as in the ledger', async () => {
    const { acks, add, open, told } = await people();
    add(alertOf('a1'));
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await Promise.all(names.map((by) => acks.acknowledge('a1', { by, why: '' }, NOW)));
    assert.equal(acks.of('a1', NOW)?.by, 'p19');
    assert.equal((await open()).acks.of('a1', NOW)?.by, 'p19');
    assert.equal(told().length, 20);
  });

  it('made while another one ends is not lost with it', async () => {
    const { acks, add, open } = await people();
    add(alertOf('a1'));
    await acks.acknowledge('a1', { ...ANNA, until: NOW + 1 }, NOW);
    const later = NOW + HOUR;
    await Promise.all([
      acks.tick(later),
      acks.acknowledge('a1', { by: 'bert', why: '' }, later),
      acks.tick(later),
    ]);
    assert.equal(acks.of('a1', later)?.by, 'bert');
    assert.equal((await open()).acks.of('a1', later)?.by, 'bert');
  });

  it('is there after a restart', async () => {
    const { acks, add, open, ledger, logText } = await people();
    add(alertOf('a1'));
    const ack = await acks.acknowledge('a1', ANNA, NOW);
    await ledger.append([{ collection: 'acks', key: 'odd', value: { by: 7 } }]);
    const again = await open();
    assert.deepEqual(again.acks.of('a1', NOW), ack);
    assert.deepEqual(again.told(), ['ack; person anna; looking']);
    assert.match(logText(), /"key":"odd".*cannot be read/);
  });
});
