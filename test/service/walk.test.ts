import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type BuiltService, buildService } from '../support/build-service.js';
import { HOUR, type Leak, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { openMailbox } from '../support/mailbox.js';
import { openReceiver } from '../support/receiver.js';
import { RoundClock } from '../support/round-clock.js';
import { tempFolder } from '../support/temp-folder.js';
import { until } from '../support/until.js';

const START = Date.UTC(2026, 10, 23, 8);
const STEP = 15 * SECOND;

const BREACH = `
groups:
  - name: memory
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 60% }
        for: 5m
        severity: page
        runbook: https://runbooks.example/memory
`;

/** 500 MiB three hours before, now 950 MiB: the limit is 46 minutes away. */
function leakOf(node: string, clock: RoundClock, changes: Partial<Leak> = {}): Leak {
  const start = clock.now() - 3 * HOUR;
  return { node, start, base: 500 * MIB, perHour: 150 * MIB, limit: 1064 * MIB, ...changes };
}

/** Lets time pass while the node goes on sending as before, a sample every 15 s. */
async function live({ api }: BuiltService, clock: RoundClock, leak: Leak, ms: number): Promise<void> {
  for (const end = clock.now() + ms; clock.now() < end; ) {
    await api.push(leakSamples(leak, clock.now(), clock.now() + 1, STEP));
    await clock.pass(Math.min(STEP, end - clock.now()), 5 * SECOND);
  }
}

/** Everything that the leak sent up to now, in one go. */
async function pushHistory({ api }: BuiltService, clock: RoundClock, leak: Leak): Promise<void> {
  await api.push(leakSamples(leak, leak.start, clock.now(), STEP));
}

async function statesOf({ api }: BuiltService, node: string): Promise<string[]> {
  return (await api.alerts(`?node=${node}`)).map(({ rule, state }) => `${rule} ${state}`);
}

async function openReceivers(t: TestContext) {
  const mailbox = await openMailbox();
  t.after(() => mailbox.close());
  const receiver = await openReceiver((response) => response.writeHead(204).end());
  t.after(() => receiver.close());
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const channels = {
    mail: {
      type: 'email',
      host: '127.0.0.1',
      port: mailbox.port,
      from: 'headroom@example.org',
      to: ['oncall@example.org'],
    },
    hook: { type: 'webhook', url: receiver.url, secret },
  };
  return {
    mailbox,
    receiver,
    config: { notify: { route: { group_wait: '0s', group_interval: '1s' }, channels } },
  };
}

describe('a leak', () => {
  it('becomes pending, then firing after its time, one mail with a picture and one post; a restart resolves it', async (t) => {
    const { mailbox, receiver, config } = await openReceivers(t);
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: BREACH, config });
    const leak = leakOf('r-1', clock, { labels: { pool: 'edge', version: '7' } });

    await pushHistory(service, clock, leak);
    await live(service, clock, leak, 15 * SECOND);
    assert.deepEqual(await statesOf(service, 'r-1'), ['Breach pending']);

    await live(service, clock, leak, 4 * MINUTE + 30 * SECOND);
    assert.deepEqual(await statesOf(service, 'r-1'), ['Breach pending']);
    assert.equal(receiver.requests.length, 0);

    await live(service, clock, leak, 30 * SECOND);
    const [alert] = await service.api.alerts();
    assert.deepEqual([alert.rule, alert.state], ['Breach', 'firing']);
    const held = alert.fired_at! - alert.active_since;
    assert.ok(held >= 5 * MINUTE && held <= 5 * MINUTE + 5 * SECOND, `fired after ${held} ms`);

    await until(() => mailbox.mails.length === 1 && receiver.requests.length === 1, 'a mail and a post');
    const { mail } = mailbox.mails[0];
    assert.match(mail.subject ?? '', /r-1/);
    assert.match(mail.text ?? '', /https:\/\/runbooks\.example\/memory/);
    const [picture] = mail.attachments;
    assert.equal(picture.contentType, 'image/png');
    assert.ok(String(mail.html).includes('<img'), 'the page shows the picture');
    const post = JSON.parse(receiver.requests[0].body);
    assert.deepEqual([post.type, post.data.alerts[0].id], ['alert.firing', alert.id]);
    const { breach_p50 } = post.data.alerts[0].outlook;
    const actual = leak.start + ((leak.limit - leak.base) / leak.perHour) * HOUR;
    assert.ok(
      Math.abs(breach_p50 - actual) < 15 * MINUTE,
      `predicted ${new Date(breach_p50)}, due ${new Date(actual)}`,
    );

    await live(service, clock, leak, 10 * MINUTE);
    assert.equal(receiver.requests.length, 1, 'going on firing is no news');

    const fresh = leakOf('r-1', clock, { start: clock.now(), base: 300 * MIB, labels: leak.labels! });
    await live(service, clock, fresh, MINUTE);
    await until(() => mailbox.mails.length === 2 && receiver.requests.length === 2, 'the resolved messages');
    const resolved = JSON.parse(receiver.requests[1].body);
    assert.deepEqual([resolved.type, resolved.data.alerts[0].id], ['alert.resolved', alert.id]);
    assert.match(resolved.data.alerts[0].reason, /restarted/);
    assert.equal(mailbox.mails[1].mail.headers.get('x-headroom-state'), 'resolved');
    const [past] = await service.api.alerts('?state=resolved');
    assert.equal(past.id, alert.id);
    assert.ok(past.resolved_at! >= fresh.start);
    assert.deepEqual((await service.api.get<{ letters: unknown[] }>('/api/v1/outbox')).letters, []);
  });

  it('goes on firing through a restart of the service, without a second message', async (t) => {
    const { mailbox, receiver, config } = await openReceivers(t);
    const clock = new RoundClock(START);
    const before = await buildService(t, { clock, rules: BREACH, config });
    const leak = leakOf('r-1', clock);
    await pushHistory(before, clock, leak);
    await live(before, clock, leak, 6 * MINUTE);
    const [alert] = await before.api.alerts('?state=firing');
    await until(() => mailbox.mails.length === 1 && receiver.requests.length === 1, 'a mail and a post');
    await before.close();

    clock.advance(10 * MINUTE);
    const after = await buildService(t, { clock, folder: before.folder, config });
    const early = await after.api.alerts();
    assert.deepEqual(
      early.map(({ id, state, fired_at }) => ({ id, state, fired_at })),
      [{ id: alert.id, state: 'firing', fired_at: alert.fired_at }],
    );
    await live(after, clock, leak, 10 * MINUTE);
    assert.deepEqual(
      (await after.api.alerts()).map(({ id, state }) => [id, state]),
      [[alert.id, 'firing']],
    );
    const { limits } = await after.api.get<{ limits: { probability: number }[] }>(
      '/api/v1/nodes/r-1/forecast',
    );
    assert.ok(limits[0].probability > 0.8, 'the models go on from history');
    assert.equal(mailbox.mails.length, 1);
    assert.equal(receiver.requests.length, 1);
  });

  it('that was pending when the service stopped fires when its time is over', async (t) => {
    const { receiver, config } = await openReceivers(t);
    const clock = new RoundClock(START);
    const before = await buildService(t, { clock, rules: BREACH, config });
    const leak = leakOf('r-1', clock);
    await pushHistory(before, clock, leak);
    await live(before, clock, leak, 2 * MINUTE);
    const [pending] = await before.api.alerts('?state=pending');
    await before.close();

    clock.advance(MINUTE);
    const after = await buildService(t, { clock, folder: before.folder, config });
    await live(after, clock, leak, 2 * MINUTE + 15 * SECOND);
    const [firing] = await after.api.alerts('?state=firing');
    assert.equal(firing.id, pending.id);
    assert.ok(firing.fired_at! - pending.active_since < 5 * MINUTE + 10 * SECOND);
    await until(() => receiver.requests.length === 1, 'a post');
  });
});

