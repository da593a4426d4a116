import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsOf, parseMatchers, type SilenceDraft, silenceState } from '../../src/dispatch/index.js';
import { alertOf, HOUR, MINUTE, NOW, people } from './support/people.js';

const DAY = 24 * HOUR;

function draftOf(matchers: string, more: Partial<SilenceDraft> = {}): SilenceDraft {
  return { matchers: parseMatchers(matchers), createdBy: 'anna', comment: 'deploy', ...more };
}

describe('a silence', () => {
  it('lasts two hours from now when nobody says, and is recorded in the same append', async () => {
    const { silences, appends, told, audit } = await people();
    const made = await silences.create(draftOf('pool=edge'), NOW);
    assert.deepEqual(
      [made.state, made.startsAt, made.endsAt, made.createdAt, made.createdBy, made.comment],
      ['active', NOW, NOW + 2 * HOUR, NOW, 'anna', 'deploy'],
    );
    assert.deepEqual(silences.get(made.id, NOW), made);
    assert.deepEqual(told(), ['silence.created; person anna; deploy']);
    assert.deepEqual(audit.list()[0].details, {
      matchers: '{pool="edge"}',
      startsAt: NOW,
      endsAt: NOW + 2 * HOUR,
    });
    assert.deepEqual(
      appends.map((entries) => entries.map(({ collection }) => collection)),
      [['silences', 'audit']],
    );
  });

  it('holds back what its matchers take, from its start up to its end', async () => {
    const { silences } = await people();
    const { id } = await silences.create(
      draftOf('pool=~"edge|core", severity=page', { startsAt: NOW + HOUR, endsAt: NOW + 2 * HOUR }),
      NOW,
    );
    const labels = labelsOf({
      ...alertOf('a1'),
      kind: 'readiness',
      severity: 'page',
      labels: { pool: 'core' },
    });
    const states = [0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR].map((after) => [
      silences.get(id, NOW + after).state,
      silences.silencing(labels, NOW + after).length,
    ]);
    assert.deepEqual(states, [
      ['pending', 0],
      ['pending', 0],
      ['active', 1],
      ['active', 1],
      ['expired', 0],
    ]);
    assert.deepEqual(silences.silencing({ ...labels, pool: 'batch' }, NOW + HOUR), []);
    assert.deepEqual(silences.silencing({ ...labels, severity: 'ticket' }, NOW + HOUR), []);
  });

  it('tells of its end once, when its time is up', async () => {
    const { silences, told } = await people();
    await silences.create(draftOf('pool=edge'), NOW);
    await silences.tick(NOW + 2 * HOUR - 1);
    assert.equal(told().length, 1);
    await Promise.all([silences.tick(NOW + 2 * HOUR), silences.tick(NOW + 3 * HOUR)]);
    assert.deepEqual(told(), [
      'silence.expired; service; its time is up',
      'silence.created; person anna; deploy',
    ]);
  });

  it('can be ended early, once, with who did it', async () => {
    const { silences, told } = await people();
    const { id } = await silences.create(draftOf('pool=edge'), NOW);
    const results = await Promise.allSettled([
      silences.expire(id, 'bert', NOW + 1),
      silences.expire(id, 'cleo', NOW + 1),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    const ended = silences.get(id, NOW + 1);
    assert.deepEqual(
      [ended.state, ended.ended],
      ['expired', { at: NOW + 1, by: 'bert', why: 'ended early' }],
    );
    await assert.rejects(silences.expire(id, 'cleo', NOW + 2), {
      code: 'bad-request',
      message: `silence ${id} is over since ${new Date(NOW + 1).toISOString()} (bert)`,
    });
    await assert.rejects(silences.expire('none', 'cleo', NOW), { message: 'there is no silence none' });
    assert.deepEqual(told()[0], 'silence.expired; person bert; ended early');
  });

  it('is refused with the reason when it says nonsense, and nothing is changed', async () => {
    const { silences, told, appends } = await people();
    const refused = async (draft: SilenceDraft, path: string, message: RegExp) => {
      await assert.rejects(silences.create(draft, NOW), { code: 'bad-request', place: { path }, message });
    };
    await refused(draftOf(''), 'matchers', /found no matchers/);
    await refused(draftOf('a=b,'.repeat(51)), 'matchers', /found 51 matchers, expected at most 50/);
    await refused(draftOf('a=b', { createdBy: '' }), 'created_by', /found no name/);
    await refused(draftOf('a=b', { createdBy: 'x'.repeat(101) }), 'created_by', /101 characters/);
    await refused(draftOf('a=b', { comment: ' ' }), 'comment', /found no reason/);
    await refused(draftOf('a=b', { comment: 'x'.repeat(1001) }), 'comment', /1001 characters/);
    await refused(draftOf('a=b', { endsAt: NOW }), 'ends_at', /expected one after the start/);
    await refused(
      draftOf('a=b', { endsAt: NOW - HOUR, startsAt: NOW - 2 * HOUR }),
      'ends_at',
      /after the start/,
    );
    await refused(draftOf('a=b', { endsAt: NOW + 31 * DAY }), 'ends_at', /of 31 d, expected at most 30 d/);
    await refused(
      draftOf('a=b', { startsAt: NOW + 400 * DAY, endsAt: NOW + 401 * DAY }),
      'starts_at',
      /within a year/,
    );
    assert.deepEqual([told(), appends, silences.list(NOW)], [[], [], []]);
  });

  it('may be as long as is configured', async () => {
    const { silences } = await people(HOUR);
    await assert.rejects(silences.create(draftOf('a=b'), NOW), /of 2 h, expected at most 60 min/);
    await silences.create(draftOf('a=b', { endsAt: NOW + HOUR }), NOW);
  });

  it('that takes everything must be meant', async () => {
    const { silences } = await people();
    for (const text of ['a=~".*"', 'a!=b', 'node=~".+"', 'a=~".*", b!=c']) {
      await assert.rejects(silences.create(draftOf(text), NOW), {
        place: { path: 'matchers' },
        message: /which takes nearly every alert/,
        cure: /force/,
      });
      await silences.create(draftOf(text, { force: true }), NOW);
    }
    await silences.create(draftOf('a=~".*", pool=edge'), NOW);
  });

  it('shows before it is made what it would hold back', async () => {
    const { silences, add, nodes, told } = await people();
    add(
      alertOf('a1', { pool: 'edge' }),
      alertOf('a2', { pool: 'core' }),
      alertOf('a3', { pool: 'edge' }, { phase: 'pending', firedAt: null }),
      alertOf(
        'a4',
        { pool: 'edge' },
        { about: { kind: 'growth', severity: 'ticket', labels: { pool: 'edge' } } },
      ),
    );
    nodes.push({ name: 'r-1', labels: { pool: 'edge' } }, { name: 'r-2', labels: { pool: 'core' } });
    const shown = (text: string) => {
      const { alerts, channels, nodes, isEverything } = silences.preview(parseMatchers(text));
      return [alerts.map(({ id }) => id).join(), channels.join(), nodes.join(), isEverything];
    };
    assert.deepEqual(shown('pool=edge'), ['a1,a3,a4', 'mail,chat', 'r-1', false]);
    assert.deepEqual(shown('pool=edge,severity=ticket'), ['a4', 'chat', 'r-1', false]);
    assert.deepEqual(shown('alertname=NotReady,node=node-of-a2'), ['a2', 'mail,chat', '', false]);
    assert.deepEqual(shown('node=r-2'), ['', '', 'r-2', false]);
    assert.deepEqual(shown('node=~".+"'), ['a1,a2,a3,a4', 'mail,chat', 'r-1,r-2', true]);
    assert.deepEqual(told(), []);
  });

  it('is nothing while the ledger does not take it', async () => {
    const { silences, state, told } = await people();
    state.isFull = true;
    await assert.rejects(silences.create(draftOf('a=b'), NOW), { code: 'store-failed' });
    assert.deepEqual([silences.list(NOW), told()], [[], []]);
    state.isFull = false;
    const { id } = await silences.create(draftOf('a=b'), NOW);
    state.isFull = true;
    await assert.rejects(silences.expire(id, 'anna', NOW), { code: 'store-failed' });
    assert.equal(silences.get(id, NOW).state, 'active');
  });

  it('is there after a restart, its matchers whole', async () => {
    const { silences, open, ledger, logText } = await people();
    const made = await silences.create(draftOf('"a b"=~"c|\\"d", e!="", pool=edge'), NOW);
    await ledger.append([{ collection: 'silences', key: 'odd', value: { id: 7 } }]);
    const again = await open();
    const [kept] = again.silences.list(NOW);
    assert.deepEqual(
      { ...kept, matchers: kept.matchers.map(String) },
      {
        ...made,
        matchers: ['"a b"=~"c|\\"d"', 'e!=""', 'pool="edge"'],
      },
    );
    assert.match(logText(), /"key":"odd".*cannot be read/);
  });

  it('is forgotten when a thousand others are over, too, and there may be a thousand in force', async () => {
    const { silences, ledger } = await people();
    const [first] = await Promise.all(
      Array.from({ length: 1000 }, () => silences.create(draftOf('a=b', { endsAt: NOW + MINUTE }), NOW)),
    );
    await assert.rejects(silences.create(draftOf('a=b'), NOW), /found 1000 silences in force/);
    await silences.create(draftOf('a=b', { endsAt: NOW + 2 * MINUTE }), NOW + MINUTE);
    await silences.tick(NOW + 2 * MINUTE);
    assert.equal(silences.list(NOW + 2 * MINUTE).length, 1000);
    assert.throws(() => silences.get(first.id, NOW), { code: 'not-found' });
    assert.equal((await ledger.load('silences')).size, 1000);
  });

  it('has a state that follows from its times alone', () => {
    const silence = { startsAt: 10, endsAt: 20, ended: null };
    assert.deepEqual(
      [9, 10, 19, 20].map((now) => silenceState(silence, now)),
      ['pending', 'active', 'active', 'expired'],
    );
    assert.equal(silenceState({ ...silence, ended: { at: 12, by: 'anna', why: '' } }, 11), 'expired');
  });
});
