import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page as Tab } from 'playwright-core';
import type { FleetShape } from '../../src/serve/shapes.js';
import type { Api } from '../support/api.js';
import { openBrowser, overhangOf, sendTrace, skip, startPage, untilInPage } from './support.js';

const GiB = 2 ** 30;

/** A leak, one that levels off, and one at rest, in two pools. */
async function sendFleet(api: Api): Promise<void> {
  await sendTrace(api, { trace: 't002', node: () => 'api-16', labels: { pool: 'core', zone: 'a' } });
  await sendTrace(api, { trace: 't001', node: () => 'app-17', labels: { pool: 'edge', zone: 'a' } });
  await api.push({
    node: 'idle-1',
    labels: { pool: 'core', zone: 'b' },
    rss: 1e8,
    memory_limit: GiB,
    ready: 0,
  });
}

/** Names of the nodes in the table, from top to bottom. */
function nodesOf(tab: Tab): Promise<string[]> {
  return tab.locator('.fleet .rows .node').allInnerTexts();
}

async function waitForRows(tab: Tab, count: number): Promise<void> {
  await untilInPage(tab, `document.querySelectorAll('.fleet .rows .node').length === ${count}`);
}

/** How long it takes from typing to the paint of what matches, ms; runs in the page. */
const FILTER = `(async () => {
  const input = document.querySelector('#filter');
  const begin = performance.now();
  input.value = 'pool-7 00';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  while (!/7$/.test(document.querySelector('.fleet .rows .node')?.textContent ?? '')) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return performance.now() - begin;
})()`;