describe('missing data', () => {
  const RULES = `${BREACH}
      - alert: Lost
        absent: { after: 5m }
        for: 1m
`;

  it('neither fires nor resolves a forecast, but absence is told and ends with the next sample', async (t) => {
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: RULES });
    const firing = leakOf('firing', clock);
    await pushHistory(service, clock, firing);
    await live(service, clock, firing, 6 * MINUTE);
    // Only pending when it goes silent.
    const pending = leakOf('pending', clock);
    await pushHistory(service, clock, pending);
    await live(service, clock, pending, MINUTE);
    assert.deepEqual(await statesOf(service, 'pending'), ['Breach pending']);

    await clock.pass(3 * MINUTE);
    assert.deepEqual(await statesOf(service, 'firing'), ['Breach firing']);
    await clock.pass(10 * MINUTE);
    assert.deepEqual(await statesOf(service, 'firing'), ['Breach firing', 'Lost firing']);
    assert.deepEqual(await statesOf(service, 'pending'), ['Breach pending', 'Lost firing']);
    await clock.pass(30 * MINUTE, MINUTE);
    assert.deepEqual(await statesOf(service, 'firing'), ['Breach firing', 'Lost firing']);
    assert.deepEqual(await statesOf(service, 'pending'), ['Breach pending', 'Lost firing']);

    await live(service, clock, firing, 30 * SECOND);
    assert.deepEqual(await statesOf(service, 'firing'), ['Breach firing', 'Lost resolved']);
  });
});

