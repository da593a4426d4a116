import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { ManualClock } from '../../../src/clock.js';
import { DurableQueue, type Lines } from '../../../src/store/remote/durable-queue.js';
import { tempFolder } from '../../support/temp-folder.js';

const CHILD = join(import.meta.dirname, 'queue-child.js');

function openQueue(folder: string, maxBytes = 2 ** 20): Promise<DurableQueue> {
  return DurableQueue.open({
    folder,
    maxBytes,
    commitInterval: 1,
    clock: new ManualClock(1000),
    segmentBytes: 4096,
  });
}

function linesOf(text: string): Lines {
  const rows = text.split('\n').length - 1;
  return { text, rows, from: 0, to: 1 };
}

async function texts(queue: DurableQueue): Promise<string> {
  const all = await Promise.all(queue.peek(Number.POSITIVE_INFINITY).map((record) => queue.linesOf(record)));
  return all.join('');
}

describe('durable queue', () => {
  it('gives lines in the order in which they were added, also after it was opened again', async (t) => {
    const folder = tempFolder(t);
    const queue = await openQueue(folder);
    const expected = Array.from({ length: 2000 }, (_, i) => `line ${i}\n`);
    await Promise.all(expected.map((text) => queue.append(linesOf(text))));
    assert.equal(await texts(queue), expected.join(''));
    assert.equal(queue.rows, 2000);
    await queue.close();
    const again = await openQueue(folder);
    assert.equal(await texts(again), expected.join(''));
    assert.deepEqual([again.rows, again.repairs], [2000, []]);
    await again.close();
  });

  it('forgets what is acknowledged, removes its files, and does not give it out again', async (t) => {
    const folder = tempFolder(t);
    const queue = await openQueue(folder);
    for (let i = 0; i < 40; i++) await queue.append(linesOf(`${randomBytes(300).toString('hex')}\n`));
    const before = readdirSync(folder).length;
    assert.ok(before > 3, `${before} files`);
    const rest = await queue.linesOf(queue.peek(40)[39] ?? assert.fail());
    await queue.acknowledge(39);
    assert.equal(await texts(queue), rest);
    assert.ok(readdirSync(folder).length < before);
    await queue.close();
    const again = await openQueue(folder);
    assert.equal(await texts(again), rest);
    await again.acknowledge(1);
    await again.append(linesOf('new\n'));
    await again.close();
    const third = await openQueue(folder);
    assert.equal(await texts(third), 'new\n');
    await third.close();
  });

  it('refuses lines beyond its bound, keeps none of them, and takes more once some are gone', async (t) => {
    const folder = tempFolder(t);
    const queue = await openQueue(folder, 20_000);
    const some = (): Lines => linesOf(`${randomBytes(1000).toString('hex')}\n`);
    let taken = 0;
    const busy = { code: 'store-busy', retryAfterMs: 5000, message: /bytes wait to be sent, 20000 may$/ };
    await assert.rejects(async () => {
      for (;;) {
        await queue.append(some());
        taken++;
      }
    }, busy);
    assert.ok(taken > 5, `${taken} were taken`);
    assert.equal(queue.rows, taken);
    const onDisk = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    assert.ok(onDisk <= 20_000, `${onDisk} bytes`);
    await queue.acknowledge(3);
    await queue.append(some());
    await queue.close();
  });

  it('cuts off a damaged end, keeps it aside, and says so', async (t) => {
    for (const damage of ['half', 'flipped'] as const) {
      const folder = tempFolder(t);
      const queue = await openQueue(folder);
      for (const text of ['a\n', 'b\n', 'c\n']) await queue.append(linesOf(text));
      await queue.close();
      const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.queue'));
      const path = join(folder, file);
      const content = readFileSync(path);
      if (damage === 'half') writeFileSync(path, content.subarray(0, -1));
      else {
        content[content.length - 1] ^= 1;
        writeFileSync(path, content);
        appendFileSync(path, 'more');
      }
      const again = await openQueue(folder);
      assert.equal(await texts(again), 'a\nb\n');
      assert.match(
        again.repairs.join(),
        /\d+ bytes at the end of .*\.queue were no whole record; they are kept in/,
      );
      assert.ok(statSync(`${path}.damaged`).size > 0);
      await again.append(linesOf('d\n'));
      await again.close();
      const third = await openQueue(folder);
      assert.equal(await texts(third), 'a\nb\nd\n');
      assert.deepEqual(third.repairs, []);
      await third.close();
    }
  });

  it('keeps all that was acknowledged through kill -9, in order', async (t) => {
    const folder = tempFolder(t);
    let next = 0;
    for (const linesUntilKill of [1, 50, 230]) {
      const child = spawn(process.execPath, [CHILD, folder, String(next)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.after(() => child.kill('SIGKILL'));
      let durable = next;
      for await (const line of createInterface({ input: child.stdout })) {
        durable = Number(line) + 1;
        if (durable - next >= linesUntilKill) child.kill('SIGKILL');
      }
      if (child.signalCode === null) await once(child, 'exit');
      const queue = await openQueue(folder);
      const found = (await texts(queue)).split('\n').slice(0, -1);
      await queue.close();
      assert.ok(found.length >= durable, `${found.length} of ${durable}`);
      assert.deepEqual(
        found,
        found.map((_, i) => `line ${i}`),
      );
      next = found.length;
    }
  });
});
