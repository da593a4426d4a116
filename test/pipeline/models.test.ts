import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { ManualClock } from '../../src/clock.js';
import { Models } from '../../src/pipeline/models.js';
import { FILL_AGAIN_MS } from '../../src/pipeline/warm-start.js';
import { Problem } from '../../src/problem.js';
import { type History, openMemoryStore } from '../../src/store/index.js';
import { forecastNeed, type Trend } from '../../src/trend/index.js';
import { HOUR, MINUTE, registryOf, rowsOf, T0 } from '../store/samples.js';
import { until } from '../support/until.js';

const SHORT = [forecastNeed(2 * HOUR)];
const LONG = [forecastNeed(72 * HOUR)];

/** Models over a store in memory whose scans wait for `open`, or fail while `isAway`. */
async function gated() {
  const { history } = openMemoryStore();
  const registry = registryOf(2);
  await history.append(rowsOf({ node: 0, time: T0 - MINUTE, rss: 5, memory_limit: 9 }), registry);
  const gate = { isAway: false, waiting: [] as (() => void)[], isShut: false };
  const scan: History['scan'] = async function* (...stretch) {
    if (gate.isAway) throw new Problem('store-unreachable', 'away');
    if (gate.isShut) await new Promise<void>((resolve) => gate.waiting.push(resolve));
    yield* history.scan(...stretch);
  };
  const open = (): void => {
    gate.isShut = false;
    for (const resolve of gate.waiting.splice(0)) resolve();
  };
  const clock = new ManualClock(T0);
  const refilled: Trend[] = [];
  const models = new Models(SHORT, {
    history: Object.assign(Object.create(history) as History, { scan }),
    registry,
    clock,
    log: pino({ level: 'silent' }),
    onRefilled: (trend) => refilled.push(trend),
  });
  return { models, gate, open, clock, refilled };
}

const seen = ({ trend }: Models, node: number): number | undefined => trend.node(node)?.lastSeen;

describe('the models in force', () => {
  it('begin with history, and see what arrives while another room is filled', async () => {
    const { models, gate, open } = await gated();
    assert.equal(await models.start(), 1);
    assert.equal(seen(models, 0), T0 - MINUTE);
    const first = models.trend;
    gate.isShut = true;
    const serving = models.serve(LONG);
    models.observe(rowsOf({ node: 1, time: T0, rss: 5, memory_limit: 9 }));
    assert.equal(models.trend, first);
    open();
    assert.equal(await serving, true);
    assert.notEqual(models.trend, first);
    assert.deepEqual([seen(models, 0), seen(models, 1)], [T0 - MINUTE, T0]);
  });

  it('are those that were asked for last, however long the ones before take', async () => {
    const { models, gate, open } = await gated();
    await models.start();
    const first = models.trend;
    gate.isShut = true;
    const earlier = models.serve(LONG);
    assert.equal(await models.serve(SHORT), true);
    open();
    assert.equal(await earlier, false);
    assert.equal(models.trend, first);
  });

  it('are filled later where history cannot be read', async () => {
    const { models, gate, clock, refilled } = await gated();
    gate.isAway = true;
    assert.equal(await models.start(), 0);
    assert.equal(seen(models, 0), undefined);
    models.observe(rowsOf({ node: 1, time: T0, rss: 5, memory_limit: 9 }));
    gate.isAway = false;
    clock.advance(FILL_AGAIN_MS);
    await until(() => refilled.length > 0, 'the models are filled');
    assert.equal(refilled[0], models.trend);
    assert.equal(seen(models, 0), T0 - MINUTE);
    models.close();
  });
});
