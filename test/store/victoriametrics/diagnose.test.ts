import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Clock, systemClock } from '../../../src/clock.js';
import { diagnoseVictoria, type VictoriaOptions } from '../../../src/store/backends/victoriametrics/index.js';
import { freePort } from '../../support/free-port.js';
import { startTenantProxy } from '../../support/tenant-proxy.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { HOUR } from '../samples.js';

/** What is not as it should be: `about result: message (cure)`. */
async function faultsOf(more: Partial<VictoriaOptions>, clock: Clock = systemClock): Promise<string[]> {
  const options = { url: '', measurement: 'headroom', timeout: 5000, retention: 90 * 24 * HOUR, ...more };
  const checks = await diagnoseVictoria(options, clock);
  return checks
    .filter(({ result }) => result !== 'ok')
    .map(({ about, result, message, cure }) =>
      `${about} ${result}: ${message} (${cure})`.replaceAll(options.url, 'URL'),
    );
}

describe('what is wrong with a VictoriaMetrics', { skip: noVictoriaMetrics }, () => {
  it('is nothing, when it is as it should be', async (t) => {
    const { url } = await VictoriaMetrics.start(t);
    assert.deepEqual(await faultsOf({ url }), []);
  });

  it('is that it keeps history too short, as it does unless told otherwise', async (t) => {
    const { url } = await VictoriaMetrics.start(t, []);
    assert.deepEqual(await faultsOf({ url }), [
      'retention failed: VictoriaMetrics keeps 31 d, store.retention is 90 d: older rows vanish without a word (Start it with -retentionPeriod=90d, or lower store.retention.)',
    ]);
  });

  it('is a setting that drops samples', async (t) => {
    const { url } = await VictoriaMetrics.start(t, ['-retentionPeriod=1y', '-dedup.minScrapeInterval=30s']);
    assert.deepEqual(await faultsOf({ url }), [
      'dedup.minScrapeInterval failed: VictoriaMetrics runs with -dedup.minScrapeInterval=30s: samples that are closer together are dropped (Start it without -dedup.minScrapeInterval.)',
    ]);
  });

  it('is a password that is not its own', async (t) => {
    const { url } = await VictoriaMetrics.start(t, ['-httpAuth.username=u', '-httpAuth.password=secret']);
    const [fault = '', ...others] = await faultsOf({ url, user: 'u', password: 'sesame' });
    assert.match(
      fault,
      /^reading failed: URL\/api\/v1\/query answered 401: .*\(Correct store\.token, or store\.user/,
    );
    assert.doesNotMatch(fault, /sesame/);
    assert.deepEqual(others, []);
  });

  it('is that nothing listens', async () => {
    const [fault = '', ...others] = await faultsOf({ url: `http://127.0.0.1:${await freePort()}` });
    assert.match(fault, /^connection failed: nothing listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
    assert.deepEqual(others, []);
  });

  it('is a tenant where there are none', async (t) => {
    const { url } = await VictoriaMetrics.start(t);
    const [fault = ''] = await faultsOf({ url, tenant: '0' });
    assert.match(fault, /^reading failed: URL\/select\/0\/prometheus\/api\/v1\/query answered 400: /);
    assert.match(
      fault,
      /\(Correct store\.url and store\.tenant: a cluster needs a tenant, a single node has none\.\)$/,
    );
  });

  it('is a clock that is wrong, and what a cluster does not show', async (t) => {
    const { url } = await VictoriaMetrics.start(t);
    const proxy = await startTenantProxy(t, url, '7');
    const late: Clock = { ...systemClock, now: () => systemClock.now() - 10 * 60_000 };
    const faults = await faultsOf({ url: proxy.url, tenant: '7' }, late);
    assert.equal(faults.length, 2);
    assert.match(
      faults[0],
      /^clock warning: its clock is 10 min ahead of ours \(Set both clocks by NTP\.\)$/,
    );
    assert.match(faults[1], /^settings warning: .*-retentionPeriod=90d or longer/);
  });
});
