import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { eventually, Receiver } from './support/receiver.js';
import { start, startAgent } from './support/run.js';

const app = fileURLToPath(new URL('./support/app.js', import.meta.url));
const register = new URL('../../src/agent/inside/register.js', import.meta.url).href;
const node = process.execPath;
const FAST = ['--interval', '100ms'];

test('a running process is reported as /proc shows it, until it ends', async (t) => {
  const receiver = await Receiver.open(t);
  const sleeper = start(t, [node, '-e', 'setInterval(() => 0, 1000)']);
  const pid = `${sleeper.child.pid}`;
  const agent = startAgent(t, [
    ...['--pid', pid, '--node', 'r-1', '--label', 'pool=edge', '--label', 'zone=a=b'],
    ...['--memory-limit', '512MiB', '--url', receiver.url, ...FAST],
  ]);
  const row = await eventually('a few samples', () => receiver.rows[8]);
  const rss = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  assert.ok(Math.abs((row.rss ?? 0) - rss) < 4e6, `sent ${row.rss}, /proc says ${rss}`);
  assert.equal(row.node, 'r-1');
  assert.deepEqual(row.labels, { pool: 'edge', zone: 'a=b' });
  assert.equal(row.memory_limit, 512 * 2 ** 20);
  assert.ok(Math.abs((row.start_time ?? 0) - Date.now() / 1000) < 60);
  assert.ok(Math.abs(row.time - Date.now()) < 60_000);
  assert.equal(row.heap_used, undefined);
  sleeper.child.kill('SIGKILL');
  assert.deepEqual(await agent.ended, { code: 0, signal: null });
  assert.match(agent.stderr, /process \d+ \(r-1\) has ended/);
  assert.equal(agent.stdout, '');
});

const endings: [string, string[], number][] = [
  ['its exit code', ['sh', '-c', 'exit 7'], 7],
  ['success', ['true'], 0],
  ['128 and the number of the signal that ended it', ['sh', '-c', 'kill -ABRT $$'], 134],
];
for (const [what, command, code] of endings) {
  test(`the agent exits as its child does: ${what}`, async (t) => {
    const receiver = await Receiver.open(t);
    const agent = startAgent(t, ['--url', receiver.url, '--', ...command]);
    assert.deepEqual(await agent.ended, { code, signal: null });
  });
}

test("signals go to the child, and its streams are the agent's", async (t) => {
  const receiver = await Receiver.open(t);
  const script =
    "process.on('SIGTERM', () => { console.log('bye'); process.exit(3); }); console.log('up'); setInterval(() => 0, 1000)";
  const agent = startAgent(t, ['--url', receiver.url, '--', node, '-e', script]);
  await eventually('the child is up', () => agent.stdout.includes('up'));
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 3);
  assert.equal(agent.stdout, 'up\nbye\n');
});

test('what cannot be started or found is said with a cure, and nothing is left running', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--', 'no-such-program'], /cannot start "no-such-program": there is no such program.*PATH/],
    [['--pid', '999999999'], /there is no process 999999999/],
    [['--pid', 'x'], /--pid: found "x", expected the number/],
    [[], /either --pid PID or, after --, a command/],
    [['--pid', '1', '--interval', '15'], /--interval: found "15", expected a duration such as 15s/],
    [['--pid', '1', '--interval', '1ms'], /expected at least 100ms/],
    [['--pid', '1', '--label', 'pool'], /--label: found "pool", expected key=value/],
    [['--pid', '1', '--url', 'localhost:1'], /--url: found "localhost:1", expected a URL/],
    [['--pid', '1', '--memory-limit', '512'], /--memory-limit: found "512", expected a size/],
    [['--pid', '1', '--ready-timeout', '1m'], /--ready-timeout: .*at most the interval/],
  ];
  for (const [args, message] of cases) {
    const agent = startAgent(t, args);
    const { code } = await agent.ended;
    assert.notEqual(code, 0);
    assert.match(agent.stderr, message);
    assert.doesNotMatch(agent.stderr, /\n\s+at /, 'no stack trace');
  }
});

