import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/paths.js';
import { type ScraperName, startScraper } from './scraper.js';
import { fleetService, hasTool } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);

function read(file: string): string {
  return readFileSync(join(packageRoot, file), 'utf8');
}

interface Trigger {
  readonly metadata: { readonly query: string; readonly threshold: string };
}

const { spec } = parse(read('examples/keda/scaledobject.yaml')) as {
  spec: { minReplicaCount: number; maxReplicaCount: number; triggers: readonly Trigger[] };
};
const [{ metadata }] = spec.triggers;
const { rules } = parse(read('examples/keda/prometheus-adapter.yaml')) as {
  rules: { external: readonly { seriesQuery: string; metricsQuery: string }[] };
};

describe('the autoscaling examples', () => {
  it('are the query that the page explains, and stay within their bounds with nothing to fear', () => {
    const page = read('docs/autoscaling.md');
    const shown = /```promql\n([\s\S]*?)```/.exec(page)?.[1].trim();
    assert.equal(shown, metadata.query);
    assert.ok(spec.minReplicaCount <= 6 && 6 <= spec.maxReplicaCount);
  });

  for (const name of ['prometheus', 'victoria-metrics'] as const satisfies readonly ScraperName[]) {
    it(`ask ${name} for one replica more for each node that is about to be lost`, {
      skip: hasTool(name),
    }, async (t) => {
      const { service, api } = await fleetService(t, { until: NOW, minutes: 2 });
      const { limits } = await api.get<{ limits: { probability: number }[] }>(
        '/api/v1/nodes/leaky-1/forecast',
      );
      const scraper = await startScraper(t, name, service.url);
      const [{ value }] = await scraper.askUntilThere(metadata.query);
      const losses = Number(value[1]) - 6;
      assert.ok(
        Math.abs(losses - limits[0].probability) < 0.05,
        `${losses} are lost of ${limits[0].probability}`,
      );
      assert.equal(Math.ceil(Number(value[1]) / Number(metadata.threshold)), 7);
      for (const { seriesQuery, metricsQuery } of rules.external) {
        await scraper.askUntilThere(seriesQuery);
        const [sum] = await scraper.askUntilThere(
          metricsQuery.replaceAll('<<.LabelMatchers>>', 'pool="edge"'),
        );
        assert.ok(Math.abs(Number(sum.value[1]) - losses) < 1e-9);
      }
    });
  }
});
