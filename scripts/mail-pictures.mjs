// Makes docs/images/mail/*.png and docs/images/alert-mail.png: recorded traces go through the real trend, evaluate, alert and notify
// rooms and out by SMTP; the mails that arrive are opened in Chromium, wide and narrow, light and dark. After `npm run build`:
//   HEADROOM_TRACES=/work/shared/traces node scripts/mail-pictures.mjs
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pino from 'pino';
import { chromium } from 'playwright-core';
import { Registry as Metrics } from 'prom-client';
import { inFewColours } from './mail/few-colours.mjs';
import { RSS, rowsOf, START, Walk } from './mail/walk.mjs';

const built = resolve(process.env.HEADROOM_DIST ?? 'dist', 'src');
const { ManualClock } = await import(join(built, 'clock.js'));
const { openMailbox } = await import(join(built, 'demo/mailbox.js'));
const { compose } = await import(join(built, 'dispatch/index.js'));
const { notifyOptions, openNotify } = await import(join(built, 'notify/index.js'));
const { openMemoryStore } = await import(join(built, 'store/index.js'));

const MINUTE = 60_000;
const SITE = 'https://headroom.example.org';
const traces = join(process.env.HEADROOM_TRACES ?? '../shared/traces', 'dev');

/** Which pictures are made of which mail: width and colour scheme. */
const PICTURES = {
  'node-new': ['800-light', '800-dark', '360-light', '360-dark'],
  'nodes-new': ['800-light', '800-dark', '360-light', '360-dark'],
  worse: ['800-light', '360-dark'],
  breached: ['800-light'],
  over: ['360-light'],
};

function messageOf(occasion, alerts, at, { history = [], isFirst = false } = {}) {
  const [{ rule, severity, labels }] = alerts;
  const groupLabels = { alertname: rule, severity, pool: labels.pool };
  const links = {
    page: `${SITE}/?pool=${labels.pool}`,
    acknowledge: `${SITE}/act/ack-4f2a`,
    silence: `${SITE}/act/silence-4f2a`,
  };
  const thread = `${occasion} ${alerts[0].id}`;
  const framing = {
    occasion,
    groupKey: '{}',
    groupLabels,
    thread,
    isFirst,
    channels: ['oncall'],
    history,
    links,
  };
  return compose(alerts, framing, at);
}

const toldOf = ({ outlook, at }) => {
  const { probability, breachP10, breachP50, breachP90 } = outlook;
  return { at, probability, breachP10, breachP50, breachP90 };
};

/** What became of a firing that ended with a restart: the process died near its limit, or was replaced in time. */
function outcomeOf(fired, diedAt) {
  if (diedAt === undefined) return { result: 'averted' };
  const { breachP10, breachP50, breachP90 } = fired.outlook;
  return {
    result: 'breached',
    errorMs: breachP50 - diedAt,
    leadMs: diedAt - fired.at,
    inRange: diedAt >= breachP10 && diedAt <= breachP90,
  };
}

/** One node that leaks: the first message. */
async function nodeNew() {
  const walk = new Walk({ pool: 'edge' });
  for (const row of await rowsOf(join(traces, 't029.csv'))) {
    const [news] = await walk.take(row);
    if (news) return messageOf('new', [news], news.at, { isFirst: true });
  }
  throw new Error('t029: nothing fired');
}

/** Forty nodes of a pool: as they are when all of them fire. */
async function nodesNew() {
  const walk = new Walk({ pool: 'gw' });
  const firing = new Map();
  for (const row of await rowsOf(join(traces, 't059.csv'), { copies: 5, shiftS: 100 })) {
    for (const news of await walk.take(row)) {
      if (news.state === 'firing') firing.set(news.node, news);
      else firing.delete(news.node);
    }
    if (firing.size < 40) continue;
    const at = START + row.time * 1000;
    const alerts = [...firing.values()].map((news) => ({ ...news, at, ...walk.lookAt(news.node, at) }));
    return messageOf('new', alerts, at, { isFirst: true });
  }
  throw new Error(`t059: only ${firing.size} nodes fired together`);
}

/** A forecast that comes a quarter of an hour nearer than was said. */
async function worse() {
  const walk = new Walk({ pool: 'proxy' });
  let fired;
  for (const row of await rowsOf(join(traces, 't042.csv'))) {
    for (const news of await walk.take(row)) if (!fired && news.node === 'proxy-8') fired = news;
    if (!fired || row.node !== fired.node) continue;
    const at = START + row.time * 1000;
    const now = walk.lookAt(fired.node, at);
    if (!now.outlook?.breachP50 || now.outlook.breachP50 > fired.outlook.breachP50 - 15 * MINUTE) continue;
    if (now.outlook.probability < fired.outlook.probability) continue;
    return messageOf('worse', [{ ...fired, at, ...now, before: toldOf(fired) }], at);
  }
  throw new Error('t042: the forecast never got worse');
}

