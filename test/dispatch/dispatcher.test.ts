import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HOUR, MINUTE, NOW, Room, SECOND, short } from './support/room.js';

describe('a group', () => {
  it('waits for company, then makes one message of forty nodes, the worst first', async () => {
    const room = new Room();
    for (let i = 0; i < 40; i++) {
      room.fire(`r-${i}`);
      await room.pass(200);
    }
    const said = await room.pass(MINUTE);
    assert.deepEqual(
      said.map(({ occasion, alerts, channels }) => [occasion, alerts.length, channels]),
      [['new', 40, ['mail', 'pager']]],
    );
    assert.equal(said[0].groupKey, '{}:{alertname="MemoryBreachPredicted", pool="edge", severity="page"}');
    assert.equal(said[0].isFirst, true);
  });

  it('is one for each rule, severity and pool', async () => {
    const room = new Room({ inhibit_rules: [] });
    room.fire('r-1');
    room.fire('r-2', { labels: { pool: 'core' } });
    room.fire('r-1', { rule: 'Other' });
    room.fire('r-3', { severity: 'ticket' });
    room.fire('r-4', { labels: {} });
    room.fire('r-5');
    const said = await room.pass(MINUTE);
    assert.deepEqual(said.map(({ alerts }) => alerts.map(({ node }) => node).join()).sort(), [
      'r-1',
      'r-1,r-5',
      'r-2',
      'r-3',
      'r-4',
    ]);
  });

  it('says nothing of what ended before its first message', async () => {
    const room = new Room();
    const news = room.fire('r-1');
    await room.pass(5 * SECOND);
    room.end(news);
    assert.deepEqual(await room.pass(HOUR), []);
    assert.deepEqual([...(await room.ledger.load('groups')).values()], []);
  });

  it('tells changes after its interval, in one thread, and its end with what became of it', async () => {
    const room = new Room();
    const first = room.fire('r-1');
    await room.pass(10 * SECOND);
    const second = room.fire('r-2');
    assert.deepEqual((await room.pass(59 * SECOND)).map(short), []);
    assert.deepEqual((await room.pass(SECOND)).map(short), ['new firing r-1,r-2 -> mail,pager']);
    room.end(first, { outcome: { result: 'breached', errorMs: 60_000, leadMs: 1_800_000, inRange: true } });
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['changed firing r-2,r-1 -> mail,pager']);
    room.end(second);
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['over resolved r-2 -> mail,pager']);
    assert.equal(new Set(room.said.map(({ thread }) => thread)).size, 1);
    assert.deepEqual(
      room.said.map(({ isFirst }) => isFirst),
      [true, false, false, false],
    );
    room.fire('r-1', { id: 'again', at: room.now });
    const [again] = await room.pass(MINUTE);
    assert.notEqual(again.thread, room.said[0].thread);
    assert.deepEqual(
      again.history.map(({ node, outcome }) => [node, outcome.result]),
      [['r-1', 'breached']],
    );
  });

  it('is said again when nothing changes for the repeat interval', async () => {
    const room = new Room({ route: { repeat_interval: '1h' } });
    room.fire('r-1');
    await room.pass(MINUTE);
    assert.deepEqual((await room.pass(HOUR)).map(short), ['repeat firing r-1 -> mail,pager']);
  });

  it('of the service is told, also of its end, and not to the channel that failed', async () => {
    const room = new Room();
    const news = room.fire('headroom', {
      kind: 'service',
      rule: 'ChannelFailing',
      labels: { channel: 'mail' },
    });
    room.states.clear();
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['new firing headroom -> pager']);
    room.end(news);
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['over resolved headroom -> pager']);
  });
});