describe('a node that is gone', () => {
  const RULES = `
groups:
  - name: short
    rules:
      - alert: Short
        forecast: { of: rss, reaches: memory_limit, within: 10m }
      - alert: Lost
        absent: { after: 5m }
        for: 0s
`;

  it('is told of through a stop longer than the models look back, and for a day after it', async (t) => {
    const clock = new RoundClock(START);
    const before = await buildService(t, { clock, rules: RULES });
    await before.api.push({ node: 'r-1', time: clock.now(), rss: MIB, memory_limit: 2 * MIB });
    await clock.pass(6 * MINUTE, 5 * SECOND);
    assert.deepEqual(await statesOf(before, 'r-1'), ['Lost firing']);
    await before.close();

    clock.advance(3 * HOUR);
    const after = await buildService(t, { clock, folder: before.folder });
    await clock.pass(23 * HOUR, 10 * MINUTE);
    assert.deepEqual(await statesOf(after, 'r-1'), ['Lost firing']);
    await clock.pass(2 * HOUR, 10 * MINUTE);
    assert.deepEqual(await statesOf(after, 'r-1'), ['Lost resolved']);
  });
});

describe('a rule file that breaks while alerts fire', () => {
  it('leaves the old rules armed, is told with its place, and is taken up when it is mended', async (t) => {
    const { receiver, config } = await openReceivers(t);
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: BREACH, config });
    const { api, folder } = service;
    const file = join(folder, 'rules', 'rules.yaml');
    const first = leakOf('first', clock);
    await pushHistory(service, clock, first);
    await live(service, clock, first, 6 * MINUTE);
    assert.deepEqual(await statesOf(service, 'first'), ['Breach firing']);
    type Rules = {
      armed: { hash: string; rules: { alert: string; for_s: number }[] };
      refused: { findings: string[] } | null;
    };
    const before = await api.get<Rules>('/api/v1/rules');

    writeFileSync(file, BREACH.replace('within: 2h', 'within: 2 hours'));
    await live(service, clock, first, 15 * SECOND);
    const broken = await api.get<Rules>('/api/v1/rules');
    assert.deepEqual(broken.armed, before.armed);
    assert.match(
      broken.refused?.findings[0] ?? '',
      /rules\.yaml:6:\d+ .*within: must be a duration such as 2h/,
    );
    assert.equal(await api.metric('headroom_rules_reload_failures_total'), 1);
    assert.equal(await api.metric('headroom_rules_refused'), 1);
    assert.match(service.logText(), /rules refused, the old ones stay armed/);

    const second = leakOf('second', clock);
    await pushHistory(service, clock, second);
    await live(service, clock, second, 6 * MINUTE);
    assert.deepEqual(await statesOf(service, 'second'), ['Breach firing'], 'the old rules go on');
    await live(service, clock, first, 15 * SECOND);
    assert.deepEqual(await statesOf(service, 'first'), ['Breach firing']);

    writeFileSync(file, BREACH.replace('for: 5m', 'for: 1m'));
    await live(service, clock, first, 15 * SECOND);
    const mended = await api.get<Rules>('/api/v1/rules');
    assert.equal(mended.refused, null);
    assert.equal(mended.armed.rules[0].for_s, 60);
    assert.equal(await api.metric('headroom_rules_refused'), 0);
    assert.deepEqual(await statesOf(service, 'first'), ['Breach firing'], 'a changed rule keeps its alerts');
    await until(() => receiver.requests.length === 4, 'four posts');
    const told = receiver.requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      told.map(({ type, data }) => `${type} ${data.rule}`),
      [
        'alert.firing Breach',
        'alert.firing RulesRefused',
        'alert.firing Breach',
        'alert.resolved RulesRefused',
      ],
    );
    assert.match(told[1].data.alerts[0].reason, /rules\.yaml:6/);
  });

  it('when a rule is taken out, its alert ends and says why', async (t) => {
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: BREACH });
    const leak = leakOf('r-1', clock);
    await pushHistory(service, clock, leak);
    await live(service, clock, leak, 6 * MINUTE);
    writeFileSync(
      join(service.folder, 'rules', 'rules.yaml'),
      BREACH.replace('alert: Breach', 'alert: Other'),
    );
    await live(service, clock, leak, 15 * SECOND);
    assert.deepEqual((await statesOf(service, 'r-1')).sort(), ['Breach resolved', 'Other pending']);
    const [past] = await service.api.alerts('?state=resolved');
    assert.match(past.reason, /armed no longer/);
  });
});