test('readiness: 200 is ready; 503, silence and a closed port are not; what has ended is not', async (t) => {
  const receiver = await Receiver.open(t);
  let answer: 'ok' | 'bad' | 'hang' = 'ok';
  const target = createServer((_, response) => {
    if (answer !== 'hang') response.writeHead(answer === 'ok' ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  t.after(() => target.closeAllConnections());
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/ready`;
  const agent = startAgent(t, [
    ...['--url', receiver.url, ...FAST, '--ready-url', url, '--ready-timeout', '80ms'],
    ...['--', 'sleep', '60'],
  ]);
  const next = (ready: number, why: string) => {
    const seen = receiver.rows.length;
    return eventually(why, () => receiver.rows.slice(seen).some((row) => row.ready === ready));
  };
  await next(1, '200');
  answer = 'bad';
  await next(0, '503');
  answer = 'ok';
  await next(1, '200 again');
  answer = 'hang';
  await next(0, 'no answer in time');
  answer = 'ok';
  await next(1, 'back');
  target.closeAllConnections();
  target.close();
  await next(0, 'closed port');
  assert.ok((receiver.rows.at(-1)?.rss ?? 0) > 0, 'memory is sent whatever the readiness');
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 143);
  const last = receiver.rows.at(-1);
  assert.equal(last?.ready, 0);
  assert.equal(last?.rss, undefined);
});

/** The heap as the agent or the program itself reports it, against what V8 tells the program. */
async function checkHeap(t: TestContext, receiver: Receiver, run: ReturnType<typeof start>, pool: string) {
  const said = await eventually('the program has spoken', () => run.stdout.includes('\n') && run.stdout);
  const { survived, collections, pid } = JSON.parse(said) as Record<string, number>;
  const seen = receiver.rows.length;
  const row = await eventually('a sample after that', () =>
    receiver.rows.slice(seen + 1).find(({ heap_after_gc }) => heap_after_gc !== undefined),
  );
  t.diagnostic(`after the last major collection: V8 says ${survived}, sent ${row.heap_after_gc}`);
  // V8 counts half-filled pages differently at the end of a collection and after it: a constant below 1 MiB.
  assert.ok(Math.abs((row.heap_after_gc ?? 0) - survived) < 2 ** 20);
  assert.ok((row.heap_used ?? 0) > 100_000 * 16, 'what the program keeps is in the heap');
  assert.equal(row.heap_limit, getHeapStatistics().heap_size_limit);
  assert.ok((row.gc_count ?? 0) >= collections, `sent ${row.gc_count}, V8 made ${collections}`);
  assert.ok((row.gc_pause_total ?? 0) > 0);
  assert.equal(row.requests_total, 5);
  assert.equal(row.labels?.pool, pool);
  assert.equal(row.labels?.runtime, 'nodejs');
  assert.ok((row.rss ?? 0) > 20e6);
  const nodes = new Set(receiver.rows.map((each) => each.node));
  assert.deepEqual([...nodes], ['r-1'], 'worker threads do not report');
  return { pid, row };
}

test('a Node program under the agent: heap, live set, true limit, collections and requests', async (t) => {
  const receiver = await Receiver.open(t);
  const agent = startAgent(t, [
    ...['--node', 'r-1', '--url', receiver.url, '--label', 'pool=edge', ...FAST],
    ...['--', node, '--expose-gc', app],
  ]);
  await checkHeap(t, receiver, agent, 'edge');
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 0, 'the module does not keep the program alive');
});

test('a Node program by itself: the same through --import, with RSS', async (t) => {
  const receiver = await Receiver.open(t);
  const program = start(t, [node, '--expose-gc', '--import', register, app], {
    HEADROOM_URL: receiver.url,
    HEADROOM_NODE: 'r-1',
    HEADROOM_LABELS: 'pool=own',
    HEADROOM_INTERVAL: '100ms',
    NODE_OPTIONS: `--import=${register}`,
  });
  const { row } = await checkHeap(t, receiver, program, 'own');
  assert.ok(Math.abs((row.start_time ?? 0) - Date.now() / 1000) < 60);
  program.child.kill('SIGTERM');
  assert.equal((await program.ended).code, 0);
  assert.equal(program.stderr, '');
});

test('the module neither holds up nor disturbs a program whose service is away or whose settings are wrong', async (t) => {
  const script = "setTimeout(() => console.log('done'), 350)";
  const away = start(t, [node, '--import', register, '-e', script], {
    HEADROOM_URL: 'http://127.0.0.1:9',
    HEADROOM_INTERVAL: '100ms',
  });
  assert.equal((await away.ended).code, 0);
  assert.equal(away.stdout, 'done\n');
  assert.match(away.stderr, /^headroom inside: cannot deliver: .*\n$/);

  const wrong = start(t, [node, '--import', register, '-e', script], { HEADROOM_INTERVAL: 'often' });
  assert.equal((await wrong.ended).code, 0);
  assert.equal(wrong.stdout, 'done\n');
  assert.match(wrong.stderr, /not reporting: HEADROOM_INTERVAL: found "often"/);

  const orphan = start(t, [node, '--import', register, '-e', script], {
    HEADROOM_AGENT_SOCKET: '/nonexistent/agent.sock',
  });
  assert.equal((await orphan.ended).code, 0);
  assert.equal(orphan.stdout, 'done\n');
});

test('a program that is too busy to answer still has its memory reported in time', async (t) => {
  const receiver = await Receiver.open(t);
  const script = `setTimeout(() => { const end = Date.now() + 1500; while (Date.now() < end); }, 300); setTimeout(() => 0, 2500);`;
  const agent = startAgent(t, ['--url', receiver.url, ...FAST, '--', node, '-e', script]);
  assert.equal((await agent.ended).code, 0);
  const busy = receiver.rows.filter(({ rss, heap_used }) => rss !== undefined && heap_used === undefined);
  assert.ok(busy.length >= 5, `${busy.length} samples without a heap`);
  const gaps = receiver.rows.filter(({ rss }) => rss !== undefined).map(({ time }) => time);
  for (let i = 1; i < gaps.length; i++) assert.ok(gaps[i] - gaps[i - 1] < 1000, 'no gap in RSS');
  assert.ok(receiver.rows.some(({ heap_used, rss }) => heap_used !== undefined && rss === undefined));
});

test('a program that dies in the middle of a question does not take the agent with it', async (t) => {
  const receiver = await Receiver.open(t);
  const script = `setTimeout(() => { const end = Date.now() + 600; while (Date.now() < end); process.abort(); }, 800);`;
  const agent = startAgent(t, ['--url', receiver.url, ...FAST, '--', node, '-e', script]);
  assert.deepEqual(await agent.ended, { code: 134, signal: null });
  assert.match(agent.stderr, /ended: SIGABRT/);
  assert.doesNotMatch(agent.stderr, /ECONNRESET/);
});
