import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  type BacktestOptions,
  type BacktestResult,
  backtest,
  openDataFolder,
  openService,
} from '../../src/backtest/index.js';
import { ManualClock } from '../../src/clock.js';
import { compileRules } from '../../src/evaluate/index.js';
import { buildService } from '../support/build-service.js';
import { RULES } from '../support/hand-made.js';
import { HOUR, type Leak, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { openReceiver } from '../support/receiver.js';
import { tempFolder } from '../support/temp-folder.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const { rules } = compileRules([{ file: 'rules.yaml', text: RULES }]);

/** Leaks from its start on until it is killed, five hours ago in all. */
const LEAK: Leak = {
  node: 'r-1',
  labels: { pool: 'edge', version: '1' },
  start: NOW - 6 * HOUR,
  base: 300 * MIB,
  perHour: 150 * MIB,
  limit: 1000 * MIB,
};
const KILLED = LEAK.start + 4.55 * HOUR;
const AGAIN: Leak = { ...LEAK, start: KILLED + MINUTE, labels: { pool: 'edge', version: '1' } };
const STEADY: Leak = { ...LEAK, node: 'r-2', perHour: 0, labels: { pool: 'core', version: '1' } };

async function run(
  source: BacktestOptions['source'],
  more: Partial<BacktestOptions> = {},
): Promise<BacktestResult> {
  try {
    return await backtest({ source, rules, jobs: 2, ...more });
  } finally {
    await source.close();
  }
}

const problem = (code: string, message: RegExp, cure: RegExp) => (error: unknown) => {
  const {
    code: found,
    message: said,
    cure: advice,
  } = error as { code: string; message: string; cure: string };
  assert.equal(found, code);
  assert.match(said, message);
  assert.match(advice, cure);
  return true;
};

describe('the history of a service', () => {
  it('gives the same over HTTP and, once the service has stopped, from its folder', async (t) => {
    const built = await buildService(t, { clock: new ManualClock(NOW), rules: RULES });
    await built.api.push(leakSamples(LEAK, LEAK.start, KILLED, 15 * SECOND));
    await built.api.push(leakSamples(AGAIN, AGAIN.start, NOW, 15 * SECOND));
    await built.api.push(leakSamples(STEADY, STEADY.start, NOW, 15 * SECOND));
    const data = join(built.folder, 'data');
    // A folder that is open in this process is refused, as one of another process is.
    await assert.rejects(
      openDataFolder(data, NOW),
      problem('store-locked', /is already open|is in use by process/, /--service http:\/\/127\.0\.0\.1:8420/),
    );
    const overHttp = await run(openService(built.service.url, undefined));
    const edge = await run(openService(`${built.service.url}/`, undefined), { nodes: { pool: 'ed*' } });
    const every = await run(openService(built.service.url, undefined), { stepMs: 0 });
    await built.close();
    const fromFolder = await run(await openDataFolder(data, NOW));
    assert.deepEqual({ ...fromFolder, source: overHttp.source }, overHttp);
    assert.equal(overHttp.stepMs, 2.5 * MINUTE);
    assert.equal(overHttp.nodes, 2);
    assert.deepEqual(
      overHttp.breaches.map(({ node, how, labels }) => [node, how, labels.pool]),
      [['r-1', 'died', 'edge']],
    );
    assert.equal(overHttp.outcome.breaches[0].verdict, 'caught');
    assert.equal(edge.nodes, 1);
    assert.deepEqual(edge.outcome.breaches, overHttp.outcome.breaches);
    // Thinning costs about a step, not the alert.
    const firstOf = ({ outcome }: BacktestResult) =>
      outcome.alerts.filter(({ rule }) => rule === 'Breach')[0].firedAt;
    assert.ok(Math.abs(firstOf(every) - firstOf(overHttp)) <= 15 * MINUTE);
    assert.equal(every.outcome.breaches[0].verdict, 'caught');

    // A stretch that begins late: the models are warm from what came before.
    const late = await run(await openDataFolder(data, NOW), { from: { at: KILLED - 2 * HOUR } });
    assert.equal(late.outcome.breaches[0].verdict, 'caught');
    const before = await run(await openDataFolder(data, NOW), { to: { at: KILLED - 3 * HOUR } });
    assert.deepEqual(before.breaches, []);
    await assert.rejects(
      run(await openDataFolder(data, NOW), { from: { at: NOW + HOUR } }),
      problem(
        'bad-option',
        /has no history in 2026-11-22T13:00:00Z to .*; it has 2026-11-22T06:00:00Z to/,
        /Widen/,
      ),
    );
    await assert.rejects(
      run(await openDataFolder(data, NOW), { nodes: { pool: 'nowhere' } }),
      problem('bad-option', /has no history of these nodes between/, /--nodes/),
    );
  });

  it('is given to people only, and says so', async (t) => {
    const tokens = [{ name: 'ann', token: 'people-token-of-ann', role: 'read' }];
    const built = await buildService(t, {
      clock: new ManualClock(NOW),
      rules: RULES,
      config: {
        people: { tokens },
        receive: { tokens: [{ name: 'agents', token: 'agents-token-long' }] },
      },
    });
    const { url } = built.service;
    const cure = /HEADROOM_TOKEN or with --token/;
    await assert.rejects(run(openService(url, undefined)), problem('not-signed-in', /lets nobody in/, cure));
    await assert.rejects(run(openService(url, 'wrong')), problem('not-signed-in', /lets nobody in/, cure));
    await assert.rejects(
      run(openService(url, 'agents-token-long')),
      problem('not-allowed', /lets nobody in/, cure),
    );
    await assert.rejects(
      run(openService(url, 'people-token-of-ann')),
      problem('bad-option', /has no history$/, /Widen/),
    );
  });

  it('is not looked for where no service is', async (t) => {
    assert.throws(
      () => openService('ftp://x', undefined),
      problem('bad-option', /^--service: found "ftp:\/\/x", expected an address of http/, /8420/),
    );
    await assert.rejects(
      run(openService('http://127.0.0.1:1', undefined)),
      problem('bad-option', /nothing answers at http:\/\/127\.0\.0\.1:1: /, /--data FOLDER/),
    );
    const other = await openReceiver((response) => response.writeHead(200).end('hello'));
    t.after(() => other.close());
    await assert.rejects(
      run(openService(other.url, undefined)),
      problem('bad-option', /is not Headroom, or an older version/, /GET \/api\/v1\/history/),
    );
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'empty'));
    await assert.rejects(
      openDataFolder(join(folder, 'empty'), NOW),
      problem('bad-option', /empty holds no history of a service/, /--data/),
    );
    await assert.rejects(
      openDataFolder(join(folder, 'nothing'), NOW),
      problem('bad-option', /nothing is not there/, /--data/),
    );
  });
});
