import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { openReceiver } from '../support/receiver.js';
import { until } from '../support/until.js';
import { waitForCount } from './count.js';
import { openBrowser, skip, startPage } from './support.js';

/** As Standard Webhooks has them. */
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A service with a webhook that answers what `status` says at the time. */
async function startWithHook(t: TestContext, answer: { status: number }) {
  const receiver = await openReceiver((response) => response.writeHead(answer.status).end('answer'));
  t.after(() => receiver.close());
  const config = {
    notify: {
      channels: { hook: { type: 'webhook', url: `${receiver.url}/hook`, secret: SECRET } },
      heartbeat: { url: `${receiver.url}/ping`, every: '1m' },
    },
  };
  return { ...(await startPage(t, { config })), receiver };
}

describe('the delivery view', { skip, timeout: 120_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('says where to begin while no channel is configured', async (t) => {
    const { open } = await startPage(t);
    const { tab, faults } = await open(browser, '/delivery');
    await tab.getByText('No channel is configured').waitFor();
    await tab.getByText('Everything is delivered').waitFor();
    await tab.getByText(/Nobody elsewhere would notice/).waitFor();
    assert.deepEqual(await faults(), []);
  });

  it('sends a test through a channel after asking, and says that the channel works', async (t) => {
    const { open, receiver } = await startWithHook(t, { status: 204 });
    const { tab, faults } = await open(browser, '/delivery');
    await tab.getByText(/^Sent /).waitFor();
    await tab.getByRole('button', { name: 'Send a test' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Send a test message?' });
    assert.deepEqual(await faults(), []);
    await dialog.getByRole('button', { name: 'Send it' }).click();
    await until(() => receiver.requests.some(({ path }) => path === '/hook'), 'the test message');
    await tab.getByRole('region', { name: 'Channel hook' }).getByText('works').waitFor();
    await tab.getByText('Everything is delivered').waitFor();
    assert.deepEqual(await faults(), []);
  });

  it('shows a dead letter with its reason, sends it again, or discards it after asking', async (t) => {
    const answer = { status: 410 };
    const { api, open } = await startWithHook(t, answer);
    const { tab, faults } = await open(browser, '/delivery');
    for (let count = 1; count <= 2; count++) {
      await tab.getByRole('button', { name: 'Send a test' }).click();
      await tab.getByRole('button', { name: 'Send it' }).click();
      await waitForCount(tab.locator('.letters .rows .row'), count);
    }
    await tab.getByRole('heading', { name: 'Dead letters' }).waitFor();
    await until(
      async () => /410/.test((await tab.locator('.letters .rows .reason').first().textContent()) ?? ''),
      'the reason',
    );
    assert.deepEqual(await faults(), []);
    await tab.getByRole('button', { name: 'Discard' }).first().click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await waitForCount(tab.locator('.letters .rows .row'), 1);
    answer.status = 204;
    await tab.getByRole('button', { name: 'Send again' }).click();
    await tab.getByText('Everything is delivered').waitFor({ timeout: 20_000 });
    assert.deepEqual(await api.get('/api/v1/outbox'), { letters: [] });
    if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/delivery.png` });
  });

  it('says in place that the service does not answer, and recovers without being loaded again', async (t) => {
    const { open, service } = await startWithHook(t, { status: 204 });
    const { tab } = await open(browser, '/delivery', {
      mayComplain:
        /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY|network|Failed to load|ERR_CONNECTION_RESET/i,
    });
    await tab.getByRole('region', { name: 'Channel hook' }).waitFor();
    await service.kill();
    await tab.getByText('Connection lost').waitFor({ timeout: 20_000 });
    assert.ok(await tab.getByRole('region', { name: 'Channel hook' }).isVisible());
  });
});
