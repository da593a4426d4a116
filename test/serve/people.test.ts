import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Api } from '../support/api.js';
import { buildService, type Wishes } from '../support/build-service.js';
import { HOUR, MINUTE } from '../support/leak.js';
import { heldAlerts, NOT_READY_RULES, notReady } from '../support/not-ready.js';
import { RoundClock } from '../support/round-clock.js';

const NOW = Date.UTC(2026, 10, 22, 13, 29);

async function withAlerts(t: TestContext, more: Partial<Wishes> = {}) {
  const clock = new RoundClock(NOW);
  const built = await buildService(t, { clock, rules: NOT_READY_RULES, ...more });
  const { api, service } = built;
  const fire = async (node: string, labels: Record<string, string>) => {
    await api.push(notReady(node, clock.now(), labels));
    await clock.pass(500);
    return service.pipeline.alerts.of(node)[0].id;
  };
  const ready = async (node: string) => {
    await api.push({ node, time: clock.now(), ready: 1, rss: 1e8 });
    await clock.pass(500);
  };
  return { ...built, clock, fire, ready };
}

/** The JSON that a request with a JSON body is answered. */
async function send(api: Api, method: string, path: string, body?: unknown) {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { status, text } = await api.ask(`/api/v1${path}`, init);
  return { status, answer: JSON.parse(text) };
}

describe('acknowledging over HTTP', () => {
  it('takes an alert for as long as is asked, and gives it back', async (t) => {
    const { api, fire, clock } = await withAlerts(t);
    const id = await fire('r-1', { pool: 'edge' });
    const at = clock.now();
    const taken = await send(api, 'POST', `/alerts/${id}/ack`, { why: 'mine', for: '2h', by: 'anna' });
    assert.equal(taken.status, 200);
    assert.deepEqual(taken.answer.ack, { by: 'anna', why: 'mine', at, until: at + 2 * HOUR });
    assert.equal(taken.answer.state, 'acknowledged');
    assert.deepEqual(await heldAlerts(api, '?state=firing'), []);
    assert.deepEqual(
      (await heldAlerts(api, '?state=acknowledged')).map(({ ack }) => ack),
      [taken.answer.ack],
    );
    const usual = await send(api, 'POST', `/alerts/${id}/ack`);
    assert.deepEqual(usual.answer.ack, { by: 'somebody', why: '', at, until: at + 8 * HOUR });
    const until = new Date(at + HOUR).toISOString();
    assert.equal((await send(api, 'POST', `/alerts/${id}/ack`, { until })).answer.ack.until, at + HOUR);
    const back = await send(api, 'DELETE', `/alerts/${id}/ack?by=anna`);
    assert.deepEqual([back.status, back.answer.state, back.answer.ack], [200, 'firing', null]);
    const again = await send(api, 'DELETE', `/alerts/${id}/ack`);
    assert.deepEqual([again.status, again.answer.message], [404, `nobody has taken alert ${id}`]);
  });

  it('ends at its time, and with its episode: the next one is told again', async (t) => {
    const { api, fire, ready, clock } = await withAlerts(t);
    const id = await fire('r-1', {});
    await send(api, 'POST', `/alerts/${id}/ack`, { for: '1m', by: 'anna' });
    await clock.pass(MINUTE, MINUTE);
    assert.equal((await heldAlerts(api, '?state=firing')).length, 1);
    await send(api, 'POST', `/alerts/${id}/ack`, { by: 'anna' });
    await ready('r-1');
    await clock.pass(5 * MINUTE, MINUTE);
    const next = await fire('r-1', {});
    assert.notEqual(next, id);
    assert.deepEqual(
      (await heldAlerts(api)).map(({ id, state }) => [id, state]),
      [
        [next, 'firing'],
        [id, 'resolved'],
      ],
    );
    const over = await send(api, 'POST', `/alerts/${id}/ack`);
    assert.equal(over.status, 404);
    assert.match(over.answer.message, /^alert \w+ \(NotReady on r-1\) is over since 2026-11-22T13:3/);
    const { events } = await api.get<{ events: { why: string; who: string }[] }>(
      '/api/v1/audit?what=ack.ended',
    );
    assert.deepEqual(
      events.map(({ why, who }) => `${who}: ${why}`),
      ['service: the alert is over', 'service: its time is up'],
    );
  });

  it('by many at once leaves one in force and records them all', async (t) => {
    const { api, fire } = await withAlerts(t);
    const id = await fire('r-1', {});
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => send(api, 'POST', `/alerts/${id}/ack`, { by: `p${index}` })),
    );
    for (const { status } of answers) assert.equal(status, 200);
    const { events } = await api.get<{ events: { details: { by: string } }[] }>('/api/v1/audit?what=ack');
    assert.equal(events.length, 10);
    assert.equal((await heldAlerts(api))[0].ack?.by, events[0].details.by, 'the last one recorded');
  });

  it('refuses what it cannot read, with the field', async (t) => {
    const { api, fire } = await withAlerts(t);
    const id = await fire('r-1', {});
    const refused = async (body: unknown, path: string, message: RegExp) => {
      const { status, answer } = await send(api, 'POST', `/alerts/${id}/ack`, body);
      assert.deepEqual([status, answer.code, answer.path], [400, 'bad-request', path]);
      assert.match(answer.message, message);
    };
    await refused({ for: 'ever' }, 'for', /found for "ever", expected a duration such as 2h/);
    await refused({ until: 'noon' }, 'until', /found until "noon", expected unix ms or RFC 3339/);
    await refused({ until: 1e20 }, 'until', /expected at most 7 d/);
    await refused({ until: '1e999' }, 'until', /expected unix ms or RFC 3339/);
    await refused({ until: true }, 'until', /found true, expected unix ms or RFC 3339/);
    await refused({ until: NOW - 1 }, 'until', /past/);
    await refused({ until: NOW + HOUR, for: '1h' }, 'until', /found both until and for/);
    await refused({ why: 7 }, 'why', /found 7, expected a text/);
    await refused({ untill: 7 }, 'untill', /found the field "untill", expected one of .*until was meant/);
    const broken = await api.ask(`/api/v1/alerts/${id}/ack`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"why": ',
    });
    assert.equal(broken.status, 400);
    assert.match(broken.text, /"bad-json".*not JSON.*Send one JSON object/);
    assert.equal((await send(api, 'POST', '/alerts/none/ack')).answer.message, 'there is no alert none');
    assert.equal((await heldAlerts(api))[0].ack, null);
  });
});

