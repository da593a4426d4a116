import assert from 'node:assert/strict';
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, skip, startPage, untilInPage } from './support.js';

const FOLDER = '/ops/headroom';

/** A proxy that has the service in a folder, as docs/page.md says; `Host` is passed on. */
async function openProxy(t: TestContext, target: string): Promise<string> {
  const server: Server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '';
    if (!path.startsWith(`${FOLDER}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const { method, headers } = incoming;
    const onward = ask(new URL(path.slice(FOLDER.length), target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    // Who goes away, such as a tab that is closed, ends both.
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${FOLDER}`;
}

describe('the page behind a proxy', { skip, timeout: 60_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('works in a folder: signing in, views, events and changes', async (t) => {
    const config = { people: { tokens: [{ name: 'ann', token: 'admin-secret-1', role: 'admin' }] } };
    const { api } = await startPage(t, { config });
    const url = await openProxy(t, api.url);
    const context = await browser.newContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${url}/`);
    await page.getByLabel('Your token').fill('admin-secret-1');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Send the first sample' }).waitFor();
    assert.match(
      await page.getByRole('region', { name: 'A sample by curl' }).innerText(),
      new RegExp(`^curl ${url}/api/v1/telemetry`),
    );
    await api.push({ node: 'a/b', rss: 9e8, memory_limit: 1e9 });
    await page.getByRole('link', { name: 'a/b' }).waitFor();
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByRole('button', { name: 'New silence' }).waitFor();
    assert.equal(page.url(), `${url}/alerts`);
    await page.reload();
    await page.getByRole('button', { name: 'New silence' }).waitFor();
    await untilInPage(page, `document.baseURI === '${url}/'`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your token').waitFor();
  });
});
