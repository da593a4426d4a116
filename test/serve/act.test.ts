import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { LinkWish } from '../../src/dispatch/index.js';
import { buildService } from '../support/build-service.js';
import { HOUR, MINUTE } from '../support/leak.js';
import { heldAlerts, NOT_READY_RULES, notReady } from '../support/not-ready.js';
import { RoundClock } from '../support/round-clock.js';

const NOW = Date.UTC(2026, 10, 22, 13, 29);
const DAY = 24 * HOUR;

/** A service with nodes of two pools whose alerts fire, and what its links need. */
async function withAlerts(t: TestContext, config: Record<string, unknown> = {}) {
  const clock = new RoundClock(NOW);
  const built = await buildService(t, {
    clock,
    rules: NOT_READY_RULES,
    config: { notify: { timeZone: 'UTC', channels: { log: { type: 'console' } } }, ...config },
  });
  const { service, api } = built;
  const { people, audit, alerts } = service.pipeline;
  for (const [node, pool] of [
    ['r-1', 'edge'],
    ['r-2', 'edge'],
    ['r-3', '<b>"core"</b>'],
  ]) {
    await api.push(notReady(node, clock.now(), { pool }));
  }
  await clock.pass(1000);
  const idOf = (node: string): string => alerts.of(node)[0].id;
  const link = (wish: Partial<LinkWish> = {}): string => {
    const whole = { action: 'acknowledge', subject: idOf('r-1'), until: clock.now() + DAY, ...wish } as const;
    return people.links.sign(whole, clock.now()) ?? '';
  };
  const get = (path: string, method = 'GET') => api.ask(path, { method });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    api.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  /** Opens a link and sends its form as a browser would. */
  const fillIn = async (
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ) => {
    const { text } = await get(path);
    return post(path, { form: fieldOf(text, 'form'), ...fields }, headers);
  };
  const records = () => audit.list({ limit: 1000 }).filter(({ what }) => /^(ack|silence)/.test(what));
  return { ...built, clock, people, idOf, link, get, post, fillIn, records };
}

function fieldOf(page: string, name: string): string {
  const found = new RegExp(`<input [^>]*name="${name}"[^>]* value="([^"]*)"`).exec(page);
  assert.ok(found, `the page has a field ${name}`);
  return found[1];
}

/** The path of the button that a page ends with. */
function nextOf(page: string): string {
  const found = /<a class="button second" href="\.\/([^"]+)"/.exec(page);
  assert.ok(found, 'the page offers a next step');
  return `/act/${found[1]}`;
}