describe('a node that changes its labels', () => {
  const RULES = `
groups:
  - name: edge
    nodes: { pool: edge }
    rules:
      - alert: EdgeBreach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 60% }
        for: 1m
  - name: core
    nodes: { pool: core }
    rules:
      - alert: CoreBreach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 60% }
        for: 1m
`;

  it('is watched by the rules for its new labels, and the alerts of the others end', async (t) => {
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: RULES });
    const leak = leakOf('r-1', clock, { labels: { pool: 'edge' } });
    await pushHistory(service, clock, leak);
    await live(service, clock, leak, 90 * SECOND);
    assert.deepEqual(await statesOf(service, 'r-1'), ['EdgeBreach firing']);

    await live(service, clock, { ...leak, labels: { pool: 'core' } }, 2 * MINUTE);
    assert.deepEqual((await statesOf(service, 'r-1')).sort(), ['CoreBreach firing', 'EdgeBreach resolved']);
    const [past] = await service.api.alerts('?state=resolved');
    assert.match(past.reason, /does not watch this node any more/);
  });

  it('begins a new trend with a new version, also without a start time', async (t) => {
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: BREACH });
    const leak = leakOf('r-1', clock, { labels: { version: '1', zone: 'a' } });
    await pushHistory(service, clock, leak);
    await live(service, clock, leak, 6 * MINUTE);
    assert.deepEqual(await statesOf(service, 'r-1'), ['Breach firing']);

    for (let i = 0; i < 4; i++) {
      const sample = { node: 'r-1', time: clock.now(), labels: { version: '2' }, rss: 300 * MIB };
      await service.api.push(sample);
      await clock.pass(STEP);
    }
    assert.deepEqual(await statesOf(service, 'r-1'), ['Breach resolved']);
    const { labels } = await service.api.get<{ labels: object }>('/api/v1/nodes/r-1');
    assert.deepEqual(labels, { version: '2', zone: 'a' });
    const old = await service.api.samples('r-1', 'rss', leak.start, clock.now());
    assert.equal(old.length, leakSamples(leak, leak.start, START + 6 * MINUTE, STEP).length + 4);
  });
});

describe('forty leaking nodes of one pool', () => {
  it('make one message', async (t) => {
    const { receiver, mailbox, config } = await openReceivers(t);
    const clock = new RoundClock(START);
    const service = await buildService(t, { clock, rules: BREACH, config });
    const leaks = Array.from({ length: 40 }, (_, i) => leakOf(`r-${i}`, clock, { labels: { pool: 'edge' } }));
    const samples = leaks.flatMap((leak) => leakSamples(leak, leak.start, clock.now(), MINUTE));
    await service.api.push(samples.sort((a, b) => a.time! - b.time!));
    await clock.pass(SECOND);
    for (let minute = 0; minute < 6; minute++) {
      await service.api.push(leaks.flatMap((leak) => leakSamples(leak, clock.now(), clock.now() + 1, STEP)));
      await clock.pass(MINUTE, 5 * SECOND);
    }
    await until(() => receiver.requests.length > 0 && mailbox.mails.length > 0, 'a post and a mail');
    const { data } = JSON.parse(receiver.requests[0].body);
    assert.equal(data.alerts.length, 40);
    assert.equal(receiver.requests.length, 1);
    assert.equal(mailbox.mails.length, 1);
  });
});

describe('a folder', () => {
  it('is told of when it has been opened by the same process already', async (t) => {
    const clock = new RoundClock(START);
    const folder = tempFolder(t);
    await buildService(t, { clock, folder, rules: BREACH });
    await assert.rejects(buildService(t, { clock, folder }), /already open in this process/);
  });
});
