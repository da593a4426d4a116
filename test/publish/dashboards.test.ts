import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/paths.js';
import { alertPoints, conePoints, forecastPoints, type SaidForecast } from '../../src/store/index.js';
import { SIGNALS } from '../../src/telemetry/index.js';
import { type ScraperName, startScraper } from './scraper.js';
import { fleetService, hasTool } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr?: string; readonly query?: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[];
  };
  readonly annotations: {
    readonly list: readonly { readonly expr?: string; readonly target?: { readonly query: string } }[];
  };
}

const script = (await import(pathToFileURL(join(packageRoot, 'scripts/dashboards.mjs')).href)) as {
  VARIANTS: readonly ('prometheus' | 'influxdb')[];
  fileOf(variant: string): string;
  textOf(variant: string): string;
};

function read(variant: string): Dashboard {
  return JSON.parse(readFileSync(join(packageRoot, script.fileOf(variant)), 'utf8'));
}

/** What a variable stands for in a test; its name in the way that Grafana writes it. */
function filled(query: string, values: Readonly<Record<string, string>>): string {
  return query.replace(/\$\{?(\w+)(?::\w+)?\}?/g, (_, name: string) => {
    assert.ok(name in values, `the variable ${name} is not known`);
    return values[name];
  });
}

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

const OF_INFLUXDB = { bucket: 'headroom', pool: '(edge|core)', node: '(r-1)' };

describe('the dashboard of InfluxDB', () => {
  const dashboard = read('influxdb');
  const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ query = '' }) => query));
  const marks = dashboard.annotations.list.map(({ target }) => target?.query ?? '');
  const choices = dashboard.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ query }) => String(query));
  // The parser and type checker of InfluxDB itself, compiled to WebAssembly.
  const { is_valid_flux: isValid } = createRequire(import.meta.url)('@influxdata/flux-lsp-node') as {
    is_valid_flux(script: string): boolean;
  };
  const OPTIONS = 'option v = {timeRangeStart: -1h, timeRangeStop: now(), windowPeriod: 1m}\n';

  it('asks in Flux that the type checker takes', () => {
    assert.equal(isValid('from(bucket: "a") |> rnge(start: -1h)'), false);
    assert.ok(shown.length >= 6);
    for (const query of [...shown, ...marks]) {
      assert.ok(isValid(OPTIONS + filled(query, OF_INFLUXDB)), query);
    }
    for (const query of choices) assert.ok(isValid(filled(query, OF_INFLUXDB)), query);
  });

  it('names only measurements, fields and tags that the service writes', () => {
    const forecast: SaidForecast = {
      node: 'r-1',
      pool: 'edge',
      at: NOW,
      signal: 'rss',
      now: 1,
      limit: 2,
      horizonMs: 7_200_000,
      probability: 1,
      breachP10: NOW,
      breachP50: NOW,
      breachP90: NOW,
      perHour: 1,
      shape: 'linear',
      cause: null,
      cone: [
        [NOW, 1, 1, 1],
        [NOW + 7_200_000, 1, 1, 1],
      ],
    };
    const { id, node, pool, rule, severity, state, reason } = {
      id: 'a',
      node: 'r-1',
      pool: 'edge',
      rule: 'R',
      severity: 'page',
      state: 'firing',
      reason: 'why',
    } as const;
    const points = [
      ...forecastPoints([forecast]),
      ...conePoints([forecast]),
      ...alertPoints([{ id, node, pool, rule, severity, state, reason, at: NOW }]),
    ];
    const written = new Map(
      points.map(({ measurement, tags, fields }) => [
        measurement,
        { tags: Object.keys(tags), fields: Object.keys(fields) },
      ]),
    );
    written.set('headroom', { tags: ['node', 'pool'], fields: [...SIGNALS] });
    for (const query of [...shown, ...marks]) {
      const measurement = /r\._measurement == "(\w+)"/.exec(query)?.[1] ?? '';
      const known = written.get(measurement);
      assert.ok(known, `nothing writes ${measurement}`);
      for (const [, field] of query.matchAll(/r\._field == "(\w+)"/g)) {
        assert.ok(known.fields.includes(field), `${measurement} has no field ${field}`);
      }
      for (const [, column] of query.matchAll(/\br\.([a-z]\w*)/g)) {
        // What an earlier map of the same query made has the name on its left.
        const isMade = new RegExp(`[{ ]${column}: r\\.`).test(query);
        assert.ok(
          known.tags.includes(column) || known.fields.includes(column) || isMade,
          `${measurement} has no ${column}`,
        );
      }
    }
  });
});
