import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { parse } from 'yaml';
import { packageRoot } from '../../src/paths.js';
import { hasCurl } from '../support/has-curl.js';
import { openBrowser, overhangOf, skip, startPage } from './support.js';

const run = promisify(execFile);

describe('the first minute', {
  skip: skip || (!hasCurl() && 'curl is not installed'),
  timeout: 120_000,
}, () => {
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

  it('gives a line of the agent that reports the shell that runs it', async (t) => {
    const { open } = await startPage(t);
    const { tab } = await open(browser, '/');
    const line = await tab.getByRole('region', { name: 'The agent of Headroom' }).innerText();
    assert.match(line, /^npx headroom agent /);
    const main = join(packageRoot, 'dist/src/main.js');
    const agent = spawn('sh', ['-c', line.replace('npx headroom', `exec ${process.execPath} ${main}`)], {
      stdio: 'ignore',
    });
    const gone = once(agent, 'exit');
    await tab.getByRole('link', { name: hostname() }).waitFor({ timeout: 20_000 });
    agent.kill('SIGTERM');
    await gone;
  });

  it('says how the usual agents are told, with the token that they need', async (t) => {
    const config = { receive: { tokens: [{ name: 'agents', token: 'agent-secret-1' }] } };
    const { api, open } = await startPage(t, { config });
    const { tab, faults } = await open(browser, '/start');
    const textOf = (name: string) => tab.getByRole('region', { name }).innerText();
    assert.deepEqual(parse(await textOf('Configuration of Prometheus')), {
      remote_write: [
        {
          url: `${api.url}/api/v1/write`,
          authorization: { credentials: 'THE-TOKEN' },
          queue_config: { retry_on_http_429: true },
        },
      ],
    });
    const script = `${await textOf('Environment of OpenTelemetry')}\nenv`;
    const env = { PATH: process.env.PATH, HEADROOM_TOKEN: 'agent-secret-1' };
    const { stdout } = await run('sh', ['-c', script], { env });
    assert.deepEqual(
      stdout
        .split('\n')
        .filter((each) => each.startsWith('OTEL_'))
        .sort(),
      [
        `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=${api.url}/v1/metrics`,
        'OTEL_EXPORTER_OTLP_METRICS_HEADERS=Authorization=Bearer%20agent-secret-1',
        'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf',
        'OTEL_METRIC_EXPORT_INTERVAL=15000',
      ],
    );
    const telegraf = await textOf('Configuration of Telegraf');
    assert.ok(telegraf.includes(`urls = ["${api.url}"]`), telegraf);
    await run('sh', ['-c', await textOf('A sample by curl')], { env });
    await tab.getByText('1 node sends already').waitFor();
    assert.deepEqual(await faults(), []);
  });
});
