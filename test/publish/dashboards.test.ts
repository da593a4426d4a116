import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { type Dashboard, filled, read, script } from './dashboard.js';
import { type ScraperName, startScraper } from './scraper.js';
import { fleetService, hasTool } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);

const OF_PROMETHEUS = { pool: '.*', node: '.*', __rate_interval: '10s' };

function queriesOfPrometheus({ panels, annotations }: Dashboard): { query: string; mayBeEmpty: boolean }[] {
  const shown = panels.flatMap(({ targets }) =>
    targets.map(({ expr = '' }) => ({ query: filled(expr, OF_PROMETHEUS), mayBeEmpty: false })),
  );
  // No alert changes between two scrapes of a service whose clock stands still.
  const marks = annotations.list.map(({ expr = '' }) => ({ query: expr, mayBeEmpty: true }));
  return [...shown, ...marks];
}

describe('the dashboards of nodes and forecasts', () => {
  for (const variant of script.VARIANTS) {
    it(`are what scripts/dashboards.mjs writes: ${variant}`, () => {
      const text = readFileSync(join(packageRoot, script.fileOf(variant)), 'utf8');
      assert.equal(text, script.textOf(variant), 'run node scripts/dashboards.mjs');
    });

    it(`have panels that do not overlap, names of their own, and variables that exist: ${variant}`, () => {
      const { panels, templating, annotations, uid } = read(variant);
      assert.match(uid, /^[\w-]{1,40}$/);
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      const taken = new Set<string>();
      for (const { title, gridPos, targets } of panels) {
        assert.ok(gridPos.x + gridPos.w <= 24, title);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(!taken.has(`${x} ${y}`), `${title} lies on another panel`);
            taken.add(`${x} ${y}`);
          }
        }
        assert.ok(targets.length > 0);
        assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
      }
      const known = new Set([...templating.list.map(({ name }) => name), '__rate_interval']);
      for (const [, name] of JSON.stringify([panels, annotations]).matchAll(/\$\{?(\w+)/g)) {
        assert.ok(known.has(name), `$${name} is no variable`);
      }
    });
  }

  for (const name of ['prometheus', 'victoria-metrics'] as const satisfies readonly ScraperName[]) {
    it(`ask what ${name} answers once it scrapes the service`, { skip: hasTool(name) }, async (t) => {
      const { service } = await fleetService(t, { until: NOW, minutes: 2 });
      const scraper = await startScraper(t, name, service.url);
      for (const { query, mayBeEmpty } of queriesOfPrometheus(read('prometheus'))) {
        if (mayBeEmpty) await scraper.ask(query);
        else await scraper.askUntilThere(query);
      }
      const [{ metric, value }] = await scraper.ask('sort(headroom_node_breach_seconds{quantile="0.5"})');
      assert.deepEqual([metric.node, metric.pool, metric.limit], ['leaky-1', 'edge', 'memory_limit']);
      assert.ok(Number(value[1]) > 0);
    });
  }
});
