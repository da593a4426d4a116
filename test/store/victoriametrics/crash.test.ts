import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { Registry } from '../../../src/telemetry/index.js';
import { tempFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { HOUR, scanned, T0 } from '../samples.js';
import { freshMeasurement, openVictoria } from './opened.js';

const CHILD = join(import.meta.dirname, 'crash-child.js');

/** A process that writes; `next` waits until it has acknowledged one more row, and gives its number. */
function startWriter(t: TestContext, ...args: readonly string[]) {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last = 0;
  const next = async (): Promise<boolean> => {
    const { value, done } = await lines.next();
    if (!done) last = Number(value);
    return !done;
  };
  return {
    async write(rows: number): Promise<void> {
      for (let row = 0; row < rows; row++) assert.ok(await next(), 'the writing process ended by itself');
    },
    /** `kill -9`; gives the last row that was acknowledged. */
    async kill(): Promise<number> {
      child.kill('SIGKILL');
      while (await next());
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return last;
    },
  };
}

describe('VictoriaMetrics as a store: crashes', { skip: noVictoriaMetrics }, () => {
  it('loses nothing that was acknowledged while the server was away and the service was killed', async (t) => {
    const victoria = await VictoriaMetrics.start(t);
    const [folder, measurement] = [tempFolder(t), freshMeasurement()];
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const writer = startWriter(t, folder, victoria.url, measurement);
      await writer.write(25);
      await victoria.stop();
      await writer.write(25);
      last = await writer.kill();
      assert.ok(last >= (round + 1) * 50, `${last} rows in round ${round}`);
      await victoria.start();
    }
    const store = await openVictoria(folder, victoria.url, measurement);
    await store.history.loadRegistry(new Registry());
    const numbersOf = async (from: typeof store): Promise<(number | undefined)[]> =>
      (await scanned(from, T0, T0 + HOUR, 0)).map(({ rss }) => rss).slice(0, last);
    const expected = Array.from({ length: last }, (_, row) => row + 1);
    assert.deepEqual(await numbersOf(store), expected);
    await until(async () => {
      await store.settled();
      return store.state.state === 'up to date';
    }, 'all is sent');
    await store.close();

    // Another machine, without the data folder, finds all of it in the server.
    const other = await openVictoria(tempFolder(t), victoria.url, measurement);
    const registry = new Registry();
    await other.history.loadRegistry(registry);
    assert.deepEqual(await numbersOf(other), expected);
    const [node] = registry.nodes;
    assert.equal(node.name, 'writer');
    assert.ok(Number(registry.labelsOf(node).version) >= last >> 5, 'the labels are the newest');
    await other.close();
  });

  it('takes rows and starts while the server is away', async (t) => {
    const victoria = await VictoriaMetrics.start(t);
    const [folder, measurement] = [tempFolder(t), freshMeasurement()];
    const writer = startWriter(t, folder, victoria.url, measurement);
    await writer.write(5);
    await victoria.stop();
    await writer.write(5);
    await writer.kill();
    const store = await openVictoria(folder, victoria.url, measurement);
    const registry = new Registry();
    await store.history.loadRegistry(registry);
    assert.deepEqual(
      registry.nodes.map(({ name }) => name),
      ['writer'],
    );
    await assert.rejects(store.history.read(0, T0, T0 + HOUR), { retryable: true });
    await store.close();
  });
});
