import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { sendLeak } from './node-history.js';
import { HOUR, openBrowser, openTab, sendTrace, skip, startPage } from './support.js';

describe('the node view', { skip, timeout: 300_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('draws', async (t) => {
    const { api } = await startPage(t);
    await sendTrace(api, { trace: 't004', labels: { pool: 'core' } });
    await sendLeak(api, {
      node: 'r-1',
      labels: { pool: 'edge', version: '1.0' },
      overMs: 5 * HOUR,
      everyMs: 15_000,
      share: 0.9,
    });
    const nodes = (await api.get<{ nodes: { node: string }[] }>('/api/v1/nodes')).nodes.map(
      ({ node }) => node,
    );
    for (const [name, width, colorScheme] of [
      ['a', 1440, 'light'],
      ['b', 360, 'dark'],
    ] as const) {
      for (const node of nodes) {
        const { tab, faults } = await openTab(t, browser, `${api.url}/nodes/${node}`, {
          viewport: { width, height: 900 },
          colorScheme,
        });
        await tab.waitForSelector('.u-over');
        await tab.locator('#moment').focus();
        for (let i = 0; i < 5; i++) await tab.keyboard.press('PageDown');
        await tab.waitForSelector('.said-words strong');
        await tab.waitForTimeout(1500);
        await tab.screenshot({ path: `/tmp/shot-${name}-${node}.png`, fullPage: true });
        assert.deepEqual(await faults(), []);
      }
    }
  });
});