/** A node that leaks, dies at its limit and leaks again: the breach, and the end of its third firing with what was before. */
async function breachedAndOver() {
  const walk = new Walk({ pool: 'edge' });
  const history = [];
  const messages = {};
  let fired;
  let last;
  for (const row of await rowsOf(join(traces, 't041.csv'))) {
    const at = START + row.time * 1000;
    const before = last && fired ? { at: last.at, now: walk.lookAt(fired.node, last.at) } : undefined;
    for (const news of await walk.take(row)) {
      if (news.state === 'firing') fired = news;
      else if (fired) {
        const diedAt = peak.share > 0.9 ? peak.at : undefined;
        const outcome = outcomeOf(fired, diedAt);
        const death = diedAt === undefined ? {} : { breachedAt: diedAt };
        if (diedAt !== undefined && !messages.breached) {
          const alert = { ...fired, ...before?.now, at: diedAt, before: toldOf(fired), ...death };
          messages.breached = messageOf('breached', [alert], diedAt + 20_000, { history: [...history] });
        }
        const portrait = before?.now.portrait;
        const ended = {
          ...news,
          outcome,
          predicted: fired.outlook,
          ...death,
          ...(portrait ? { portrait } : {}),
        };
        messages.over = messageOf('over', [ended], news.at, { history: [...history] });
        history.unshift({ node: fired.node, firedAt: fired.at, endedAt: news.at, outcome });
        fired = undefined;
      }
    }
    peak = nextPeak(row, at);
    last = { at };
  }
  return messages;
}

/** The last sample with memory in it: where a process was when it died. */
let peak = { at: 0, share: 0 };
function nextPeak(row, at) {
  const [rss, limit] = [row.values[RSS], row.values[LIMIT]];
  return Number.isFinite(rss) && rss / limit > 0.3 ? { at, share: rss / limit } : peak;
}
const LIMIT = (await import(join(built, 'replay/index.js'))).TRACE_SIGNALS.indexOf('memory_limit');

/** Sends the messages by SMTP, each in its time, and gives the saved pages by name. */
async function pagesOf(messages, folder) {
  const clock = new ManualClock(START);
  const mails = [];
  const mailbox = await openMailbox(folder, clock.now.bind(clock), (mail) => mails.push(mail));
  const { ledger } = openMemoryStore();
  const oncall = {
    type: 'email',
    host: '127.0.0.1',
    port: mailbox.port,
    startTls: 'never',
    from: 'Headroom <headroom@example.org>',
    to: ['oncall@example.org'],
  };
  const options = notifyOptions.parse({ timeZone: 'Europe/Berlin', channels: { oncall } });
  const log = pino({ level: 'warn' });
  const notify = await openNotify(options, {
    ledger,
    clock,
    log,
    metrics: new Metrics(),
    random: Math.random,
  });
  const pages = {};
  for (const [name, message] of Object.entries(messages).sort((a, b) => a[1].createdAt - b[1].createdAt)) {
    clock.advanceTo(message.createdAt);
    const entries = notify.outbox.prepare([message]);
    await ledger.append(entries);
    notify.outbox.committed(entries);
    await notify.outbox.settled();
    const mail = mails.at(-1);
    console.error(`${name}: ${mail.subject}`);
    pages[name] = mail;
  }
  await notify.close();
  await mailbox.close();
  return pages;
}

const messages = {
  'node-new': await nodeNew(),
  'nodes-new': await nodesNew(),
  worse: await worse(),
  ...(await breachedAndOver()),
};
const folder = mkdtempSync(join(tmpdir(), 'headroom-pictures-'));
const pages = await pagesOf(messages, folder);
if (process.argv[2] === '--text')
  for (const { subject, text } of Object.values(pages)) console.log(`${subject}\n\n${text}\n`);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
mkdirSync('docs/images/mail', { recursive: true });
for (const [name, looks] of Object.entries(PICTURES)) {
  for (const look of looks) {
    const [width, colorScheme] = look.split('-');
    const page = await browser.newPage({ viewport: { width: Number(width), height: 700 }, colorScheme });
    await page.goto(pathToFileURL(pages[name].file).href);
    const png = inFewColours(await page.screenshot({ fullPage: true }));
    writeFileSync(`docs/images/mail/${name}-${look}.png`, png);
    if (name === 'node-new' && look === '800-light') writeFileSync('docs/images/alert-mail.png', png);
    console.error(`${name}-${look}.png ${Math.round(png.length / 1024)} KiB`);
    await page.close();
  }
}
await browser.close();
rmSync(folder, { recursive: true });
