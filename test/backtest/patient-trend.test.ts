import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openTraceFiles } from '../../src/backtest/index.js';
import { PastLine } from '../../src/backtest/line.js';
import { compileRules } from '../../src/evaluate/index.js';
import { openMemoryStore } from '../../src/store/index.js';
import { type HandMade, hours, leaking, RULES, steady, writeHandMade } from '../support/hand-made.js';
import { tempFolder } from '../support/temp-folder.js';

const STEP_MS = 150_000;
const { rules } = compileRules([{ file: 'rules.yaml', text: RULES }]);

describe('the trend room of a backtest', () => {
  it('gives the alerts of the live one, although it asks nodes at rest less often', async (t) => {
    const lateLeak: HandMade = (second) => ({
      mib: 300 + Math.max(0, (second - hours(6)) / 3600) * 160 + ((second * 7919) % 97) / 50,
      start: 0,
    });
    const waves: HandMade = (second) => ({ mib: 500 + 150 * Math.sin(second / 5000), start: 0 });
    const sawing: HandMade = (second) => ({ mib: 300 + ((second % 2700) / 2700) * 500, start: 0 });
    const nodes = { a: leaking(300, 150), b: leaking(500, 60), lateLeak, waves, sawing, c: steady(400) };
    const file = writeHandMade(tempFolder(t), 'made', hours(12), nodes);
    const store = openMemoryStore();
    const abort = new AbortController().signal;
    let names: { nodes: never[]; labelSets: never[] } | undefined;
    let registry: { nodes: readonly object[]; labelSets: readonly object[] } | undefined;
    for await (const piece of openTraceFiles([file]).scan(0, 0, 0, abort)) {
      await store.history.append(piece.rows, piece.registry);
      registry = piece.registry;
    }
    names = { nodes: registry?.nodes as never[], labelSets: registry?.labelSets as never[] };
    const run = async (isPatient: boolean) => {
      const line = new PastLine({
        world: '',
        sets: [rules],
        countFrom: 0,
        stepMs: STEP_MS,
        isPatient,
        roundMs: STEP_MS / 4,
        bucketMs: 2 * STEP_MS,
      });
      for await (const rows of store.history.scan(0, hours(13) * 1000, STEP_MS)) {
        await line.take(rows, names ?? { nodes: [], labelSets: [] });
        names = { nodes: [], labelSets: [] };
      }
      const { episodes } = await line.finish(hours(12) * 1000);
      names = { nodes: registry?.nodes as never[], labelSets: registry?.labelSets as never[] };
      return episodes[0].map(({ node, rule, firedAt }) => ({ node, rule, firedAt }));
    };
    const live = await run(false);
    const patient = await run(true);
    assert.ok(live.filter(({ rule }) => rule === 'Breach').length >= 4, JSON.stringify(live));
    const forecasts = (alerts: typeof live) => alerts.filter(({ rule }) => rule !== 'Growing');
    assert.deepEqual(forecasts(patient), forecasts(live));
    // A growth far from its rule's speed is measured again every five minutes of its two hours.
    assert.deepEqual(
      patient.map(({ node, rule }) => `${node} ${rule}`).sort(),
      live.map(({ node, rule }) => `${node} ${rule}`).sort(),
    );
  });
});
