import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { nodesOf, waitForRows } from './fleet-rows.js';
import { openBrowser, overhangOf, sendTrace, skip, startPage, untilInPage } from './support.js';

const GiB = 2 ** 30;

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

describe('the fleet view in odd weather', { skip, timeout: 180_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

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
});