describe('the link to acknowledge', () => {
  it('opens a page that asks, says what it is about, and changes nothing', async (t) => {
    const { link, get, records, people, idOf, clock } = await withAlerts(t);
    const path = link();
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
      const { status, headers, text } = await get(path, method);
      assert.equal(status, 200);
      assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/);
      assert.match(
        headers.get('content-security-policy') ?? '',
        /form-action 'self'.*frame-ancestors 'none'/,
      );
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('x-robots-tag') ?? '', /noindex/);
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
      if (method === 'HEAD') continue;
      assert.match(text, /<h1>Acknowledge 1 alert<\/h1>/);
      assert.match(text, /<strong>r-1<\/strong> NotReady \(page\)<br>.*fails its readiness check/);
      assert.match(text, /<option value="8h" selected>8 h, until 21:29/);
      assert.match(text, /prefers-color-scheme:dark/);
      assert.match(text, /name="viewport" content="width=device-width/);
      assert.doesNotMatch(
        text,
        /<script|<img|<link|\bsrc=|url\(|@import|\bon\w+="/i,
        'nothing is loaded or run',
      );
    }
    assert.deepEqual(records(), []);
    assert.equal(people.acks.of(idOf('r-1'), clock.now()), undefined);
  });

  it('acknowledges when its form is sent, under the name that was given', async (t) => {
    const { link, fillIn, records, api, idOf, clock } = await withAlerts(t);
    const { status, text } = await fillIn(link(), { by: ' Anna <b> ', why: 'I look & see', for: '2h' });
    assert.equal(status, 200, text);
    assert.match(text, /<h1>Acknowledged<\/h1>/);
    assert.match(text, /Anna &lt;b&gt; has taken 1 alert at 13:29(:\d\d)? UTC, until 15:29/);
    const [alert] = await heldAlerts(api, '?state=acknowledged');
    assert.deepEqual(alert.ack, {
      by: 'Anna <b>',
      why: 'I look & see',
      at: clock.now(),
      until: clock.now() + 2 * HOUR,
    });
    assert.equal(alert.node, 'r-1');
    assert.equal((await heldAlerts(api, '?state=firing')).length, 2);
    const [record] = records();
    assert.deepEqual(
      [record.what, record.who, record.subject, record.why, record.details.node],
      ['ack', 'link (Anna <b>)', idOf('r-1'), 'I look & see', 'r-1'],
    );
  });

  it('used again says that it was done, by whom, and changes nothing', async (t) => {
    const { link, fillIn, get, post, records } = await withAlerts(t);
    const path = link();
    const form = fieldOf((await get(path)).text, 'form');
    await fillIn(path, { by: 'anna', why: 'mine' });
    for (const { status, text } of [
      await get(path),
      await post(path, { form, by: 'bert', why: 'no, mine' }),
    ]) {
      assert.equal(status, 200);
      assert.match(text, /<h1>Acknowledged already<\/h1>/);
      assert.match(text, /anna has taken 1 alert/);
      assert.doesNotMatch(text, /<form|bert/);
    }
    assert.equal(records().length, 1);
  });

  it('sent by many at once acknowledges once', async (t) => {
    const { link, get, post, records } = await withAlerts(t);
    const path = link();
    const form = fieldOf((await get(path)).text, 'form');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => post(path, { form, by: `p${index}`, why: '' })),
    );
    assert.deepEqual(answers.map(({ text }) => /<h1>Acknowledged<\/h1>/.test(text)).filter(Boolean), [true]);
    const [winner] = records();
    assert.equal(records().length, 1);
    for (const { status, text } of answers) {
      assert.equal(status, 200);
      assert.ok(text.includes(`${winner.details.by} has taken`));
    }
  });

  it('can be undone, and done again, from the pages that it leads to', async (t) => {
    const { link, fillIn, get, records, people, idOf, clock } = await withAlerts(t);
    const path = link();
    const undo = nextOf((await fillIn(path, { by: 'anna', why: '' })).text);
    await clock.pass(MINUTE, MINUTE);
    assert.match((await get(undo)).text, /<h1>Give back 1 alert<\/h1>/);
    const undone = await fillIn(undo, { by: 'bert' });
    assert.match(undone.text, /<h1>Given back<\/h1>/);
    assert.equal(people.acks.of(idOf('r-1'), clock.now()), undefined);
    assert.match((await get(path)).text, /It is over already/);
    await fillIn(nextOf(undone.text), { by: 'bert', why: '' });
    assert.equal(people.acks.of(idOf('r-1'), clock.now())?.by, 'bert');
    assert.deepEqual(
      records().map(({ what, who }) => `${what} ${who}`),
      ['ack link (bert)', 'ack.ended link (bert)', 'ack link (anna)'],
    );
    const fresh = nextOf((await get(path)).text);
    await fillIn(fresh, { by: 'cleo', why: '' });
    assert.equal(people.acks.of(idOf('r-1'), clock.now())?.by, 'cleo');
  });

  it('is good after a restart, once used or not', async (t) => {
    const first = await withAlerts(t);
    const [used, unused] = [first.link(), first.link({ subject: first.idOf('r-2') })];
    await first.fillIn(used, { by: 'anna', why: '' });
    await first.close();
    const { api, service } = await buildService(t, {
      clock: new RoundClock(NOW + MINUTE),
      folder: first.folder,
    });
    const { text } = await api.ask(used);
    assert.match(text, /<h1>Acknowledged already<\/h1>.*anna has taken 1 alert/s);
    assert.match((await api.ask(unused)).text, /<h1>Acknowledge 1 alert<\/h1>/);
    assert.equal(service.pipeline.people.acks.of(first.idOf('r-1'), NOW + MINUTE)?.by, 'anna');
  });

  it('of a group takes those that fired before it was signed, and no later ones', async (t) => {
    const { link, fillIn, people, api, clock, idOf } = await withAlerts(t);
    const path = link({ subject: '{alertname="NotReady",pool="edge"}' });
    await clock.pass(MINUTE, MINUTE);
    await api.push(notReady('r-9', clock.now(), { pool: 'edge' }));
    await clock.pass(1000);
    const { text } = await fillIn(path, { by: 'anna', why: '' });
    assert.match(text, /anna has taken 2 alerts/);
    const taken = ['r-1', 'r-2', 'r-3', 'r-9'].map((node) => people.acks.of(idOf(node), clock.now())?.by);
    assert.deepEqual(taken, ['anna', 'anna', undefined, undefined]);
  });

  it('of a message is about the labels of its group', async (t) => {
    const { people, get, clock } = await withAlerts(t);
    const links = people.linksFor({ alertname: 'NotReady', severity: 'page', pool: 'edge' }, clock.now());
    assert.match((await get(links.acknowledge ?? '')).text, /<h1>Acknowledge 2 alerts<\/h1>/);
    assert.match((await get(links.silence ?? '')).text, /Messages to log about 2 alerts:/);
    assert.deepEqual(people.linksFor({}, clock.now()), {});
    assert.deepEqual(people.linksFor({ pool: 'x'.repeat(2000) }, clock.now()), {});
  });

  it('tells when somebody else has it', async (t) => {
    const { link, fillIn, get } = await withAlerts(t);
    await fillIn(link(), { by: 'anna', why: '' });
    assert.match((await get(link())).text, /anna has taken it until 21:29/);
  });

  it('asks again, with what was written, when the form is not complete', async (t) => {
    const { link, fillIn, records } = await withAlerts(t);
    for (const [fields, complaint] of [
      [{ by: '  ', why: '"why"' }, /found no name, expected yours/],
      [{ by: 'anna', why: '"why"', for: 'ever' }, /found &quot;ever&quot;, expected a duration/],
      [{ by: 'anna', why: '"why"', for: '30d' }, /found 30 d, expected at most 7 d/],
    ] as const) {
      const { status, text } = await fillIn(link(), fields);
      assert.equal(status, 400);
      assert.match(text, complaint);
      assert.match(text, /value="&quot;why&quot;"/);
      assert.match(text, /<button type="submit">Acknowledge/);
    }
    assert.deepEqual(records(), []);
  });

  it('is refused with a page that says what to do', async (t) => {
    const { link, get, clock, api, idOf, records } = await withAlerts(t);
    const path = link();
    const pages = async (address: string, status: number, title: RegExp) => {
      for (const answer of [await get(address), await get(address, 'POST')]) {
        assert.equal(answer.status, status, answer.text);
        assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
        assert.match(answer.text, title);
        assert.match(answer.text, /Nothing was changed/);
      }
    };
    const changed = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    await pages(changed, 403, /This link cannot be used.*was not made by this service/s);
    await pages('/act/nonsense', 403, /This link cannot be used/);
    assert.equal((await get(link({ subject: 'no-such-alert' }))).status, 404);
    assert.match((await get(link({ subject: 'no-such-alert' }))).text, /not known any more/);
    const gone = link({ subject: idOf('r-2') });
    await api.push({ node: 'r-2', time: clock.now(), ready: 1, rss: 1e8 });
    await clock.pass(1000);
    assert.equal((await get(gone)).status, 410);
    assert.match((await get(gone)).text, /NotReady on r-2 is over since 2026-11-22T13:29/);
    await clock.pass(DAY, DAY);
    await pages(path, 410, /This is over.*was good until 2026-11-23T13:29/s);
    assert.deepEqual(records(), []);
  });

  it('takes no form from elsewhere', async (t) => {
    const { link, get, post, service, records } = await withAlerts(t);
    const path = link();
    const form = fieldOf((await get(path)).text, 'form');
    const other = fieldOf((await get(link())).text, 'form');
    const filled = { form, by: 'anna', why: '' };
    const refused: [Record<string, string>, Record<string, string>][] = [
      [{ ...filled, form: '' }, {}],
      [{ ...filled, form: other }, {}],
      [filled, { origin: 'https://evil.example' }],
      [filled, { 'sec-fetch-site': 'cross-site' }],
      [filled, { 'sec-fetch-site': 'same-site', origin: 'null' }],
    ];
    for (const [fields, headers] of refused) {
      const { status, text } = await post(path, fields, headers);
      assert.equal(status, 403, text);
      assert.match(text, /Nothing was changed/);
    }
    assert.equal((await get(path, 'DELETE')).status, 404);
    const json = await post(path, filled, { 'content-type': 'application/json' });
    assert.equal(json.status, 415);
    assert.match(json.text, /<h1>/);
    assert.equal((await post(path, { ...filled, why: 'x'.repeat(20_000) })).status, 413);
    assert.deepEqual(records(), []);
    // As browsers send it under our referrer policy, and as those do that do not know it.
    for (const headers of [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, { origin: service.url }]) {
      assert.equal((await post(path, filled, headers as Record<string, string>)).status, 200);
    }
    assert.equal(records().length, 1);
  });

  it('works without a token where tokens are needed, and behind an address of another name', async (t) => {
    const people = { tokens: [{ name: 'ann', token: 'admin-secret-1', role: 'admin' }] };
    const { link, fillIn, api } = await withAlerts(t, {
      people,
      notify: { externalUrl: 'https://ops.example.org/headroom' },
    });
    assert.equal((await api.ask('/api/v1/alerts')).status, 401);
    const headers = { origin: 'https://ops.example.org' };
    assert.match((await fillIn(link(), { by: 'anna', why: '' }, headers)).text, /<h1>Acknowledged</);
  });
});

