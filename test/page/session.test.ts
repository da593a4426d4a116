import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import type { SessionShape } from '../../src/serve/shapes.js';
import { buildService } from '../support/build-service.js';
import { RoundClock } from '../support/round-clock.js';
import { openBrowser, RULES, skip, startPage } from './support.js';

const TOKENS = {
  people: {
    tokens: [
      { name: 'ann', token: 'admin-secret-1', role: 'admin' },
      { name: 'wall', token: 'reader-secret-1' },
    ],
  },
};
const HOUR = 3_600_000;

async function withTokens(t: TestContext) {
  const clock = new RoundClock(Date.UTC(2026, 10, 24, 12));
  const { api } = await buildService(t, { clock, rules: RULES, config: TOKENS });
  const signIn = (token: string, headers: Record<string, string> = {}) =>
    api.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ token }),
    });
  const cookieOf = async (token: string) =>
    (await signIn(token)).headers.get('set-cookie')?.split(';')[0] ?? '';
  return { api, clock, signIn, cookieOf };
}

describe('a session', () => {
  it('begins with a token, in a cookie that scripts and other sites cannot use, and ends', async (t) => {
    const { api, clock, signIn } = await withTokens(t);
    const { status, headers, text } = await signIn('admin-secret-1');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), {
      needs_token: false,
      holder: 'ann',
      role: 'admin',
      ends_at: clock.now() + 12 * HOUR,
      agents_need_token: false,
    });
    const set = headers.get('set-cookie') ?? '';
    assert.match(set, /^headroom_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = set.split(';')[0];
    assert.equal((await api.ask('/api/v1/nodes', { headers: { cookie } })).status, 200);
    assert.equal((await api.ask('/api/v1/nodes')).status, 401);
    await api.ask('/api/v1/session', { method: 'DELETE', headers: { cookie } });
    assert.equal((await api.ask('/api/v1/nodes', { headers: { cookie } })).status, 401);
    const secure = await signIn('admin-secret-1', { 'x-forwarded-proto': 'https' });
    assert.match(secure.headers.get('set-cookie') ?? '', /; Secure$/);
  });

  it('is over after 12 h', async (t) => {
    const { api, clock, cookieOf } = await withTokens(t);
    const cookie = await cookieOf('admin-secret-1');
    await clock.pass(12 * HOUR, 12 * HOUR);
    assert.equal((await api.ask('/api/v1/nodes', { headers: { cookie } })).status, 401);
  });

  it('changes nothing for another site, and nothing at all for a reader', async (t) => {
    const { api, cookieOf } = await withTokens(t);
    const reload = (headers: Record<string, string>) =>
      api.ask('/api/v1/rules/reload', { method: 'POST', headers }).then(({ status }) => status);
    const [admin, reader] = [await cookieOf('admin-secret-1'), await cookieOf('reader-secret-1')];
    assert.equal(await reload({ cookie: admin, 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await reload({ cookie: admin, origin: 'https://evil.example' }), 403);
    assert.equal(await reload({ cookie: reader }), 403);
    assert.equal(await reload({ cookie: admin, 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await reload({ authorization: 'Bearer admin-secret-1', origin: 'https://x.example' }), 200);
  });

  it('makes who guesses wait', async (t) => {
    const { clock, signIn } = await withTokens(t);
    for (let turn = 0; turn < 10; turn++) assert.equal((await signIn(`guess-${turn}`)).status, 401);
    const { status, headers, text } = await signIn('admin-secret-1');
    assert.equal(status, 429, text);
    assert.equal(headers.get('retry-after'), '60');
    await clock.pass(60_000, 60_000);
    assert.equal((await signIn('admin-secret-1')).status, 200);
  });

  it('is not needed while no token is configured', async (t) => {
    const clock = new RoundClock(Date.UTC(2026, 10, 24, 12));
    const { api } = await buildService(t, { clock, rules: RULES });
    const { holder, role, needs_token } = await api.get<SessionShape>('/api/v1/session');
    assert.deepEqual([holder, role, needs_token], [null, 'admin', false]);
    const headers = { 'sec-fetch-site': 'cross-site' };
    assert.equal((await api.ask('/api/v1/rules/reload', { method: 'POST', headers })).status, 403);
  });
});

describe('signing in on the page', { skip, timeout: 120_000 }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  it('asks for a token, says what is wrong with another one, and lets in and out', async (t) => {
    const { open } = await startPage(t, { config: TOKENS });
    const { tab, faults } = await open(browser, '/', { mayComplain: /status of 401/ });
    await tab.getByLabel('Your token').fill('guess');
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab
      .getByText('Found a token that is not known. Use a token that stands under people.tokens')
      .waitFor();
    assert.deepEqual(await faults(), []);
    await tab.getByLabel('Your token').fill('reader-secret-1');
    await tab.keyboard.press('Enter');
    await tab.getByText('wall (read-only)').waitFor();
    await tab.getByRole('heading', { name: 'Send the first sample' }).waitFor();
    await tab.reload();
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await tab.getByLabel('Your token').waitFor();
  });
});
