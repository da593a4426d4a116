// Services with something to see, each in a process of its own, for pictures of the page.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const built = join(import.meta.dirname, '../../dist/test');
const { sendTrace, TRACES } = await import(join(built, 'page/support.js'));
const { openReceiver } = await import(join(built, 'support/receiver.js'));
const { ServiceProcess } = await import(join(built, 'support/start-service.js'));
const { until } = await import(join(built, 'support/until.js'));

/** The rules that ship, without their wait: the history comes at once. */
const RULES = readFileSync('rules/memory.yaml', 'utf8').replace(/for: \w+/g, 'for: 0s');
const POOLS = ['edge', 'edge', 'core', 'batch'];
const ZONES = ['eu-1a', 'eu-1b', 'eu-1c'];
const LEAKS = 8;
const OTHERS = 20;
/** Traces go on for so long after what is now. */
const LEFT_S = 900;
const LIVE_MS = 1000;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

async function start(folder, config = {}) {
  mkdirSync(folder, { recursive: true });
  const service = new ServiceProcess(folder, { rules: RULES, config });
  await service.start();
  return service;
}

async function post(api, path, body) {
  const headers = { 'content-type': 'application/json' };
  const { status, text } = await api.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${text}`);
}

/** Traces of one node: some before their breach, the others well into their course. */
function chooseTraces() {
  const labels = JSON.parse(readFileSync(join(TRACES, 'labels.json'), 'utf8'));
  const single = labels.filter(({ node }) => node);
  const seen = new Set();
  const isNew = (name) => !seen.has(name) && seen.add(name);
  // Some traces hold several nodes, and some nodes stand in several traces.
  const fresh = single.filter(({ trace, node }) => isNew(trace) && isNew(node));
  const leaks = fresh
    .filter(
      ({ outcome, breach_signal, breach_s }) =>
        outcome === 'breach' && breach_signal === 'rss' && breach_s > 5000,
    )
    .slice(0, LEAKS)
    .map(({ trace, node, breach_s }, index) => ({ trace, node, until: breach_s - 600 * (index + 1) }));
  const others = fresh
    .filter(({ outcome }) => outcome === 'benign')
    .slice(0, OTHERS)
    .map(({ trace, node }) => ({ trace, node, left: LEFT_S }));
  return [...leaks, ...others].map((each) => ({ ...each, trace: each.trace.replace('.csv', '') }));
}

/** A fleet of recorded processes that goes on; alerts that fire, are taken, silenced and past; letters that are dead. */
export async function openFleet(folder) {
  const receiver = await openReceiver((response, { path }) =>
    response.writeHead(path.startsWith('/gone') ? 410 : 204).end(),
  );
  const webhook = (path) => ({ type: 'webhook', url: `${receiver.url}${path}`, secret: SECRET });
  const service = await start(folder, {
    notify: {
      channels: { oncall: webhook('/oncall'), archive: webhook('/gone') },
      route: { receiver: ['oncall', 'archive'] },
      heartbeat: { url: `${receiver.url}/ping`, every: '1m' },
    },
  });
  const { api } = service;
  const chosen = chooseTraces();
  const sendDue = [];
  for (const [index, { trace, node, until: at, left }] of chosen.entries()) {
    const labels = { pool: POOLS[index % POOLS.length], zone: ZONES[index % ZONES.length] };
    sendDue.push(await sendTrace(api, { trace, until: at, left, labels }));
    console.error(`${node}: ${trace}`);
  }
  const alertsOf = async (state) => (await api.get(`/api/v1/alerts?state=${state}`)).alerts;
  await until(async () => (await alertsOf('firing')).length >= 4, 'alerts fire', 60_000);
  await passOne(api, await alertsOf('firing'), alertsOf);
  const [first, second, third] = await alertsOf('firing');
  await post(api, `/api/v1/alerts/${second.id}/ack`, { why: 'restarting it', for: '2h', by: 'ben' });
  await post(api, '/api/v1/silences', {
    matchers: [`node=${third.node}`],
    for: '1h',
    comment: 'load test until the evening',
    by: 'ann',
  });
  let sending = Promise.resolve();
  const timer = setInterval(() => {
    sending = sending.then(async () => {
      for (const send of sendDue) await send();
    });
    sending.catch((error) => console.error(String(error)));
  }, LIVE_MS);
  await until(
    async () => (await api.get('/api/v1/outbox')).letters.some(({ status }) => status === 'dead'),
    'dead letters',
    30_000,
  );
  return {
    url: api.url,
    leak: first.node,
    close: async () => {
      clearInterval(timer);
      await sending.catch(() => {});
      await service.stop();
      await receiver.close();
    },
  };
}

/** One that fires reaches its limit, and is started again: an alert that is over and came true. */
async function passOne(api, firing, alertsOf) {
  const { node } = firing.at(-1);
  const { latest, labels } = await api.get(`/api/v1/nodes/${encodeURIComponent(node)}`);
  const { memory_limit } = latest;
  await api.push({ node, labels, rss: memory_limit, memory_limit, ready: 1 });
  await until(
    async () => (await alertsOf('firing')).some((alert) => alert.node === node && alert.breached_at !== null),
    'the breach is seen',
  );
  const start_time = Math.round(Date.now() / 1000);
  await api.push({ node, labels, rss: memory_limit / 8, memory_limit, ready: 1, start_time });
  await until(async () => (await alertsOf('resolved')).length > 0, 'it is over', 30_000);
}

/** Nothing has been sent. */
export async function openEmpty(folder) {
  const service = await start(folder);
  return { url: service.api.url, close: () => service.stop() };
}

/** Ten thousand nodes, some with the longest and oddest names, ten labels, no limit. */
export async function openCrowded(folder) {
  const service = await start(folder);
  const { api } = service;
  const odd = ['x'.repeat(200), 'ש'.repeat(60), '<script>alert(1)</script>', '🐙'.repeat(40), '../a b?c#d%'];
  const more = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`label${i}`, 'y'.repeat(100)]));
  const time = Date.now();
  await api.push(
    odd.map((node, i) => ({
      node,
      time,
      labels: { ...more, pool: node.slice(0, 80), version: 'v'.repeat(80) },
      rss: (15 - i) * 1e8,
      ...(i === odd.length - 1 ? {} : { memory_limit: 2 ** 30 }),
      ready: i % 2,
    })),
  );
  for (let from = 0; from < 10_000; from += 2000) {
    await api.push(
      Array.from({ length: 2000 }, (_, i) => ({
        node: `node-${String(from + i).padStart(5, '0')}`,
        time,
        labels: { pool: `pool-${i % 40}` },
        rss: ((from + i) % 97) * 1e7,
        memory_limit: 2 ** 30,
        ready: 1,
      })),
    );
  }
  return { url: api.url, close: () => service.stop() };
}
