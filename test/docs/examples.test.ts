import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/paths.js';
import { hasCurl } from '../support/has-curl.js';
import { tempFolder } from '../support/temp-folder.js';
import { blocksOf } from './pages.js';
import { exampleService, runShell } from './service.js';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** What a reader types, with the command that was compiled beside this test. */
function here(command: string): string {
  return command.replaceAll('npx headroom', `${process.execPath} ${main}`);
}

async function eventually(what: string, withinMs: number, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + withinMs; !isSo(); await delay(50)) {
    if (performance.now() > end) throw new Error(`${what}: not seen within ${withinMs} ms`);
  }
}

interface Started {
  readonly said: () => string;
  readonly child: ChildProcess;
}

/** Starts a command of one line; it is ended with the test. */
function start(t: TestContext, command: string, environment: Record<string, string>): Started {
  const [program, ...rest] = here(command).split(/\s+/);
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const child = spawn(program, rest, { cwd: packageRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
  }
  t.after(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  return { said: () => said, child };
}

describe('the quickstart of the README', () => {
  it('ends in a message that says when the program will run out of memory', async (t) => {
    const [block] = blocksOf('README.md').filter(({ marks }) => marks.includes('quickstart'));
    const [install, serve, agent, ...more] = block.text.trim().split('\n');
    assert.deepEqual([install, more], ['npm ci', []]);
    const folder = tempFolder(t);
    const service = start(t, serve, { HEADROOM_PORT: '0', HEADROOM_DATA: join(folder, 'data') });
    await eventually('the service listens', 20_000, () => /listens on \S+/.test(service.said()));
    const url = /listens on (\S+)/.exec(service.said())?.[1] ?? '';
    const node = start(t, agent, { HEADROOM_URL: url, HEADROOM_NODE: 'web-1' });
    await eventually('the message', 90_000, () => /^Headroom, rule HeapBreachSoon/m.test(service.said()));
    assert.match(service.said(), /^\[page\] web-1 reaches its heap limit in about \d+ s/m);
    assert.equal(node.child.exitCode, null, 'the program was still alive');
  });
});

describe('the examples', () => {
  it('of curl in the README are accepted', {
    skip: hasCurl() ? false : 'curl is not installed',
  }, async (t) => {
    const { service, api } = await exampleService(t);
    const blocks = blocksOf('README.md').filter(({ marks }) => marks.includes('run'));
    assert.ok(blocks.length > 0);
    for (const { text } of blocks) assert.equal(await runShell(text, service.url), '');
    assert.equal((await api.get<{ latest: { rss: number } }>('/api/v1/nodes/r-1')).latest.rss, 812_000_000);
  });

  it('of the curl in `headroom serve --help` are accepted', {
    skip: hasCurl() ? false : 'curl is not installed',
  }, async (t) => {
    const { service } = await exampleService(t);
    const help = await runShell(here('npx headroom serve --help'), service.url);
    const example = /^ {2}(curl [\s\S]*?http:\S+)$/m.exec(
      help.replaceAll(service.url, 'http://127.0.0.1:8420'),
    )?.[1];
    assert.ok(example);
    assert.equal(await runShell(example, service.url), '');
  });

  it('of docs/replay.md run', async () => {
    const blocks = blocksOf('docs/replay.md').filter(({ marks }) => marks.includes('run'));
    assert.ok(blocks.length > 0);
    for (const { text } of blocks)
      assert.match(await runShell(here(text), ''), /^trace +node[\s\S]*^\{"type":"alert"/m);
  });

  it('of docs/backtest.md run, and answer what is written', async (t) => {
    const { service } = await exampleService(t);
    const blocks = blocksOf('docs/backtest.md');
    let count = 0;
    for (const [index, { text, marks }] of blocks.entries()) {
      if (!marks.includes('run')) continue;
      count++;
      const printed = await runShell(here(text), service.url);
      const answer = blocks[index + 1];
      if (answer?.marks.includes('answer')) assert.equal(printed, answer.text);
    }
    assert.ok(count >= 3);
  });

  it('of docs/check.md run', async () => {
    const blocks = blocksOf('docs/check.md').filter(({ marks }) => marks.includes('run'));
    assert.ok(blocks.length >= 2);
    for (const { text } of blocks) await runShell(here(text), '');
  });

  it('of JSON lines in docs/replay.md have the fields that replay prints', async () => {
    const [block] = blocksOf('docs/replay.md').filter(({ language }) => language === 'json');
    const printed = await runShell(
      here('npx headroom replay test/fixtures/traces/leak.csv --format jsonl --forecasts 15m'),
      '',
    );
    const kindOf = (line: string) => {
      const { type, state } = JSON.parse(line) as { type: string; state?: string };
      return `${type} ${state}`;
    };
    const keysOf = (line: string) => Object.keys(JSON.parse(line) as object);
    const lines = printed.trim().split('\n');
    for (const written of block.text.trim().split('\n')) {
      const found = lines.find((line) => kindOf(line) === kindOf(written));
      assert.ok(found, kindOf(written));
      assert.deepEqual(keysOf(found), keysOf(written));
    }
  });
});
