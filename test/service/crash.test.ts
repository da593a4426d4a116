import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from '../support/api.js';
import { type Leak, leakSample, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { openMailbox } from '../support/mailbox.js';
import { seededRandom } from '../support/random.js';
import { openReceiver } from '../support/receiver.js';
import { type ServiceProcess, startService } from '../support/start-service.js';
import { DAMAGES, type Damage, damageLog, isTorn } from '../support/wal-damage.js';

/** Two services die eleven times each, side by side: most of the time goes by with starting. */
const SERVICES = ['one', 'other'];
const KILLS = 11;

const RULES = `
groups:
  - name: crash
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 10m, probability: 50% }
        for: 0s
        keepFiring: 0s
      - alert: NotReady
        readiness: { notReady: 1s }
        for: 0s
        keepFiring: 1s
`;

/** What was acknowledged of one node: its RSS by time. `sent` is all that may be there. */
interface Ledger {
  readonly acknowledged: Map<number, number>;
  readonly sent: Map<number, number>;
}

/** One told message, by whichever way. */
interface Told {
  readonly key: string;
  readonly message: string;
}

describe('kill -9 under load', { concurrency: SERVICES.length }, () => {
  for (const name of SERVICES) {
    it(`of the ${name} service loses no acknowledged sample and no alert, and tells each with one key only`, (t) =>
      killAgainAndAgain(t, name));
  }
});

async function killAgainAndAgain(t: TestContext, name: string): Promise<void> {
  const seed =
    Number(process.env.HEADROOM_SEED ?? Math.floor(Math.random() * 2 ** 31)) + SERVICES.indexOf(name);
  t.diagnostic(`seed ${seed - SERVICES.indexOf(name)} for the ${name} service; set HEADROOM_SEED to repeat`);
  const random = seededRandom(seed);

  const mailbox = await openMailbox();
  t.after(() => mailbox.close());
  // Slow now and then, so that kills also hit messages under way.
  const receiver = await openReceiver((response) => {
    setTimeout(() => response.writeHead(204).end(), random() * 150);
  });
  t.after(() => receiver.close());
  const channels = {
    mail: {
      type: 'email',
      host: '127.0.0.1',
      port: mailbox.port,
      from: 'headroom@example.org',
      to: ['oncall@example.org', 'boss@example.org'],
    },
    hook: { type: 'webhook', url: receiver.url, secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
  };
  const service = await startService(t, {
    rules: RULES,
    config: { notify: { route: { group_wait: '0s', group_interval: '1s' }, channels } },
  });

  const load = new Load(service, random);
  const firing = new Map<string, string>();
  const stopWatching = watchAlerts(service, firing);
  const writers = [load.write('a', 'lines'), load.write('b', 'json'), load.write('c', 'lines')];

  let damaged = 0;
  // A kill in the middle of a write leaves a torn log without our doing.
  let broken = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await wait(200 + random() * 1000);
    await service.kill();
    const log = logOf(service);
    const wasTorn = log !== undefined && isTorn(log);
    const isDamaged = kill % 2 === 1 && damage(service, DAMAGES[damaged % DAMAGES.length], random);
    if (isDamaged) damaged++;
    if (isDamaged || wasTorn) broken++;
    await service.start();
  }
  await wait(500);
  load.stop();
  await Promise.all(writers);
  await stopWatching();

  assert.ok(damaged >= 4, `only ${damaged} write-ahead logs could be damaged`);
  assert.equal(repairsIn(service.log), broken, 'every damage is found and told');
  await checkSamples(service.api, load.ledgers);
  assert.ok(firing.size >= 5, `only ${firing.size} alerts fired`);
  await checkAlerts(service.api, firing);
  await untilDelivered(service.api);
  const hooks = receiver.requests.map(({ headers, body }) => {
    const { type, data } = JSON.parse(body);
    const told = { key: String(headers['webhook-id']), message: `${type} ${data.id}` };
    return { ...told, episodes: data.alerts.map(({ id }: { id: string }) => `${type} ${id}`) };
  });
  const mails = mailbox.mails.map(({ to, mail }) => {
    const header = (name: string) => String(mail.headers.get(name));
    const message = `alert.${header('x-headroom-state')} ${header('x-headroom-message')}`;
    return { to, key: header('x-headroom-delivery'), message };
  });
  checkKeys('webhook', hooks);
  checkToldOnce(receiver.requests.map(({ body }) => JSON.parse(body).data));
  for (const address of channels.mail.to) {
    checkKeys(
      address,
      mails.filter(({ to }) => to === address),
    );
  }
  checkTold(firing, hooks, mails, channels.mail.to);
  const lost = /unhandled|uncaught|"level":60/i.exec(service.log);
  assert.equal(lost, null, 'nothing ends the service but the kills');
  t.diagnostic(
    `${load.acknowledged} samples acknowledged, ${firing.size} alerts seen firing, ${hooks.length} posts, ${mails.length} mails, ${damaged} damaged logs`,
  );
  assert.equal(await service.stop(), 0);
}

/** Writers and what they know. Each has nodes of its own: some leak, and one fails its check now and then. */
class Load {
  readonly ledgers = new Map<string, Ledger>();
  acknowledged = 0;
  readonly #service: ServiceProcess;
  readonly #random: () => number;
  #stopped = false;

  constructor(service: ServiceProcess, random: () => number) {
    this.#service = service;
    this.#random = random;
  }

  stop(): void {
    this.#stopped = true;
  }

  async write(name: string, form: 'lines' | 'json'): Promise<void> {
    const begun = Date.now();
    const leak = (node: string, start: number): Leak => ({
      node,
      labels: { pool: name },
      start,
      base: 200 * MIB,
      perHour: 1500 * MIB,
      limit: 1024 * MIB,
    });
    let leaks = 0;
    const history = [`${name}-0`, `${name}-1`, `${name}-2`].flatMap((node) =>
      leakSamples(leak(node, begun - 30 * MINUTE), begun - 30 * MINUTE, begun - SECOND, 5 * SECOND),
    );
    await this.#deliver(history, form);
    while (!this.#stopped) {
      const time = Date.now();
      const age = time - begun;
      // Every 3 s one more node leaks, which is seen at once; so alerts begin all the time.
      const due = Math.floor(age / 3000);
      const samples = [
        leakSample(leak(`${name}-0`, begun - 30 * MINUTE), time),
        leakSample(leak(`${name}-1`, begun - 30 * MINUTE), time),
        { ...leakSample(leak(`${name}-2`, begun - 30 * MINUTE), time), ready: Math.floor(age / 5000) % 2 },
      ];
      if (due > leaks) {
        leaks = due;
        const again = leak(`${name}-new-${due}`, time - 30 * MINUTE);
        samples.push(...leakSamples(again, again.start, time, 5 * SECOND));
      }
      await this.#deliver(samples, form);
      await wait(20 + this.#random() * 60);
    }
  }

  /** Sends until it is acknowledged; what may have arrived unacknowledged is simply sent again. */
  async #deliver(samples: readonly ReturnType<typeof leakSample>[], form: 'lines' | 'json'): Promise<void> {
    for (const { node, time, rss } of samples) this.#ledger(node).sent.set(time!, rss as number);
    while (!this.#stopped) {
      const status = await this.#post(samples, form);
      if (status === 204) {
        for (const { node, time, rss } of samples) {
          this.#ledger(node).acknowledged.set(time!, rss as number);
          this.acknowledged++;
        }
        return;
      }
      assert.ok(status === undefined || status === 503, `a good body was answered ${status}`);
      // Half of the small ones are given up, as by an agent that dies as well.
      if (status === undefined && samples.length < 10 && this.#random() < 0.5) return;
      await wait(20);
    }
  }

  async #post(samples: readonly ReturnType<typeof leakSample>[], form: 'lines' | 'json') {
    if (!this.#service.isRunning) return undefined;
    try {
      const { api } = this.#service;
      const answer = form === 'json' ? await api.send(samples) : await api.sendLines(linesOf(samples));
      return answer.status;
    } catch (error) {
      // Killed under way: whether it was kept is not known.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #ledger(node: string): Ledger {
    const known = this.ledgers.get(node) ?? { acknowledged: new Map(), sent: new Map() };
    this.ledgers.set(node, known);
    return known;
  }
}

function linesOf(samples: readonly ReturnType<typeof leakSample>[]): string {
  return samples
    .map(({ node, labels, time, ...signals }) => {
      const fields = Object.entries(signals).map(([signal, value]) => `${signal}=${value}`);
      return `memory,node=${node},pool=${labels?.pool} ${fields.join(',')} ${time}`;
    })
    .join('\n');
}

/** Notes every alert that the API shows firing, by id. Returns what ends it. */
function watchAlerts(service: ServiceProcess, firing: Map<string, string>): () => Promise<void> {
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      await wait(40);
      if (!service.isRunning) continue;
      try {
        for (const { id, rule, node } of await service.api.alerts('?state=firing')) {
          firing.set(id, `${rule} of ${node}`);
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
  })();
  return () => {
    stopped = true;
    return watching;
  };
}

function damage(service: ServiceProcess, kind: Damage, random: () => number): boolean {
  const log = logOf(service);
  return log !== undefined && damageLog(log, kind, random);
}

/** The write-ahead log that the service has left, if it has left one. */
function logOf({ dataFolder }: ServiceProcess): string | undefined {
  const log = readdirSync(dataFolder).find((file) => file.endsWith('.wal'));
  return log === undefined ? undefined : join(dataFolder, log);
}

function repairsIn(log: string): number {
  return log.split('\n').filter((line) => line.includes('the store was mended on opening')).length;
}

async function checkSamples(api: Api, ledgers: ReadonlyMap<string, Ledger>): Promise<void> {
  for (const [node, { acknowledged, sent }] of ledgers) {
    if (acknowledged.size === 0) continue;
    const kept = new Map(await api.samples(node, 'rss', 0, Number.MAX_SAFE_INTEGER));
    const lost = [...acknowledged].filter(([time, rss]) => kept.get(time) !== rss);
    assert.deepEqual(lost, [], `acknowledged samples of ${node} are lost or changed`);
    const invented = [...kept].filter(([time, rss]) => sent.get(time) !== rss);
    assert.deepEqual(invented, [], `samples of ${node} were never sent`);
  }
}

async function checkAlerts(api: Api, firing: ReadonlyMap<string, string>): Promise<void> {
  const known = new Set((await api.alerts()).filter(({ fired_at }) => fired_at !== null).map(({ id }) => id));
  const forgotten = [...firing].filter(([id]) => !known.has(id));
  assert.deepEqual(forgotten, [], 'alerts that were firing are not known any more');
}

async function untilDelivered(api: Api): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const { letters } = await api.get<{ letters: unknown[] }>('/api/v1/outbox');
    if (letters.length === 0) return;
    assert.ok(Date.now() < deadline, `not delivered within 40 s: ${JSON.stringify(letters.slice(0, 3))}`);
    await wait(100);
  }
}

/** A message that comes again comes with the key that it had. */
function checkKeys(target: string, told: readonly Told[]): void {
  const keys = new Map<string, Set<string>>();
  for (const { key, message } of told) keys.set(message, (keys.get(message) ?? new Set()).add(key));
  const several = [...keys].filter(([, used]) => used.size > 1).map(([what, used]) => [what, ...used]);
  assert.deepEqual(several, [], `told to ${target} with several keys`);
}

/** An alert is news in one message only, whatever crashes lay between; later ones tell what was said before. */
function checkToldOnce(
  messages: readonly {
    readonly id: string;
    readonly alerts: { id: string; state: string; before?: unknown }[];
  }[],
): void {
  const first = new Map<string, Set<string>>();
  for (const { id: message, alerts } of messages) {
    for (const { id, state, before } of alerts) {
      if (state !== 'firing' || (before !== undefined && before !== null)) continue;
      first.set(id, (first.get(id) ?? new Set()).add(message));
    }
  }
  const several = [...first].filter(([, told]) => told.size > 1);
  assert.deepEqual(several, [], 'told as new in several messages');
}

/** Whatever was firing was told to every receiver. */
function checkTold(
  firing: ReadonlyMap<string, string>,
  hooks: readonly (Told & { readonly episodes: readonly string[] })[],
  mails: readonly (Told & { readonly to: string })[],
  addresses: readonly string[],
): void {
  const messages = new Map(hooks.flatMap(({ message, episodes }) => episodes.map((each) => [each, message])));
  for (const [id, what] of firing) {
    const message = messages.get(`alert.firing ${id}`);
    assert.ok(message, `no post tells of ${what} (${id})`);
    for (const address of addresses) {
      const isTold = mails.some((mail) => mail.to === address && mail.message === message);
      assert.ok(isTold, `no mail to ${address} tells of ${what} (${id})`);
    }
  }
}
