import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildService } from '../support/build-service.js';
import { NOT_READY_RULES } from '../support/not-ready.js';
import { RoundClock } from '../support/round-clock.js';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('the page as it is served', () => {
  it('is one frame at all of its addresses, with a strict policy and assets that never change', async (t) => {
    const { api } = await buildService(t, { clock: new RoundClock(NOW), rules: NOT_READY_RULES });
    for (const [path, base] of [
      ['/', './'],
      ['/alerts', './'],
      ['/nodes/r-1', '../'],
    ]) {
      const { status, headers, text } = await api.ask(path);
      assert.equal(status, 200, path);
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cache-control'), 'no-cache');
      assert.ok(text.includes(`<base href="${base}"`), text);
      assert.doesNotMatch(text, /<script[^>]*>[^<]|<style|style=|https?:/);
    }
    const [, script] = /src="(\.\/assets\/[^"]+\.js)"/.exec((await api.ask('/')).text) ?? [];
    const asset = await api.ask(`/${script.slice(2)}`);
    assert.equal(asset.headers.get('content-encoding'), 'gzip');
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await api.ask('/assets/none.js')).status, 404);
    assert.equal((await api.ask('/healthz')).text, '{"status":"ok"}');
    assert.match((await api.ask('/docs')).text, /swagger/i);
  });
});
