import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { FleetShape } from '../../src/serve/shapes.js';
import { buildService } from '../support/build-service.js';
import { NOT_READY_RULES } from '../support/not-ready.js';
import { RoundClock } from '../support/round-clock.js';

const GiB = 2 ** 30;
const NOW = Date.UTC(2026, 10, 24, 12);

async function build(t: TestContext) {
  const clock = new RoundClock(NOW);
  const { api } = await buildService(t, { clock, rules: NOT_READY_RULES });
  const fleet = (since = '') => api.get<FleetShape>(`/api/v1/fleet${since && `?since=${since}`}`);
  return { api, clock, fleet };
}

describe('GET /api/v1/fleet', () => {
  it('tells all, then what has changed since', async (t) => {
    const { api, clock, fleet } = await build(t);
    await api.push([
      { node: 'a', labels: { pool: 'x' }, rss: 9e8, memory_limit: GiB },
      { node: 'b', labels: { pool: 'x' }, rss: 1e8, ready: 0 },
    ]);
    const whole = await fleet();
    assert.deepEqual([whole.is_whole, whole.columns.node, whole.at], [true, ['a', 'b'], NOW]);
    assert.deepEqual(
      [whole.columns.use, whole.columns.limit],
      [
        [9e8, 1e8],
        [GiB, null],
      ],
    );
    assert.deepEqual([whole.label_sets, whole.columns.labels], [[{ pool: 'x' }], [0, 0]]);
    assert.deepEqual(whole.columns.ready, [null, 0]);
    const since = (revision: number, run = whole.run) => fleet(`${run}:${revision}`);
    assert.deepEqual((await since(whole.revision)).columns.node, []);
    clock.advance(1000);
    await api.push({ node: 'b', labels: { pool: 'x' }, rss: 2e8 });
    const changed = await since(whole.revision);
    assert.deepEqual([changed.is_whole, changed.columns.node, changed.columns.use], [false, ['b'], [2e8]]);
    assert.ok(changed.revision > whole.revision);
    assert.equal((await since(whole.revision, 'earlier')).is_whole, true);
    assert.equal((await since(whole.revision + 9)).is_whole, true);
  });

  it('says what is wrong with since', async (t) => {
    const { api } = await build(t);
    const { status, text } = await api.ask('/api/v1/fleet?since=1');
    assert.equal(status, 400);
    assert.match(text, /found since \\"1\\", expected run:revision/);
  });

  it('leaves others their turn while it looks at thousands of nodes for the first time', async (t) => {
    const { api, fleet } = await build(t);
    const nodes = Array.from({ length: 5000 }, (_, index) => ({ node: `n${index}`, rss: 1e8 + index }));
    await api.push(nodes);
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    const [one, other] = [fleet(), fleet()];
    setImmediate(count);
    const answers = await Promise.all([one, other]);
    isOver = true;
    for (const { columns } of answers) assert.equal(columns.node.length, 5000);
    assert.ok(turns > 40, `${turns} turns of the loop`);
  });
});
