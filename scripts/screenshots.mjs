// Writes docs/images/page: each view of the page, from a real service that is fed recorded processes (traces/dev), in a real
// Chromium. `npm run build` first. `npm run screenshots -- NAME...` makes these pictures only; `--to FOLDER` puts them elsewhere.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inFewColours } from './mail/few-colours.mjs';
import { openCrowded, openEmpty, openFleet } from './page/scenes.mjs';

const built = join(import.meta.dirname, '../dist/test');
const { openBrowser } = await import(join(built, 'page/support.js'));

const WIDE = ['1440-light', '1440-dark'];
const LOOKS = [...WIDE, '360-light'];
const LEAST_HEIGHT = 480;
/** Longer pages are cut here. */
const MOST_HEIGHT = 1120;
/** What a view that is not there looks like. */
const NOTHING = 'There is nothing at this address';

/**
 * One a picture: the scene in which it is made, its address (or what gives it of the scene), what must be in sight before, and
 * what to do then. A view that does not exist yet is left out.
 */
const PICTURES = {
  fleet: { scene: 'fleet', path: '/', wait: '.fleet .rows .spark' },
  'fleet-grouped': {
    scene: 'fleet',
    path: '/?group=pool&q=pool%3Dedge',
    wait: '.group-row',
    looks: ['1440-light'],
  },
  node: { scene: 'fleet', path: ({ leak }) => `/nodes/${leak}`, wait: 'canvas' },
  alerts: { scene: 'fleet', path: '/alerts', wait: '.alerts .rows .row' },
  'alerts-silence': {
    scene: 'fleet',
    path: '/alerts',
    wait: '.alerts .rows .row',
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Silence / })
        .first()
        .click();
      await page.getByText(/It hides \d+ alert/).waitFor();
    },
    looks: ['1440-light', '360-light'],
  },
  'alerts-past': { scene: 'fleet', path: '/alerts?state=past', wait: '.past-alerts .rows .row' },
  rules: { scene: 'fleet', path: '/rules', wait: 'main h1' },
  delivery: { scene: 'fleet', path: '/delivery', wait: '.letters .rows .row' },
  start: { scene: 'fleet', path: '/start', wait: '.guide .snippet', looks: ['1440-light', '360-light'] },
  'first-minute': { scene: 'empty', path: '/', wait: '.guide .snippet' },
  'alerts-none': { scene: 'empty', path: '/alerts', wait: 'main h1', looks: ['1440-light'] },
  'delivery-none': { scene: 'empty', path: '/delivery', wait: 'main h1', looks: ['1440-light'] },
  'fleet-crowded': { scene: 'crowded', path: '/', wait: '.fleet .rows .row' },
};

const SCENES = { fleet: openFleet, empty: openEmpty, crowded: openCrowded };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string', default: 'docs/images/page' } },
});
const unknown = positionals.filter((name) => !PICTURES[name]);
if (unknown.length > 0) {
  console.error(`There is no picture "${unknown[0]}"; there are ${Object.keys(PICTURES).join(', ')}`);
  process.exit(1);
}
const wanted = Object.entries(PICTURES).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);

/** Waits until the view stands, acts, and gives the picture; undefined where there is no such view. */
async function take(browser, { url }, { path, wait, act }, look) {
  const [width, colorScheme] = look.split('-');
  const page = await browser.newPage({
    viewport: { width: Number(width), height: LEAST_HEIGHT },
    colorScheme,
    reducedMotion: 'reduce',
  });
  try {
    const response = await page.goto(url + path);
    const isThere = page
      .locator(wait)
      .first()
      .waitFor()
      .then(() => true);
    const isMissing = page
      .getByText(NOTHING)
      .waitFor()
      .then(() => false);
    isMissing.catch(() => {});
    isThere.catch(() => {});
    if (response.status() === 404 || !(await Promise.race([isThere, isMissing]))) return undefined;
    const height = await page.evaluate('document.documentElement.scrollHeight');
    await page.setViewportSize({
      width: Number(width),
      height: Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, height)),
    });
    await act?.(page);
    // What has come by now is drawn in the second frame from here.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    return inFewColours(await page.screenshot());
  } finally {
    await page.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-screenshots-'));
mkdirSync(values.to, { recursive: true });
const browser = await openBrowser();
try {
  for (const [scene, openScene] of Object.entries(SCENES)) {
    const pictures = wanted.filter(([, picture]) => picture.scene === scene);
    if (pictures.length === 0) continue;
    const opened = await openScene(join(folder, scene));
    try {
      for (const [name, picture] of pictures) {
        const path = typeof picture.path === 'string' ? picture.path : picture.path(opened);
        for (const look of picture.looks ?? LOOKS) {
          const png = await take(browser, opened, { ...picture, path }, look);
          if (!png) {
            console.error(`${name}: there is no view at ${path} yet`);
            break;
          }
          writeFileSync(join(values.to, `${name}-${look}.png`), png);
          console.error(`${name}-${look}.png ${Math.round(png.length / 1024)} KiB`);
        }
      }
    } finally {
      await opened.close();
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
