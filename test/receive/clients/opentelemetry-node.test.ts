import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../src/paths.js';
import { expectForecast } from '../../support/forecast.js';
import { startService } from '../../support/start-service.js';
import { tempFolder } from '../../support/temp-folder.js';

const MIB = 2 ** 20;
const LIMIT = 600 * MIB;
const EXAMPLE = pathToFileURL(join(packageRoot, 'examples/agents/opentelemetry-node.mjs')).href;
const RULES = `
groups:
  - name: g
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 3m, probability: 50% }
`;

/** A program that keeps about 30 MiB a second, outside the heap, and makes garbage within it. */
const LEAK = `
const kept = [];
setInterval(() => {
  kept.push(Buffer.alloc(3 * 1024 * 1024, 1));
  globalThis.garbage = Array.from({ length: 50_000 }, (_, i) => ({ i }));
}, 100);
`;

function leak(t: TestContext, url: string, node: string, temporality: string): { said: () => string } {
  const program = join(tempFolder(t), 'leak.mjs');
  writeFileSync(program, LEAK);
  const child = spawn(process.execPath, ['--import', EXAMPLE, program], {
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_SERVICE_NAME: 'router',
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${node.replace('router/', '')},pool=edge`,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
      OTEL_METRIC_EXPORT_INTERVAL: '250',
      MEMORY_LIMIT: String(LIMIT),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      text += piece;
    });
  }
  t.after(() => child.kill('SIGKILL'));
  return { said: () => text };
}

test('the OpenTelemetry SDK of Node: a leaking program ends in a right forecast, cumulative and delta', async (t) => {
  const service = await startService(t, {
    rules: RULES,
  });
  const { api } = service;
  const programs = ['cumulative', 'delta'].map((temporality) => ({
    node: `router/sdk-${temporality}`,
    ...leak(t, api.url, `router/sdk-${temporality}`, temporality),
  }));
  for (const { node, said } of programs) {
    await expectForecast(api, { node, signal: 'rss', limit: LIMIT, withinMs: 60_000 });
    assert.equal(said(), '', 'the SDK has nothing to complain of');
    const starts = new Set(
      (await api.samples(node, 'start_time', 0, Number.MAX_SAFE_INTEGER)).map(([, s]) => s),
    );
    assert.equal(starts.size, 1, 'one process has one start');
    assert.ok(Math.abs([...starts][0] - Date.now() / 1000) < 120);
    const { labels } = await api.get<{ labels: Record<string, string> }>(
      `/api/v1/nodes/${encodeURIComponent(node)}`,
    );
    assert.equal(labels.pool, 'edge');
    assert.equal(labels.runtime, 'nodejs');
  }
});
