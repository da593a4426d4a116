import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page as Tab } from 'playwright-core';
import type { BacktestShape } from '../../src/serve/rules/shapes.js';
import { openBrowser, overhangOf, RULES, sendTrace, skip, startPage, untilInPage } from './support.js';

const EDITED = ['probability: 50%, soon: { within: 30m, probability: 35% } }', 'probability: 95% }'] as const;
const TOKENS = { people: { tokens: [{ name: 'wall', token: 'reader-secret-1' }] } };

function editorOf(tab: Tab) {
  return tab.locator('.yaml-editor .cm-content');
}

async function fill(tab: Tab, text: string): Promise<void> {
  await editorOf(tab).focus();
  await tab.keyboard.press('Control+a');
  await tab.keyboard.press('Delete');
  await tab.keyboard.insertText(text);
}

describe('the rules view', { skip, timeout: 300_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('says what is armed, since when, from which file and hash, and what the checks say', async (t) => {
    const warned = RULES.replace('probability: 50%', 'probability: 99.9%');
    const { api, open } = await startPage(t, { rules: warned });
    const { tab, faults } = await open(browser, '/rules');
    await tab.getByRole('heading', { name: 'Rules', exact: true }).waitFor();
    const { armed } = await api.get<{ armed: { hash: string } }>('/api/v1/rules');
    await tab.getByText(armed.hash).first().waitFor();
    await tab.getByText(/8 rules, armed (now|\d+ s ago)/).waitFor();
    const row = tab.locator('.armed tbody tr').first();
    assert.match(
      await row.innerText(),
      /MemoryBreachPredicted\s*forecast.*page.*90 s.*rules\.yaml:7.*has not fired yet/s,
    );
    await tab.getByRole('button', { name: 'rule/probability-extreme' }).click();
    await tab.getByRole('dialog', { name: 'rule/probability-extreme' }).locator('pre').first().waitFor();
    assert.deepEqual(await faults(), []);
    await tab.keyboard.press('Escape');
    await tab.getByText('Not run here, since they need the configuration').waitFor();
    assert.deepEqual(await faults(), []);
  });

  it('shows the record of a rule that fired', async (t) => {
    const { api, open } = await startPage(t);
    await api.push({ node: 'r-1', ready: 0, rss: 1e8, time: Date.now() - 200_000 });
    await api.push({ node: 'r-1', ready: 0, rss: 1e8 });
    const { tab } = await open(browser, '/rules');
    await untilInPage(
      tab,
      `[...document.querySelectorAll('.armed tbody tr')].some((row) => /NodeNotReady[^]*Fired1/.test(row.textContent))`,
    );
  });

  it('says that the files on disk are refused, with the place, until they are mended', async (t) => {
    const { api, service, open } = await startPage(t);
    const { tab, faults } = await open(browser, '/rules');
    await tab.getByRole('heading', { name: 'Rules', exact: true }).waitFor();
    const file = join(service.folder, 'rules', 'rules.yaml');
    writeFileSync(file, RULES.replace(/for: \S+/, 'for: soon'));
    await api.ask('/api/v1/rules/reload', { method: 'POST' });
    await tab.getByRole('heading', { name: 'The files on disk are refused' }).waitFor();
    await tab.getByText('rules.yaml:9:14').waitFor();
    assert.deepEqual(await faults(), []);
    writeFileSync(file, RULES);
    await api.ask('/api/v1/rules/reload', { method: 'POST' });
    await tab.getByText(/Last refused edit/).waitFor();
    assert.equal(await tab.getByRole('heading', { name: 'The files on disk are refused' }).count(), 0);
  });

  it('edits with completion, hover and findings in place, by keyboard, and writes nothing', async (t) => {
    const { service, open } = await startPage(t);
    const { tab, faults } = await open(browser, '/rules/MemoryBreachPredicted');
    const editor = editorOf(tab);
    await editor.waitFor();
    await tab.getByText('It says the same as what is armed').waitFor();
    assert.deepEqual(await faults(), []);
    await fill(tab, RULES.replace('severity: page', 'severity: page\n        lab'));
    await tab.getByText(/It would be refused/).waitFor();
    await tab.locator('.yaml-editor .cm-lintRange-error').first().waitFor();
    assert.ok(await tab.getByRole('button', { name: 'Run the backtest' }).isDisabled());
    // From the finding to its place, then completion there.
    await tab.locator('.workbench .findings button.as-link').first().click();
    await tab.keyboard.press('End');
    await tab.keyboard.press('Control+Space');
    await tab.locator('.yaml-editor .cm-tooltip-autocomplete li', { hasText: 'labels' }).waitFor();
    // So long a list must be open until it takes a key: what is typed meanwhile is not meant for it.
    await untilInPage(tab, 'performance.now() > (globalThis.listSeen ??= performance.now()) + 75');
    await tab.keyboard.press('Enter');
    await tab.keyboard.type('{{} team: core ');
    assert.deepEqual(await faults(), []);
    await tab
      .locator('.yaml-editor .cm-line', { hasText: 'reaches' })
      .first()
      .getByText('within')
      .first()
      .hover();
    await tab.locator('.yaml-editor .cm-hover-text').waitFor();
    // Values, and keys within braces, while the text is not yet whole.
    const options = tab.locator('.yaml-editor .cm-tooltip-autocomplete li');
    await fill(tab, 'groups:\n  - name: a\n    rules:\n      - alert: A\n        forecast: { of: ');
    await tab.keyboard.press('Control+Space');
    await options.getByText('heap_after_gc', { exact: true }).waitFor();
    await tab.keyboard.type('rss, wi');
    await options.getByText('within', { exact: true }).waitFor();
    assert.equal(await options.getByText('of', { exact: true }).count(), 0);
    await tab.keyboard.press('Escape');
    // Escape, then Tab leaves.
    await editor.focus();
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('Tab');
    await untilInPage(tab, `!document.activeElement.classList.contains('yaml-editor')`);
    assert.equal(readFileSync(join(service.folder, 'rules', 'rules.yaml'), 'utf8'), RULES);
  });

  it('backtests the edit against what is armed, and gives the file and the diff to commit', async (t) => {
    const { api, open } = await startPage(t);
    const odd = `<script>\u05d0\u05d1\u{1f600}${'x'.repeat(180)}`;
    await sendTrace(api, { trace: 't001', node: () => odd, labels: { pool: 'edge' } });
    await sendTrace(api, { trace: 't002', labels: { pool: 'core' } });
    const { tab, faults } = await open(browser, '/rules/MemoryBreachPredicted', {
      permissions: ['clipboard-read', 'clipboard-write'],
      acceptDownloads: true,
    });
    await editorOf(tab).waitFor();
    const edited = RULES.replace(...EDITED);
    await fill(tab, edited);
    await tab.getByText('Changed: MemoryBreachPredicted').waitFor();
    await tab.getByLabel('Over').selectOption('week');
    await tab.getByRole('button', { name: 'Run the backtest' }).click();
    await tab.locator('.timeline li').first().waitFor({ timeout: 60_000 });
    await tab.getByText(/alerts? of the edited rules against \d+ of the armed/).waitFor();
    assert.match(await tab.locator('.counts').innerText(), /caught.*late.*missed.*false/s);
    assert.ok((await tab.locator('.timeline .bar-of-armed').count()) > 0);
    assert.ok((await tab.locator('.backtest table tbody tr').count()) > 0);
    assert.equal(await tab.locator('.timeline li a').first().innerText(), odd);
    assert.match(
      await tab.locator('.backtest tbody td').nth(2).innerText(),
      /^(\d+ gone, )?\d+ later by up to \d+ min$/,
    );
    assert.deepEqual(await faults(), []);
    const diff = await tab.getByRole('region', { name: 'Unified diff' }).innerText();
    assert.match(diff, /^--- a\/rules\.yaml\n\+\+\+ b\/rules\.yaml\n@@ -5,7 \+5,7 @@/);
    assert.match(diff, /^-.*probability: 50%.*\n\+.*probability: 95%/m);
    await tab
      .locator('.commit .snippet', { hasText: 'groups:' })
      .last()
      .getByRole('button', { name: 'Copy' })
      .click();
    await untilInPage(
      tab,
      `navigator.clipboard.readText().then((text) => text === ${JSON.stringify(edited)})`,
    );
    const [file] = await Promise.all([
      tab.waitForEvent('download'),
      tab.getByRole('button', { name: 'Download rules.yaml', exact: true }).click(),
    ]);
    assert.equal(readFileSync(await file.path(), 'utf8'), edited);
    for (const [width, height] of [
      [360, 740],
      [1440, 900],
    ]) {
      await tab.setViewportSize({ width, height });
      for (const scheme of ['light', 'dark'] as const) {
        await tab.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await faults(), []);
        const { width: over, what } = await overhangOf(tab);
        assert.equal(over, 0, what);
        if (process.env.PICTURES) {
          await tab.screenshot({
            path: `${process.env.PICTURES}/rule-${width}-${scheme}.png`,
            fullPage: true,
          });
        }
      }
    }
  });

  it('is for readers as well, says that another backtest runs, and cancels', async (t) => {
    const { api, open } = await startPage(t, { config: TOKENS });
    const headers = { authorization: 'Bearer reader-secret-1', 'content-type': 'application/json' };
    await sendTrace(api, { trace: 't001' });
    const { tab } = await open(browser, '/rules/MemoryBreachPredicted', { mayComplain: /status of 409/ });
    await tab.getByLabel('Your token').fill('reader-secret-1');
    await tab.keyboard.press('Enter');
    await editorOf(tab).waitFor();
    const { text } = await api.ask('/api/v1/rules/files', { headers });
    const { file, text: armed } = JSON.parse(text).files[0];
    const begun = await api.ask('/api/v1/rules/backtests', {
      method: 'POST',
      headers,
      body: JSON.stringify({ file, text: armed, range: 'month' }),
    });
    const { id } = JSON.parse(begun.text) as BacktestShape;
    await tab.getByRole('button', { name: 'Run the backtest' }).click();
    await tab.getByText(/A backtest of "wall" runs since/).waitFor();
    await api.ask(`/api/v1/rules/backtests/${id}`, {
      method: 'DELETE',
      headers: { authorization: headers.authorization },
    });
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await tab
      .locator('.backtest-status')
      .getByText(/Cancelled|alerts? of the edited/)
      .waitFor();
  });

  it('says in place that the checker cannot be asked, keeps the edit, and recovers by itself', async (t) => {
    const { api, open } = await startPage(t);
    const { tab } = await open(browser, '/rules/MemoryBreachPredicted', {
      mayComplain: /Failed to load resource|ERR_/,
    });
    await editorOf(tab).waitFor();
    await tab.getByText('It says the same as what is armed').waitFor();
    await tab.route(`${api.url}/api/v1/rules/check`, (route) => route.abort());
    const edited = RULES.replace(...EDITED);
    await fill(tab, edited);
    await tab.locator('.workbench').getByText('The service does not answer').waitFor();
    await tab.unroute(`${api.url}/api/v1/rules/check`);
    await tab.getByText('Changed: MemoryBreachPredicted').waitFor();
    // The edit outlasts a look at another view.
    await tab.getByRole('link', { name: 'All rules' }).click();
    await tab.getByRole('heading', { name: 'Rules', exact: true }).waitFor();
    await tab.goBack();
    await tab.getByText('Changed: MemoryBreachPredicted').waitFor();
    await tab.getByRole('button', { name: 'Discard the edit' }).click();
    await tab.getByText('It says the same as what is armed').waitFor();
  });

  it('goes on with a backtest when the connection comes back, and tells times by the clock of the service', async (t) => {
    const { api, open } = await startPage(t);
    await sendTrace(api, { trace: 't001' });
    const { tab } = await open(browser, '/rules', { mayComplain: /Failed to load resource|ERR_/ });
    // The clock of the browser is a day ahead from the next load on.
    await tab.addInitScript('{ const now = Date.now; Date.now = () => now() + 86_400_000; }');
    await tab.reload();
    await tab.getByText(/8 rules, armed (now|\d+ s ago)/).waitFor();
    await tab.getByRole('link', { name: 'MemoryBreachPredicted' }).click();
    await editorOf(tab).waitFor();
    await tab.route('**/api/v1/rules/backtests/*', (route) => route.abort());
    await tab.getByRole('button', { name: 'Run the backtest' }).click();
    await tab.locator('.backtest').getByText('The service does not answer').waitFor();
    await tab.unroute('**/api/v1/rules/backtests/*');
    await tab.locator('.timeline li').first().waitFor({ timeout: 60_000 });
    assert.equal(await tab.locator('.backtest .fault').count(), 0);
  });

  it('takes names as text, however long and odd', async (t) => {
    const name = `R${'x'.repeat(98)}`;
    const odd = RULES.replace('alert: MemoryBreachPredicted', `alert: ${name}`).replace(
      'severity: page',
      'severity: page\n        summary: "<script>alert(1)</script> \u05d0\u05d1 \u{1f600} {{ nothing }}"',
    );
    const { open } = await startPage(t, { rules: odd });
    const { tab, faults } = await open(browser, '/rules', { viewport: { width: 360, height: 740 } });
    await tab.getByRole('link', { name }).waitFor();
    await tab.getByText('<script>alert(1)</script>').first().waitFor();
    const { width, what } = await overhangOf(tab);
    assert.equal(width, 0, what);
    assert.deepEqual(await faults(), []);
    for (const [w, scheme] of [
      [360, 'light'],
      [360, 'dark'],
      [1440, 'light'],
      [1440, 'dark'],
    ] as const) {
      await tab.setViewportSize({ width: w, height: 900 });
      await tab.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await faults(), []);
      if (process.env.PICTURES) {
        await tab.screenshot({ path: `${process.env.PICTURES}/rules-${w}-${scheme}.png`, fullPage: true });
      }
    }
    await tab.goto(tab.url().replace('/rules', '/rules/NoSuchRule'));
    await tab.getByRole('heading', { name: 'No rule of this name is armed' }).waitFor();
  });
});