describe('a forecast that moves', () => {
  const at = (minutes: number) => ({
    breachP10: NOW + (minutes - 8) * MINUTE,
    breachP50: NOW + minutes * MINUTE,
    breachP90: NOW + (minutes + 20) * MINUTE,
  });

  it('much nearer, much farther, and true is told; coming true as told is not', async () => {
    const room = new Room();
    const news = room.fire('r-1', { outlook: undefined! });
    room.move(news, at(80));
    await room.pass(MINUTE);
    room.move(news, at(78));
    assert.deepEqual(await room.pass(10 * MINUTE), [], 'as told');
    room.move(news, at(30));
    const [worse] = await room.pass(MINUTE);
    assert.equal(short(worse), 'worse firing r-1 -> mail,pager');
    assert.equal(worse.alerts[0].before?.breachP50, NOW + 80 * MINUTE);
    room.move(news, at(110));
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['better firing r-1 -> mail,pager']);
    room.move(news, at(15), room.now);
    const [breached] = await room.pass(MINUTE);
    assert.equal(short(breached), 'breached firing r-1 -> mail,pager');
    assert.deepEqual(await room.pass(HOUR), [], 'told once');
  });

  it('by small steps is told when they add up', async () => {
    const room = new Room();
    const news = room.fire('r-1');
    room.move(news, at(100));
    await room.pass(MINUTE);
    const said = [];
    for (let minutes = 96; minutes >= 40; minutes -= 4) {
      room.move(news, at(minutes));
      said.push(...(await room.pass(MINUTE)).map(short));
    }
    assert.deepEqual(said, ['worse firing r-1 -> mail,pager']);
  });
});

describe('an acknowledgement', () => {
  const ack = { by: 'anna', why: 'on it', at: NOW, until: NOW + 8 * HOUR };

  it('is told once and keeps repeats away until a new alert comes', async () => {
    const room = new Room({ route: { repeat_interval: '30m' } });
    const news = room.fire('r-1');
    await room.pass(MINUTE);
    room.acks.set(news.id, ack);
    room.dispatcher.hasten([news.id], room.now);
    const [taken] = await room.pass(SECOND);
    assert.equal(short(taken), 'acknowledged firing r-1 -> mail,pager');
    assert.equal(taken.alerts[0].ack?.by, 'anna');
    assert.deepEqual(await room.pass(3 * HOUR), []);
    room.fire('r-2');
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['new firing r-1,r-2 -> mail,pager']);
  });

  it('ends when the forecast gets much worse', async () => {
    const room = new Room();
    const news = room.fire('r-1');
    await room.pass(MINUTE);
    room.acks.set(news.id, ack);
    await room.pass(MINUTE);
    room.move(news, {
      breachP10: room.now,
      breachP50: room.now + 5 * MINUTE,
      breachP90: room.now + 9 * MINUTE,
    });
    const [worse] = await room.pass(MINUTE);
    assert.equal(worse.occasion, 'worse');
    assert.equal(worse.alerts[0].ack, undefined);
    assert.equal(room.acks.size, 0);
  });
});

