import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import axe, { type AxeResults } from 'axe-core';
import { pino } from 'pino';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { type Message, PageWriter, PngRenderer } from '../../src/notify/index.js';
import { messageWith, NOW, newsOf, portraitOf } from './support/news.js';
import { BY_OCCASION, fortyNodes, HISTORY, LINKS, tenThousand } from './support/occasions.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(CHROMIUM) ? false : `${CHROMIUM} is not installed`;

const long = 'x'.repeat(200);
const MESSAGES: Readonly<Record<string, Message>> = {
  'one node': BY_OCCASION.new,
  'a breach': BY_OCCASION.breached,
  'an end': BY_OCCASION.over,
  'an example': BY_OCCASION.test,
  'forty nodes': messageWith(fortyNodes(), { links: LINKS, history: HISTORY }),
  'ten thousand nodes': tenThousand(),
  'names of 200 characters': messageWith(
    ['a', 'b'].map((letter) =>
      newsOf({
        id: letter,
        node: letter + long,
        rule: long,
        severity: long,
        labels: { pool: long },
        reason: long,
        summary: long,
        runbook: `https://runbooks.example/${long}`,
        portrait: portraitOf(),
      }),
    ),
    { links: LINKS },
  ),
};

/** How far anything stands out to the right of the window, in px, and what; runs in the page. */
const OVERHANG = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const boxes = [...document.querySelectorAll('body *')].map((element) => ({
    width: element.getBoundingClientRect().right - clientWidth,
    what: element.outerHTML.slice(0, 200),
  }));
  const worst = boxes.reduce((a, b) => (b.width > a.width ? b : a), { width: 0, what: '' });
  return { width: Math.max(scrollWidth - clientWidth, worst.width), what: worst.what };
})()`;

const COLOURS = `(() => {
  const styleOf = (selector) => getComputedStyle(document.querySelector(selector));
  return [styleOf('.hr-card').backgroundColor, styleOf('h1').color, styleOf('img').backgroundColor];
})()`;

/** The faults that axe finds in the page as it is now. */
async function faultsOf(tab: Tab): Promise<string[]> {
  const { violations, passes } = await tab.evaluate<AxeResults>('axe.run()');
  assert.ok(passes.some(({ id }) => id === 'color-contrast'));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

describe('the page in Chromium', { skip }, () => {
  let browser: Browser;
  const renderer = new PngRenderer();
  const writer = new PageWriter({
    timeZone: 'Europe/Berlin',
    externalUrl: undefined,
    renderPng: (svg, scale) => renderer.render(svg, scale),
    log: pino({ level: 'silent' }),
  });
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  after(async () => {
    await browser?.close();
    await renderer.close();
  });

  /** The page as a mail program shows it, with its pictures; any request to elsewhere is a fault. */
  async function open(message: Message, width: number, colorScheme: 'light' | 'dark'): Promise<Tab> {
    const { html, pictures } = await writer.page(message, NOW);
    const whole = pictures.reduce(
      (text, { cid, png }) =>
        text.replaceAll(`cid:${cid}`, `data:image/png;base64,${png.toString('base64')}`),
      html,
    );
    const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await tab.route('**/*', (route) => {
      assert.match(route.request().url(), /^data:/);
      return route.continue();
    });
    await tab.setContent(whole, { waitUntil: 'load' });
    return tab;
  }

  for (const [name, message] of Object.entries(MESSAGES)) {
    it(`of ${name} fits into 320, 360 and 800 px, and axe finds no fault, light and dark`, async () => {
      const tab = await open(message, 320, 'light');
      await tab.evaluate(axe.source);
      for (const width of [320, 800, 360]) {
        await tab.setViewportSize({ width, height: 800 });
        const overhang = await tab.evaluate<{ width: number; what: string }>(OVERHANG);
        assert.ok(overhang.width < 1, `at ${width}, ${overhang.width} px too wide: ${overhang.what}`);
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await tab.emulateMedia({ colorScheme });
        assert.deepEqual(await faultsOf(tab), []);
      }
      await tab.close();
    });
  }

  it('has no fault that axe finds where it is wide, light and dark', async () => {
    const tab = await open(MESSAGES['forty nodes'], 800, 'light');
    await tab.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme });
      assert.deepEqual(await faultsOf(tab), []);
    }
    // What axe would have to find.
    await tab.evaluate(`document.querySelector('h1').style.setProperty('color', '#333333', 'important')`);
    assert.match((await faultsOf(tab)).join(), /color-contrast/);
    await tab.close();
  });

  it('turns dark with the mail program, and keeps a light card under the picture', async () => {
    const tab = await open(BY_OCCASION.new, 360, 'dark');
    const colours = await tab.evaluate<string[]>(COLOURS);
    assert.deepEqual(colours, ['rgb(28, 34, 43)', 'rgb(232, 236, 241)', 'rgb(255, 255, 255)']);
    await tab.close();
  });

  it('has links that a thumb can hit, and a picture that was drawn', async () => {
    for (const width of [360, 800]) {
      const tab = await open(BY_OCCASION.new, width, 'light');
      const links = await tab.locator('.hr-button').all();
      assert.equal(links.length, 3);
      for (const link of links) assert.ok(((await link.boundingBox())?.height ?? 0) >= 44);
      const image = tab.locator('img');
      assert.equal(await tab.evaluate<number>(`document.querySelector('img').naturalWidth`), 1200);
      assert.match(
        (await image.getAttribute('alt')) ?? '',
        /^Memory of r-1: 200 MiB at 05:28 UTC, .* limit 1 GiB; the trend reaches its memory limit at 09:10 UTC, range 09:02-09:31$/,
      );
      await tab.close();
    }
  });
});
