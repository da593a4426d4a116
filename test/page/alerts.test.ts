import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import type { AlertView, Api } from '../support/api.js';
import { until } from '../support/until.js';
import { waitForCount } from './count.js';
import { openBrowser, sendTrace, skip, startPage } from './support.js';

/** As the shipped one, but without the wait: the history comes at once. */
const RULES = `groups:
  - name: memory
    rules:
      - alert: MemoryBreachPredicted
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 50% }
        for: 0s
        severity: page
`;

const HOSTILE = '<script>alert(1)</script> שלום 🚀';

/** A service with two nodes of which both fire: t001 shortly before its breach, under two names. */
async function startFiring(t: TestContext) {
  const service = await startPage(t, { rules: RULES });
  const { api } = service;
  for (const node of ['app-1', HOSTILE]) {
    await sendTrace(api, { trace: 't001', until: 5000, node: () => node, labels: { pool: 'edge' } });
  }
  await until(async () => (await alertsOf(api)).length === 2, 'both fire', 20_000);
  return service;
}

async function alertsOf(api: Api, state = 'firing'): Promise<readonly AlertView[]> {
  return (await api.get<{ alerts: AlertView[] }>(`/api/v1/alerts?state=${state}`)).alerts;
}

describe('the alerts view', { skip, timeout: 180_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('lists what fires, as text whatever the names are, and narrows it by words that stay in the address', async (t) => {
    const { open } = await startFiring(t);
    const { tab, faults } = await open(browser, '/alerts');
    await tab.waitForSelector('.alerts .rows .row');
    assert.equal(await tab.locator('.alerts .rows .row').count(), 2);
    assert.ok(await tab.getByRole('link', { name: HOSTILE }).isVisible());
    assert.deepEqual(await faults(), []);
    await tab.getByRole('searchbox', { name: 'Filter' }).fill('node=app-1');
    await waitForCount(tab.locator('.alerts .rows .row'), 1);
    assert.match(tab.url(), /q=node/);
    await tab.reload();
    await tab.waitForSelector('.alerts .rows .row');
    assert.equal(await tab.locator('.alerts .rows .row').count(), 1);
    await tab.getByRole('searchbox', { name: 'Filter' }).fill('no such thing');
    await tab.getByRole('button', { name: 'Show all' }).click();
    await waitForCount(tab.locator('.alerts .rows .row'), 2);
  });

  it('lets an alert be taken and given back, by keyboard alone', async (t) => {
    const { api, open } = await startFiring(t);
    const { tab, faults } = await open(browser, '/alerts');
    await tab.getByRole('button', { name: /^Acknowledge MemoryBreachPredicted on app-1/ }).focus();
    await tab.keyboard.press('Enter');
    const dialog = tab.getByRole('dialog', { name: 'Acknowledge' });
    await dialog.getByText(/^until \d{4}-.* UTC$/).waitFor();
    assert.deepEqual(await faults(), []);
    await dialog.getByLabel('What you will do').fill('restarting it');
    await tab.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const [taken] = await alertsOf(api, 'acknowledged');
    assert.equal(taken.node, 'app-1');
    await tab.getByRole('radio', { name: /^acknowledged/ }).check();
    await tab.getByRole('button', { name: /^Acknowledgement of/ }).click();
    await dialog.getByText('restarting it').waitFor();
    await dialog.getByRole('button', { name: 'Give it back' }).click();
    await tab.getByText('No alert is acknowledged').waitFor();
    assert.equal((await alertsOf(api)).length, 2);
  });

  it('shows what a silence hides before it hides it, and lifts it again', async (t) => {
    const { api, open } = await startFiring(t);
    // Chromium itself says so when matchers are refused.
    const { tab, faults } = await open(browser, '/alerts', { mayComplain: /status of 400/ });
    await tab.getByRole('button', { name: 'Silence MemoryBreachPredicted on app-1' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Silence' });
    await dialog.getByText('It hides 1 alert of now').waitFor();
    await dialog.getByLabel('What', { exact: true }).selectOption('this alert in the whole pool');
    await dialog.getByText('It hides 2 alerts of now').waitFor();
    assert.deepEqual(await faults(), []);
    await dialog.getByLabel('Matchers').fill('pool=~"("');
    await dialog.locator('.bad').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Silence' }).isDisabled());
    await dialog.getByLabel('Matchers').fill('alertname=~".*"');
    await dialog.getByLabel(/nearly every alert/).waitFor();
    await dialog.getByLabel('What', { exact: true }).selectOption('this alert');
    await dialog.getByText('It hides 1 alert of now').waitFor();
    await dialog.getByLabel('Why').fill('known, being mended');
    await dialog.getByRole('button', { name: 'Silence' }).click();
    await dialog.waitFor({ state: 'detached' });
    await tab.locator('.silence').getByText('known, being mended').waitFor();
    assert.equal((await alertsOf(api, 'silenced')).length, 1);
    await tab.getByRole('button', { name: 'Lift' }).click();
    await tab.getByText('No message is held back.').waitFor();
    assert.equal((await alertsOf(api)).length, 2);
  });

  it('tells of each that is over what became of it, with the error of the predicted time', async (t) => {
    const { api, open } = await startFiring(t);
    // The process reaches its limit, the rules see it, and another process begins.
    const memory_limit = 287_309_824;
    await api.push([{ node: 'app-1', rss: memory_limit, memory_limit, ready: 1 }]);
    await until(
      async () => (await alertsOf(api)).some(({ breached_at: at }) => typeof at === 'number'),
      'the breach is seen',
    );
    const start_time = Math.round(Date.now() / 1000);
    await api.push([{ node: 'app-1', rss: 4e7, memory_limit, ready: 1, start_time }]);
    await until(async () => (await alertsOf(api, 'resolved')).length === 1, 'it is over', 20_000);
    const { tab, faults } = await open(browser, '/alerts?state=past');
    await tab.getByText('came true').waitFor();
    assert.match(
      (await tab.locator('.past-alerts .error').last().textContent()) ?? '',
      /too (late|early)|none/,
    );
    assert.deepEqual(await faults(), []);
    await tab.getByRole('link', { name: 'MemoryBreachPredicted' }).click();
    await tab.getByText(/It came true, .* The predicted time was/).waitFor();
    await tab.getByRole('heading', { name: 'What it said when it fired' }).waitFor();
    assert.deepEqual(await faults(), []);
  });

  it('is read-only without an admin token, and says so', async (t) => {
    const token = 'r'.repeat(32);
    const config = { people: { tokens: [{ name: 'watcher', token, role: 'read' }] } };
    const { open } = await startPage(t, { rules: RULES, config });
    const { tab } = await open(browser, '/alerts');
    await tab.getByLabel('Your token').fill(token);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    const silence = tab.getByRole('button', { name: 'New silence' });
    await silence.waitFor();
    assert.ok(await silence.isDisabled());
    assert.match((await silence.getAttribute('title')) ?? '', /may only read/);
  });

  it('fits a telephone, in the dark as in the light', async (t) => {
    const { open } = await startFiring(t);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { tab, faults } = await open(browser, '/alerts', {
        viewport: { width: 360, height: 740 },
        colorScheme,
      });
      await tab.waitForSelector('.alerts .rows .row');
      const width = await tab.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(width <= 360, `it is ${width} px wide`);
      assert.deepEqual(await faults(), []);
      if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/alerts-${colorScheme}.png` });
    }
  });
});
