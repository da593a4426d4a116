import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Api } from '../support/api.js';
import { nodesOf, waitForRows } from './fleet-rows.js';
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

describe('the fleet view', { skip, timeout: 120_000 }, () => {
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
