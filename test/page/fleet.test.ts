import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, openTab, sendTrace, skip, startPage } from './support.js';

describe('the fleet view', { skip, timeout: 120_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('lists nodes in the order of their breaches, with what is known of each', async (t) => {
    const { api } = await startPage(t);
    await sendTrace(api, { trace: 't001', labels: { pool: 'edge' } });
    await sendTrace(api, { trace: 't002', labels: { pool: 'core' } });
    const { tab, faults } = await openTab(t, browser, `${api.url}/`);
    await tab.waitForSelector('.rows .row');
    assert.equal(await tab.locator('.rows .row').count(), 2);
    assert.deepEqual(await faults(), []);
    if (process.env.SHOT) await tab.screenshot({ path: process.env.SHOT });
  });
});