describe('what is held back', () => {
  it('by a silence is told when the silence ends, if it still fires', async () => {
    const room = new Room();
    room.silenced.push(({ pool }) => pool === 'edge');
    room.fire('r-1');
    assert.deepEqual(await room.pass(HOUR), []);
    room.silenced.pop();
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['new firing r-1 -> mail,pager']);
  });

  it('by a silence that begins later still has its end told', async () => {
    const room = new Room();
    const news = room.fire('r-1');
    await room.pass(MINUTE);
    room.silenced.push(() => true);
    room.end(news);
    assert.deepEqual((await room.pass(MINUTE)).map(short), ['over resolved r-1 -> mail,pager']);
  });

  it('by a page for the same node, and by nothing else', async () => {
    const room = new Room();
    const page = room.fire('r-1');
    room.fire('r-1', { rule: 'LiveSetGrowing', severity: 'ticket' });
    room.fire('r-2', { rule: 'LiveSetGrowing', severity: 'ticket' });
    const said = await room.pass(MINUTE);
    assert.deepEqual(said.map(({ rule, alerts }) => `${rule} ${alerts.map(({ node }) => node)}`).sort(), [
      'LiveSetGrowing r-2',
      'MemoryBreachPredicted r-1',
    ]);
    room.end(page);
    const [over, ticket] = await room.pass(2 * MINUTE);
    assert.deepEqual([over, ticket].map(short).sort(), [
      'new firing r-1,r-2 -> mail,pager',
      'over resolved r-1 -> mail,pager',
    ]);
  });

  it('by mute times is told after them', async () => {
    const room = new Room({
      route: { routes: [{ matchers: ['severity="page"'], mute_time_intervals: ['morning'] }] },
      time_intervals: [
        { name: 'morning', time_intervals: [{ times: [{ start_time: '08:00', end_time: '09:00' }] }] },
      ],
    });
    room.fire('r-1'); // 08:28 UTC
    assert.deepEqual(await room.pass(31 * MINUTE), []);
    assert.deepEqual((await room.pass(2 * MINUTE)).map(short), ['new firing r-1 -> mail,pager']);
  });
});

describe('after a crash', () => {
  it('goes on where it was: what was told is not told again, ends are told in the old thread', async () => {
    const room = new Room();
    const [a, b] = [room.fire('r-1'), room.fire('r-2')];
    await room.pass(MINUTE);
    // The alert ends while nobody hears of it: its end is in the alert room's past.
    const after = new Room({}, room);
    after.states.delete(`${a.rule} ${a.node}`);
    after.past.push({ ...a, state: 'resolved', at: after.now, outcome: { result: 'averted' } });
    await after.load();
    assert.deepEqual((await after.pass(2 * MINUTE)).map(short), ['changed firing r-2,r-1 -> mail,pager']);
    after.end(b);
    const [over] = await after.pass(2 * MINUTE);
    assert.equal(short(over), 'over resolved r-2 -> mail,pager');
    assert.equal(over.thread, room.said[0].thread);
    assert.equal(over.isFirst, false);
  });

  it('tells what fired but was not told, and the last end of a group', async () => {
    const room = new Room();
    const told = room.fire('r-1', { labels: { pool: 'core' } });
    await room.pass(MINUTE);
    room.fire('r-2');
    const after = new Room({}, room);
    after.states.delete(`${told.rule} ${told.node}`);
    after.past.push({ ...told, state: 'resolved', at: after.now, outcome: { result: 'passed' } });
    await after.load();
    assert.deepEqual((await after.pass(2 * MINUTE)).map(short).sort(), [
      'new firing r-2 -> mail,pager',
      'over resolved r-1 -> mail,pager',
    ]);
    assert.deepEqual([...(await room.ledger.load('groups')).keys()].length, 1);
  });

  it('says again what was written but not kept', async () => {
    const room = new Room();
    room.fire('r-1');
    room.now += 20 * SECOND;
    const first = room.dispatcher.flush(room.now);
    // The ledger refuses; the next commit comes half a second later.
    room.now += 500;
    const second = room.dispatcher.flush(room.now);
    assert.deepEqual(
      second.messages.map(({ id }) => id),
      first.messages.map(({ id }) => id),
    );
    assert.equal(first.messages.length, 1);
  });
});

describe('ten thousand nodes that fire at once', () => {
  it('make one message a pool, with all of them in it', async () => {
    const room = new Room();
    for (let i = 0; i < 10_000; i++) room.fire(`r-${i}`, { labels: { pool: `pool-${i % 8}` } });
    const said = await room.pass(15 * SECOND);
    assert.equal(said.length, 8);
    assert.equal(new Set(said.flatMap(({ alerts }) => alerts.map(({ id }) => id))).size, 10_000);
    // What a table does not show is left out, so that a message stays a few hundred bytes an alert.
    for (const message of said) assert.ok(JSON.stringify(message).length < 1250 * 1200);
  });
});
