import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type History, historyOfFolder, historyOfService, historyOfTraces } from '../../src/check/index.js';
import { ManualClock } from '../../src/clock.js';
import { compileRules, type Rule } from '../../src/evaluate/index.js';
import { Problem } from '../../src/problem.js';
import { readTrace, TRACE_SIGNALS } from '../../src/replay/index.js';
import { buildService } from '../support/build-service.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';
import { GC_EVERY_S, INTERVAL_S, MAJOR_EVERY_S, writeRecording } from './support/recording.js';

const RULES =
  'groups: [{ name: g, rules: [{ alert: Breach, forecast: { of: rss }, nodes: { node: "router-*" } }] }]\n';
const rules: readonly Rule[] = compileRules([{ file: 'a.yaml', text: RULES }]).rules;
const TOKEN = 'a-token-of-people';
const START = Date.UTC(2026, 10, 23);

/** What the recording holds, wherever it was read from. */
function assertKnown(history: History, labels: Readonly<Record<string, string>>): void {
  const byName = new Map(history.nodes.map((node) => [node.name, node]));
  assert.deepEqual([...byName.keys()].sort(), ['router-1', 'router-2', 'worker-1']);
  const router = byName.get('router-1');
  const worker = byName.get('worker-1');
  assert.ok(router && worker);
  assert.deepEqual(router.labels, labels);
  assert.equal(router.intervalMs, INTERVAL_S * 1000);
  const about = (found: number | null, seconds: number) =>
    assert.ok(found !== null && Math.abs(found / (seconds * 1000) - 1) < 0.05, `${found} ms, ${seconds} s`);
  about(router.gcEveryMs, GC_EVERY_S);
  about(router.majorGcEveryMs, MAJOR_EVERY_S);
  assert.ok(router.signals.has('memory_limit'));
  assert.equal(worker.gcEveryMs, null);
  // Its limit says that there is none.
  assert.deepEqual([...worker.signals].sort(), ['ready', 'rss']);
  const said = history.said.get('Breach');
  assert.equal(said?.breaches, 1);
  assert.ok(said.highest !== null && said.highest > 0.5 && said.highest <= 1, `${said.highest}`);
}

/** The recording as the samples that agents would push, in pieces. */
async function* samplesOf(file: string, labels: Readonly<Record<string, string>>) {
  let piece: { node: string; time: number; labels: typeof labels }[] = [];
  for await (const { node, time, values } of readTrace(file)) {
    const signals = TRACE_SIGNALS.flatMap((signal, i) =>
      Number.isNaN(values[i]) ? [] : [[signal, values[i]]],
    );
    piece.push({ node, time: START + time * 1000, labels, ...Object.fromEntries(signals) });
    if (piece.length < 500) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}

function isProblem(code: string, message: RegExp) {
  return (error: unknown) => error instanceof Problem && error.code === code && message.test(error.message);
}

describe('history', () => {
  it('of traces knows their nodes, and no label but version', async (t) => {
    let files = 0;
    const history = await historyOfTraces([writeRecording(tempFolder(t))], rules, () => files++);
    assertKnown(history, { version: '7' });
    assert.deepEqual([history.name, [...(history.labels ?? [])], files], ['1 trace', ['version'], 1]);
  });

  it('of two traces counts the breaches of both', async (t) => {
    const folder = tempFolder(t);
    const traces = [writeRecording(folder, 'a'), writeRecording(folder, 'b')];
    const history = await historyOfTraces(traces, rules, () => undefined);
    assert.deepEqual([history.nodes.length, history.said.get('Breach')?.breaches], [6, 2]);
  });

  it('of a running service, and of its data folder once it has stopped', async (t) => {
    const folder = tempFolder(t);
    const clock = new ManualClock(START + 5 * 3_600_000);
    const token = { name: 'ann', token: TOKEN, role: 'read' };
    const built = await buildService(t, {
      clock,
      folder,
      rules: RULES,
      config: { people: { tokens: [token] } },
    });
    const labels = { pool: 'edge' };
    for await (const piece of samplesOf(writeRecording(folder), labels)) await built.api.push(piece);
    const { url } = built.service;

    assertKnown(await historyOfService({ url, token: TOKEN }, rules), labels);
    await assert.rejects(
      historyOfService({ url, token: undefined }, rules),
      isProblem('bad-option', /answered 401/),
    );

    const args = ['check', join(folder, 'rules'), '--service', url, '--token', TOKEN];
    const checked = await runHeadroom(folder, ...args);
    assert.deepEqual([checked.code, checked.out], [0, '']);
    assert.match(checked.err, /no faults found; 14 checks ran$/m);

    await built.close();
    assertKnown(await historyOfFolder(join(folder, 'data'), rules, clock), labels);
    const offline = await runHeadroom(folder, 'check', join(folder, 'rules'), '--data', join(folder, 'data'));
    assert.match(offline.err, /no faults found; 14 checks ran$/m);
  });

  it('is a problem where there is none to read', async (t) => {
    const folder = tempFolder(t);
    await assert.rejects(
      historyOfFolder(join(folder, 'none'), rules, new ManualClock()),
      isProblem('bad-option', /no data folder/),
    );
    await assert.rejects(
      historyOfTraces([join(folder, 'none.csv')], rules, () => undefined),
      isProblem('bad-trace', /cannot be read/),
    );
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    await new Promise((resolve) => gone.close(resolve));
    await assert.rejects(
      historyOfService({ url, token: undefined }, rules),
      isProblem('bad-option', /does not answer: .*ECONNREFUSED/),
    );
  });

  it('is a problem where another service answers', async (t) => {
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => other.close());
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await assert.rejects(
      historyOfService({ url, token: undefined }, rules),
      isProblem('bad-option', /not as Headroom does/),
    );
  });

  it('is asked for in one way only, and what cannot be read ends the command with 2', async (t) => {
    const folder = tempFolder(t);
    for (const [args, message] of [
      [['--traces', 'a', '--data', 'b'], /found --traces and --data, expected one of them/],
      [['--service', 'localhost:8420'], /found --service localhost:8420, expected an address/],
      [['--traces', folder], /found no \.csv file in/],
      [['--data', 'none'], /there is no data folder none/],
      [['--data', folder], /is no data folder of a service/],
    ] as const) {
      const { code, err } = await runHeadroom(folder, 'check', ...args);
      assert.equal(code, 2, err);
      assert.match(err, message);
    }
  });
});
