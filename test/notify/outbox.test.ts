import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOUR, MINUTE, messageOf, NOW } from './support/news.js';
import { channelOf, outboxOf, pass, post, refused, unavailable } from './support/outbox.js';

describe('the outbox delivers', () => {
  it('what was committed, and nothing before', async () => {
    const { channel, sent } = channelOf(() => {}, ['a@example.org', 'b@example.org']);
    const { outbox, ledger } = outboxOf(channel);
    const message = messageOf();
    const entries = outbox.prepare([message]);
    await ledger.append(entries);
    assert.equal(sent.length, 0);
    outbox.committed(entries);
    await outbox.settled();
    assert.deepEqual(
      sent.map(({ target, channel, attempt }) => [target, channel, attempt]),
      [
        ['a@example.org', 'mail', 1],
        ['b@example.org', 'mail', 1],
      ],
    );
    assert.deepEqual(sent[0].message, message);
    assert.notEqual(sent[0].id, sent[1].id);
    assert.deepEqual(outbox.list(), []);
    assert.equal((await ledger.load('outbox')).size, 0);
    assert.equal((await ledger.load('outbox-messages')).size, 0);
    assert.equal(outbox.recent().get(sent[0].id)?.deliveredAt, NOW);
  });

  it('a message once that is prepared twice', async () => {
    const { channel, sent } = channelOf(({ attempt }) => {
      if (attempt === 1) throw unavailable();
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    assert.deepEqual(outbox.prepare([messageOf()]), []);
    await pass(clock, outbox, 5_000);
    assert.deepEqual(outbox.prepare([messageOf()]), []);
    assert.equal(sent.length, 2);
  });

  it('nothing through a channel on occasions that are not for it', async () => {
    const { channel, sent } = channelOf(() => {});
    const { outbox, ledger } = outboxOf({ ...channel, occasions: ['new', 'over'] });
    const acknowledged = messageOf({}, { occasion: 'acknowledged' });
    assert.deepEqual(outbox.prepare([acknowledged]), []);
    await post(outbox, ledger, [acknowledged, messageOf()]);
    assert.deepEqual(
      sent.map(({ message }) => message.occasion),
      ['new'],
    );
  });

  it('again after growing waits, with the same id, never early', async () => {
    const { channel, sent } = channelOf(({ attempt }) => {
      if (attempt < 4) throw unavailable();
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    for (const [wait, attempts] of [
      [5_000, 2],
      [15_000, 3],
      [30_000, 4],
    ]) {
      await pass(clock, outbox, wait - 1);
      assert.equal(sent.length, attempts - 1);
      await pass(clock, outbox, 1);
      assert.equal(sent.length, attempts);
    }
    assert.equal(new Set(sent.map(({ id }) => id)).size, 1);
    assert.deepEqual(
      sent.map(({ attempt }) => attempt),
      [1, 2, 3, 4],
    );
    assert.deepEqual(outbox.list(), []);
  });

  it('not before the time that the receiver asked for, to that receiver', async () => {
    const { channel, sent } = channelOf(
      ({ attempt, target, message }) => {
        const isFirst = attempt === 1 && message.alerts[0].id === 'alert-1';
        if (isFirst && target === 'slow@example.org') throw unavailable({ retryAfterMs: 90_000 });
      },
      ['slow@example.org', 'fast@example.org'],
    );
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    await post(outbox, ledger, [messageOf({ id: 'alert-2', node: 'r-2' })]);
    const toSlow = () => sent.filter(({ target }) => target === 'slow@example.org').length;
    assert.equal(sent.length - toSlow(), 2);
    assert.equal(toSlow(), 1);
    await pass(clock, outbox, 89_999);
    assert.equal(toSlow(), 1);
    await pass(clock, outbox, 1);
    assert.equal(toSlow(), 3);
    assert.deepEqual(outbox.list(), []);
  });

  it('not for ever: an absurd Retry-After is cut to six hours', async () => {
    const { channel, sent } = channelOf(({ attempt }) => {
      if (attempt === 1) throw unavailable({ retryAfterMs: 1e12 });
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    await pass(clock, outbox, 6 * HOUR);
    assert.equal(sent.length, 2);
  });

  it('what waited long as soon as another message gets through', async () => {
    let isUp = false;
    const { channel, sent } = channelOf(() => {
      if (!isUp) throw unavailable();
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    for (let i = 0; i < 7; i++) await pass(clock, outbox, 5 * MINUTE);
    const [{ attempts, nextAt }] = outbox.list();
    assert.ok(attempts >= 6 && nextAt !== null && nextAt - clock.now() > MINUTE);
    isUp = true;
    await post(outbox, ledger, [messageOf({ id: 'alert-2' })]);
    assert.deepEqual(outbox.list(), []);
    assert.equal(sent.filter(({ message }) => message.alerts[0].id === 'alert-1').length, attempts + 1);
  });

  it('at most so many at a time through one channel', async () => {
    let running = 0;
    let most = 0;
    const { channel, sent } = channelOf(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    const { outbox, ledger } = outboxOf(channel, { concurrency: 3 });
    const messages = Array.from({ length: 12 }, (_, i) => messageOf({ id: `alert-${i}` }));
    await post(outbox, ledger, messages);
    assert.equal(sent.length, 12);
    assert.equal(most, 3);
  });

  it('a message though a bug kept it from being written the first time', async () => {
    const { channel, sent } = channelOf(({ attempt }) => {
      if (attempt === 1) throw new TypeError('undefined is not a function');
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [messageOf()]);
    assert.equal(outbox.list()[0].lastFailure?.code, 'internal');
    await pass(clock, outbox, 5_000);
    assert.equal(sent.length, 2);
    assert.deepEqual(outbox.list(), []);
  });
});

describe('letters about one alert keep their order', () => {
  const firing = messageOf();
  const resolved = messageOf({ state: 'resolved', at: NOW + MINUTE });

  it('the resolved one waits for its firing one, others pass', async () => {
    const { channel, sent } = channelOf(({ message }) => {
      if (message.id === firing.id) throw unavailable();
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    const other = messageOf({ id: 'alert-2', node: 'r-2' });
    await post(outbox, ledger, [firing, resolved, other]);
    assert.deepEqual(
      sent.map(({ message }) => message.id),
      [firing.id, other.id],
    );
    assert.equal(outbox.list().length, 2);
    await pass(clock, outbox, 4_999);
    assert.equal(sent.length, 2);
  });

  it('both go out in order once the receiver is back', async () => {
    const { channel, sent } = channelOf(({ attempt, message }) => {
      if (message.id === firing.id && attempt === 1) throw unavailable();
    });
    const { outbox, ledger, clock } = outboxOf(channel);
    await post(outbox, ledger, [firing, resolved]);
    await pass(clock, outbox, 5_000);
    assert.deepEqual(
      sent.map(({ message }) => message.state),
      ['firing', 'firing', 'resolved'],
    );
  });

  it('the resolved one goes out though the firing one was refused', async () => {
    const { channel, sent } = channelOf(({ message }) => {
      if (message.id === firing.id) throw refused();
    });
    const { outbox, ledger } = outboxOf(channel);
    await post(outbox, ledger, [firing, resolved]);
    assert.deepEqual(
      sent.map(({ message }) => message.state),
      ['firing', 'resolved'],
    );
    assert.deepEqual(
      outbox.list().map(({ status, state }) => [status, state]),
      [['dead', 'firing']],
    );
  });
});
