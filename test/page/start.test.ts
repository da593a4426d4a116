import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { hasCurl } from '../support/has-curl.js';
import { openBrowser, overhangOf, skip, startPage } from './support.js';

const run = promisify(execFile);

describe('the first minute', { skip: skip || !hasCurl, timeout: 120_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('gives a curl that works as it stands, and turns live when its sample arrives', async (t) => {
    const { open } = await startPage(t);
    const { tab, faults } = await open(browser, '/');
    const command = await tab.getByRole('region', { name: 'A sample by curl' }).innerText();
    assert.deepEqual(await faults(), []);
    await tab.setViewportSize({ width: 360, height: 740 });
    assert.ok((await overhangOf(tab)).width <= 0, (await overhangOf(tab)).what);
    await run('sh', ['-c', command]);
    await tab.getByRole('link', { name: 'my-first-node' }).waitFor();
  });
});