describe('the link to silence', () => {
  const subject = '{pool="edge"}';

  it('shows what it would hold back, silences when sent, and can be undone', async (t) => {
    const { link, fillIn, get, api, records, clock } = await withAlerts(t);
    const path = link({ action: 'silence', subject });
    const { text } = await get(path);
    assert.match(text, /<code>\{pool=&quot;edge&quot;\}<\/code>/);
    assert.match(text, /Messages to log about 2 alerts:/);
    assert.match(text, /Nodes that it is about: r-1, r-2\./);
    assert.doesNotMatch(text, /name="force"/);
    assert.equal((await fillIn(path, { by: 'anna', why: '' })).status, 400, 'a reason is asked for');
    const done = await fillIn(path, { by: 'anna', why: 'deploy', for: '1h' });
    assert.match(done.text, /<h1>Silenced<\/h1>.*anna has silenced this at .*, until 14:29/s);
    assert.deepEqual(
      (await heldAlerts(api, '?state=silenced')).map(({ node, silenced_by }) => [node, silenced_by.length]),
      [
        ['r-1', 1],
        ['r-2', 1],
      ],
    );
    assert.match((await get(path)).text, /<h1>Silenced already<\/h1>/);
    const undo = nextOf(done.text);
    assert.match((await get(undo)).text, /anna silenced it until .*: deploy/);
    assert.match((await fillIn(undo, { by: 'bert' })).text, /<h1>Silence ended<\/h1>/);
    assert.deepEqual(await heldAlerts(api, '?state=silenced'), []);
    assert.deepEqual(
      records().map(({ what, who }) => `${what} ${who}`),
      ['silence.expired link (bert)', 'silence.created link (anna)'],
    );
    await clock.pass(2 * HOUR, HOUR);
    assert.equal((await get(undo)).status, 410);
  });

  it('shows labels as text, whatever is in them', async (t) => {
    const { link, get } = await withAlerts(t);
    const { text } = await get(link({ action: 'silence', subject: '{pool="<b>\\"core\\"</b>"}' }));
    assert.match(text, /about 1 alert:/);
    assert.doesNotMatch(text, /<b>/);
  });

  it('of everything has to be meant', async (t) => {
    const { link, get, fillIn, people, clock } = await withAlerts(t);
    const path = link({ action: 'silence', subject: '{node=~".+"}' });
    assert.match((await get(path)).text, /name="force" value="yes" required/);
    const { status, text } = await fillIn(path, { by: 'anna', why: 'all' });
    assert.equal(status, 400);
    assert.match(text, /takes nearly every alert/);
    assert.equal((await fillIn(path, { by: 'anna', why: 'all', force: 'yes' })).status, 200);
    assert.equal(people.silences.list(clock.now()).length, 1);
  });

  it('offers no longer time than is allowed', async (t) => {
    const { link, get } = await withAlerts(t, { people: { longestSilence: '1h' } });
    const { text } = await get(link({ action: 'silence', subject }));
    assert.deepEqual(
      [...text.matchAll(/<option value="(\w+)"/g)].map(([, value]) => value),
      ['15m', '30m', '1h'],
    );
    assert.match(text, /value="1h" selected/);
  });
});