describe('silencing over HTTP', () => {
  it('is shown first, then made, listed and ended', async (t) => {
    const { api, fire, clock } = await withAlerts(t, {
      config: { notify: { channels: { log: { type: 'console' } } } },
    });
    await fire('r-1', { pool: 'edge' });
    await fire('r-2', { pool: 'core' });
    const matchers = ['pool=~"edge|batch"', { name: 'severity', value: 'page', isRegex: false }];
    const shown = (await send(api, 'POST', '/silences/preview', { matchers })).answer;
    assert.deepEqual(
      [
        shown.alerts.map(({ node }: { node: string }) => node),
        shown.channels,
        shown.nodes,
        shown.takes_everything,
      ],
      [['r-1'], ['log'], { count: 1, names: ['r-1'] }, false],
    );
    assert.deepEqual((await send(api, 'GET', '/silences')).answer, { silences: [] });
    const at = clock.now();
    const made = await send(api, 'POST', '/silences', { matchers, comment: 'deploy', for: '1h', by: 'anna' });
    assert.equal(made.status, 200);
    const { id } = made.answer;
    assert.deepEqual(made.answer, {
      id,
      matchers: ['pool=~"edge|batch"', 'severity="page"'],
      state: 'active',
      starts_at: at,
      ends_at: at + HOUR,
      created_at: at,
      created_by: 'anna',
      comment: 'deploy',
      ended: null,
    });
    assert.deepEqual((await send(api, 'GET', `/silences/${id}`)).answer, made.answer);
    assert.deepEqual(
      (await heldAlerts(api)).map(({ node, state, silenced_by }) => [node, state, silenced_by]),
      [
        ['r-1', 'silenced', [id]],
        ['r-2', 'firing', []],
      ],
    );
    const ended = await send(api, 'DELETE', `/silences/${id}?by=bert`);
    assert.deepEqual(ended.answer.ended, { at, by: 'bert', why: 'ended early' });
    assert.equal((await send(api, 'DELETE', `/silences/${id}`)).status, 400);
    assert.equal((await send(api, 'GET', '/silences?state=active')).answer.silences.length, 0);
    assert.equal((await send(api, 'GET', '/silences?state=expired')).answer.silences.length, 1);
    assert.equal((await heldAlerts(api, '?state=firing')).length, 2);
  });

  it('begins and ends by the clock', async (t) => {
    const { api, fire, clock } = await withAlerts(t);
    await fire('r-1', { pool: 'edge' });
    const starts_at = new Date(clock.now() + HOUR).toISOString();
    await send(api, 'POST', '/silences', { matchers: 'pool=edge', comment: 'later', starts_at, for: '30m' });
    const states: string[] = [];
    for (let half = 0; half < 4; half++) {
      states.push((await heldAlerts(api))[0].state);
      await clock.pass(30 * MINUTE, 30 * MINUTE);
    }
    assert.deepEqual(states, ['firing', 'firing', 'silenced', 'firing']);
    const { events } = await api.get<{ events: { what: string; who: string }[] }>(
      '/api/v1/audit?what=silence',
    );
    assert.deepEqual(
      events.map(({ what, who }) => `${what} ${who}`),
      ['silence.expired service', 'silence.created person somebody'],
    );
  });

  it('refuses what it cannot do and changes nothing', async (t) => {
    const { api } = await withAlerts(t, { config: { people: { longestSilence: '1d' } } });
    const good = { matchers: 'pool=edge', comment: 'deploy' };
    const refused = async (body: unknown, path: string, message: RegExp) => {
      const { status, answer } = await send(api, 'POST', '/silences', body);
      assert.deepEqual(
        [status, answer.code, answer.path],
        [400, 'bad-request', path],
        JSON.stringify(answer),
      );
      assert.match(answer.message, message);
      assert.ok(answer.cure.length > 0);
    };
    await refused({ comment: 'x' }, 'matchers', /found nothing, expected matchers such as/);
    await refused({ matchers: 'pool=edge' }, 'comment', /found nothing, expected why it is silenced/);
    await refused({ ...good, matchers: [] }, 'matchers', /found no matchers/);
    await refused({ ...good, matchers: 'pool' }, 'matchers', /^matchers, column 5: found the end/);
    await refused({ ...good, matchers: ['a=b', 'c=~"("'] }, 'matchers[1]', /column 4: .*RE2 refuses/);
    await refused(
      { ...good, matchers: [{ name: 'a', value: '(', isRegex: true }] },
      'matchers[0]',
      /RE2 refuses/,
    );
    await refused({ ...good, matchers: 'node=~".*"' }, 'matchers', /nearly every alert/);
    await refused({ ...good, for: '2d' }, 'ends_at', /found a silence of 48 h|found a silence of 2 d/);
    await refused({ ...good, ends_at: NOW - 1 }, 'ends_at', /after the start/);
    await refused({ ...good, force: 'yes' }, 'force', /found "yes", expected true or false/);
    assert.deepEqual((await send(api, 'GET', '/silences')).answer, { silences: [] });
    assert.equal((await send(api, 'GET', '/silences/none')).status, 404);
    assert.equal((await send(api, 'DELETE', '/silences/none')).status, 404);
    assert.equal(
      (await send(api, 'POST', '/silences', { ...good, matchers: 'node=~".*"', force: true })).status,
      200,
    );
  });
});