describe('the fleet view', { skip, timeout: 240_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('lists nodes in the order of their breaches, with what is known of each, below their pools', async (t) => {
    const { api, open } = await startPage(t);
    await sendFleet(api);
    const { tab, faults } = await open(browser, '/');
    await waitForRows(tab, 3);
    assert.deepEqual(await nodesOf(tab), ['app-17', 'api-16', 'idle-1']);
    const [leak] = await tab.locator('.fleet .rows .row').allInnerTexts();
    assert.match(leak, /\d+ % of 274 MiB.*\d+ (s|min).*\d+ %.*leak.*\+\d+ MiB\/h.*4\.7\.6.*yes/s);
    assert.match(
      await tab.locator('.fleet .rows .row').nth(2).innerText(),
      /9 % of 1 GiB\s+no breach expected.*no$/s,
    );
    assert.deepEqual(await tab.locator('.pool h2').allInnerTexts(), ['edge', 'core']);
    assert.match(await tab.locator('.pool').nth(1).innerText(), /2 nodes, 1 of 2 ready/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme });
      assert.deepEqual(await faults(), []);
    }
    for (const width of [1440, 1024, 720, 360]) {
      await tab.setViewportSize({ width, height: 800 });
      const overhang = await overhangOf(tab);
      assert.ok(overhang.width <= 0, `at ${width}, ${overhang.width} px too wide: ${overhang.what}`);
    }
    assert.deepEqual(await faults(), []);
  });

  it('filters and groups, and keeps both in the address', async (t) => {
    const { api, open } = await startPage(t);
    await sendFleet(api);
    const { tab } = await open(browser, '/?q=zone%3Da');
    await waitForRows(tab, 2);
    await tab.fill('#filter', 'POOL=core');
    await waitForRows(tab, 2);
    assert.deepEqual(await nodesOf(tab), ['api-16', 'idle-1']);
    assert.equal(new URL(tab.url()).searchParams.get('q'), 'POOL=core');
    await tab.fill('#filter', 'ap');
    await waitForRows(tab, 2);
    await tab.fill('#filter', 'nothing like it');
    await tab.getByRole('button', { name: 'Show all 3' }).click();
    await waitForRows(tab, 3);
    await tab.selectOption('#group', 'zone');
    await tab.waitForSelector('.group-row');
    assert.deepEqual(await tab.locator('.group-row .name, .rows .node .name').allInnerTexts(), [
      'a',
      'app-17',
      'api-16',
      'b',
      'idle-1',
    ]);
    await tab.reload();
    await tab.waitForSelector('.group-row');
    assert.equal(await tab.inputValue('#group'), 'zone');
  });

  it('is live: new nodes and values come by themselves, and nothing moves under the pointer', async (t) => {
    const { api, open } = await startPage(t);
    await api.push([
      { node: 'a', rss: 9e8, memory_limit: GiB },
      { node: 'b', rss: 1e8, memory_limit: GiB },
    ]);
    const { tab } = await open(browser, '/');
    await waitForRows(tab, 2);
    assert.deepEqual(await nodesOf(tab), ['a', 'b']);
    await tab.hover('.fleet .rows .row:has-text("b")');
    await api.push([
      { node: 'b', rss: 1e9, memory_limit: GiB },
      { node: 'c', rss: 1.05e9, memory_limit: GiB },
    ]);
    await waitForRows(tab, 3);
    await tab.locator('.fleet .rows .row', { hasText: '93 %' }).waitFor();
    assert.deepEqual(await nodesOf(tab), ['a', 'b', 'c'], 'what is under the pointer stays');
    await tab.hover('h1');
    await untilInPage(tab, `document.querySelector('.fleet .rows .node')?.textContent === 'c'`);
    assert.deepEqual(await nodesOf(tab), ['c', 'b', 'a']);
  });

  it('shows names from outside as text, whatever they are', async (t) => {
    const { api, open } = await startPage(t);
    const names = ['<script>alert(1)</script>', 'عقدة-١', '🐙🐙', 'x'.repeat(200), '../a b?c#d%'];
    const labels = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`label${index}`, `<b>${index}</b>`]),
    );
    await api.push(names.map((node) => ({ node, labels: { ...labels, pool: `<i>${node}` }, rss: 1e8 })));
    const { tab, faults } = await open(browser, '/');
    await waitForRows(tab, names.length);
    assert.deepEqual((await nodesOf(tab)).sort(), [...names].sort());
    assert.equal(await tab.locator('.fleet script, .fleet b, .pools i').count(), 0);
    assert.match(await tab.locator('.fleet .use').nth(1).innerText(), /95\.4 MiB\s+no limit/);
    for (const width of [1440, 360]) {
      await tab.setViewportSize({ width, height: 800 });
      assert.ok((await overhangOf(tab)).width <= 0, (await overhangOf(tab)).what);
      assert.deepEqual(await faults(), []);
    }
  });

  it('keeps 10,000 nodes smooth', async (t) => {
    const { api, open } = await startPage(t);
    const samples = Array.from({ length: 10_000 }, (_, index) => ({
      node: `node-${String(index).padStart(5, '0')}`,
      labels: { pool: `pool-${index % 40}` },
      rss: (index % 97) * 1e7,
      memory_limit: GiB,
    }));
    for (let from = 0; from < samples.length; from += 2000) await api.push(samples.slice(from, from + 2000));
    const { tab } = await open(browser, '/');
    await tab.getByText('10000 nodes').waitFor();
    assert.equal(await tab.getByRole('table').getAttribute('aria-rowcount'), '10001');
    assert.ok((await tab.locator('.fleet .rows .row').count()) < 100, 'rows out of sight are not drawn');
    const filterMs = await tab.evaluate<number>(FILTER);
    t.diagnostic(`filter of 10,000: ${Math.round(filterMs)} ms`);
    assert.ok(filterMs < 1000, `${filterMs} ms`);
    await tab.fill('#filter', '');
    await tab.evaluate('scrollTo(0, 220_000)');
    await untilInPage(
      tab,
      `Number(document.elementFromPoint(innerWidth / 2, innerHeight / 2)
      ?.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')) > 4000`,
    );
  });

  it('says what it shows is of when while the service is away, and goes on when it is back', async (t) => {
    const { service, api, open } = await startPage(t, {
      config: { listen: { port: 18_420 + (process.pid % 1000) } },
    });
    await api.push({ node: 'a', rss: 9e8, memory_limit: GiB });
    const { tab } = await open(browser, '/', { mayComplain: /net::ERR/ });
    await waitForRows(tab, 1);
    await service.kill();
    await tab.getByText(/Connection lost.*What you see is of \d\d:\d\d/).waitFor();
    assert.deepEqual(await nodesOf(tab), ['a']);
    await service.start();
    await service.api.push({ node: 'b', rss: 9e8, memory_limit: GiB });
    await waitForRows(tab, 2);
    await tab.locator('.link-notice').waitFor({ state: 'detached' });
  });

  it('tells times right where the clock of the browser is a day off', async (t) => {
    const { api, open } = await startPage(t);
    await sendTrace(api, { trace: 't001', labels: { pool: 'edge' } });
    const { tab } = await open(browser, '/start');
    await tab.clock.install({ time: Date.now() + 86_400_000 });
    await tab.goto(`${api.url}/`);
    await waitForRows(tab, 1);
    assert.match(await tab.locator('.range-words').innerText(), /^\d+ (s|min)$|^1 h/);
  });

  it('is used by keyboard alone', async (t) => {
    const { api, open } = await startPage(t);
    await sendFleet(api);
    const { tab } = await open(browser, '/');
    await waitForRows(tab, 3);
    await tab.keyboard.press('Tab');
    assert.equal(await tab.evaluate('document.activeElement?.textContent'), 'Skip to content');
    await tab.keyboard.press('Enter');
    assert.equal(await tab.evaluate('document.activeElement?.id'), 'main');
    await tab.keyboard.press('Tab');
    await tab.keyboard.type('idle');
    await waitForRows(tab, 1);
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    assert.equal(await tab.evaluate('document.activeElement?.textContent'), 'idle-1');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(`${api.url}/nodes/idle-1`);
  });
});

describe('GET /api/v1/fleet', { skip }, () => {
  it('tells all, then what has changed since', async (t) => {
    const { api } = await startPage(t);
    await api.push([
      { node: 'a', rss: 9e8, memory_limit: GiB },
      { node: 'b', rss: 1e8, memory_limit: GiB },
    ]);
    const whole = await api.get<FleetShape>('/api/v1/fleet');
    assert.deepEqual([whole.is_whole, whole.columns.node], [true, ['a', 'b']]);
    const since = (revision: number, run = whole.run) => `/api/v1/fleet?since=${run}:${revision}`;
    assert.deepEqual((await api.get<FleetShape>(since(whole.revision))).columns.node, []);
    assert.equal((await api.get<FleetShape>(since(whole.revision, 'earlier'))).is_whole, true);
    assert.equal((await api.get<FleetShape>(since(whole.revision + 9))).is_whole, true);
    assert.match((await api.ask('/api/v1/fleet?since=1')).text, /expected run:revision/);
  });
});
