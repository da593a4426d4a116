import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { ManualClock } from '../../src/clock.js';
import { ChannelMemories } from '../../src/notify/channel-memory.js';
import { LedgerWriter } from '../../src/notify/ledger-writer.js';
import { openMemoryStore } from '../../src/store/index.js';
import { NOW } from './support/news.js';

describe('the memory of channels', () => {
  const { ledger } = openMemoryStore();
  const load = () =>
    ChannelMemories.load(ledger, new LedgerWriter(ledger, new ManualClock(NOW), pino({ level: 'silent' })));

  it('keeps facts over a restart, for each channel its own', async () => {
    const before = await load();
    await before.of('chat').set('thread', '1.2');
    await before.of('chat-2').set('thread', '3.4');
    assert.equal((await load()).of('chat').get('thread'), '1.2');
    assert.equal((await load()).of('chat-2').get('thread'), '3.4');
    assert.equal((await load()).of('other').get('thread'), undefined);
  });

  it('forgets what is set to null', async () => {
    const memory = (await load()).of('chat');
    await memory.set('thread', null);
    assert.equal(memory.get('thread'), undefined);
    assert.equal((await load()).of('chat').get('thread'), undefined);
  });

  it('keeps a thousand facts of a channel, the latest', async () => {
    const memory = (await load()).of('busy');
    for (let i = 0; i < 1002; i++) await memory.set(`k${i}`, 'v');
    const later = (await load()).of('busy');
    assert.deepEqual(
      ['k0', 'k1', 'k2', 'k1001'].map((key) => later.get(key)),
      [undefined, undefined, 'v', 'v'],
    );
  });
});
