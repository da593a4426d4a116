import { describe, it } from 'node:test';
import { Registry as Metrics } from 'prom-client';
import { influxStandIn } from '../store/influx/stand-in.js';
import { openTemporary } from '../store/influx/support.js';
import { checkSection } from './pages.js';

describe('the queue to a database', () => {
  it('has its metrics listed in docs/operations.md', async (t) => {
    const { url } = await influxStandIn(t);
    const metrics = new Metrics();
    await openTemporary(t, url, { metrics });
    const rows = (await metrics.getMetricsAsJSON())
      .filter(({ name }) => /^headroom_store_(remote|forecasts)_/.test(name))
      .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
      .sort();
    const text = `| metric | kind | meaning |\n|---|---|---|\n${rows.join('\n')}`;
    checkSection('docs/operations.md', 'queue metrics', text);
  });
});