describe('people and their tokens', () => {
  it('may look with any, change with an admin one, and are named by it', async (t) => {
    const config = {
      people: {
        tokens: [
          { name: 'oncall', token: 'admin-secret-1', role: 'admin' },
          { name: 'wall', token: 'reader-secret-1' },
        ],
      },
    };
    const { api, service, fire } = await withAlerts(t, { config });
    const id = await fire('r-1', {});
    const [admin, reader] = ['admin-secret-1', 'reader-secret-1'].map((token) => new Api(service.url, token));
    const silence = { matchers: 'pool=edge', comment: 'deploy' };
    const statuses = async (who: Api) => [
      (await send(who, 'GET', '/silences')).status,
      (await send(who, 'GET', '/audit')).status,
      (await send(who, 'POST', '/silences/preview', { matchers: 'pool=edge' })).status,
      (await send(who, 'POST', '/silences', silence)).status,
      (await send(who, 'POST', `/alerts/${id}/ack`, { by: 'anna' })).status,
      (await send(who, 'DELETE', `/alerts/${id}/ack`)).status,
      (await send(who, 'DELETE', '/silences/none')).status,
    ];
    assert.deepEqual(await statuses(reader), [200, 200, 200, 403, 403, 403, 403]);
    assert.deepEqual(await statuses(admin), [200, 200, 200, 200, 200, 200, 404]);
    assert.deepEqual(await statuses(api), [401, 401, 401, 401, 401, 401, 401]);
    const { events } = (await send(admin, 'GET', '/audit?who=oncall')).answer;
    assert.deepEqual(
      events.map(({ what, who }: { what: string; who: string }) => `${what}: ${who}`),
      ['ack.ended: person oncall', 'ack: person oncall (anna)', 'silence.created: person oncall'],
    );
  });
});

describe('the audit log over HTTP', () => {
  it('tells of alerts, messages, rules and the start, newest first, and can be narrowed down', async (t) => {
    const { api, fire, ready } = await withAlerts(t);
    const id = await fire('r-1', {});
    await ready('r-1');
    const kinds = async (query: string) => {
      const { events } = await api.get<{ events: { what: string }[] }>(`/api/v1/audit${query}`);
      return events.map(({ what }) => what);
    };
    assert.deepEqual(await kinds(''), ['alert.resolved', 'alert.firing', 'service.started']);
    assert.deepEqual(await kinds(`?subject=${id}`), ['alert.resolved', 'alert.firing']);
    assert.deepEqual(await kinds('?subject=r-1&limit=1'), ['alert.resolved']);
    assert.deepEqual(await kinds('?what=service'), ['service.started']);
    assert.deepEqual(await kinds(`?to=${NOW + 1}`), ['service.started']);
    assert.deepEqual(await kinds(`?from=${new Date(NOW + 1).toISOString()}&who=NotReady`), [
      'alert.resolved',
      'alert.firing',
    ]);
    for (const [query, message] of [
      ['what=nonsense', /found what "nonsense", expected one of service.started/],
      ['limit=0', /found limit "0", expected a number from 1 to 1000/],
      ['from=noon', /found from "noon"/],
    ] as const) {
      const { status, text } = await api.ask(`/api/v1/audit?${query}`);
      assert.equal(status, 400);
      assert.match(JSON.parse(text).message, message);
    }
  });
});
