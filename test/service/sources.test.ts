import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { type BuiltService, buildService } from '../support/build-service.js';
import { HOUR, MIB, MINUTE, SECOND } from '../support/leak.js';
import { bodyOf, headersOf, type WireSeries } from '../support/remote-write.js';
import { RoundClock } from '../support/round-clock.js';

const START = Date.UTC(2026, 10, 23, 8);
const STEP = 15 * SECOND;
const NODE = 'shop/router-1/app';
const LIMIT = 1000 * MIB;
const WORKING_SET = 'container_memory_working_set_bytes';
const PROCESS_RSS = 'process_resident_memory_bytes';

const series = (name: string, samples: readonly (readonly [number, number])[]): WireSeries => ({
  labels: [
    ['__name__', name],
    ['container', 'app'],
    ['namespace', 'shop'],
    ['pod', 'router-1'],
  ],
  samples,
});

/** Grows by 150 MiB an hour. */
const workingSet = (at: number): number => 600 * MIB + Math.round(((at - START) / HOUR) * 150 * MIB);

/** Stays, and has another level: the process alone, without what the container has beside it. */
const processRss = (at: number): number => 250 * MIB + ((at / SECOND) % 7);

async function push({ api }: BuiltService, all: readonly WireSeries[]): Promise<void> {
  const init = { method: 'POST', headers: headersOf(1), body: new Uint8Array(bodyOf(1, all)) };
  const { status, text } = await api.ask('/api/v1/write', init);
  assert.equal(status, 204, text);
}

/** Both sources, or one, with a sample every 15 s. */
async function live(built: BuiltService, clock: RoundClock, ms: number, both: boolean): Promise<void> {
  for (const end = clock.now() + ms; clock.now() < end; await clock.pass(STEP, STEP)) {
    const at = clock.now();
    const sent = [series(WORKING_SET, [[at, workingSet(at)]])];
    if (both) sent.push(series(PROCESS_RSS, [[at, processRss(at)]]));
    await push(built, sent);
  }
}

interface NodeView {
  readonly sources: Record<string, { kind: string; others: { kind: string; unused: number }[] }>;
}

interface Forecast {
  readonly limits: readonly { signal: string; now: number; per_hour: number; probability: number }[];
}

test('another source of rss is never mixed with the one before, nor over restarts, and cuts the trend', async (t) => {
  const clock = new RoundClock(START);
  const config = { rules: { folder: join(packageRoot, 'rules') } };
  const first = await buildService(t, { clock, config });
  const path = `/api/v1/nodes/${encodeURIComponent(NODE)}`;
  const rssOf = async ({ api }: BuiltService) =>
    (await api.get<Forecast>(`${path}/forecast`)).limits.find(({ signal }) => signal === 'rss')!;
  const kindOf = async ({ api }: BuiltService) => (await api.get<NodeView>(path)).sources.rss.kind;

  const history = Array.from({ length: 240 }, (_, i) => START - HOUR + i * STEP);
  await push(first, [
    series(
      WORKING_SET,
      history.map((at) => [at, workingSet(at)]),
    ),
    series(
      'container_spec_memory_limit_bytes',
      history.map((at) => [at, LIMIT]),
    ),
  ]);
  await live(first, clock, 5 * MINUTE, false);
  const before = await rssOf(first);
  assert.ok(Math.abs(before.per_hour / MIB - 150) < 20, `${before.per_hour / MIB} MiB per hour`);
  await first.close();

  const second = await buildService(t, { clock, config, folder: first.folder });
  assert.equal(await kindOf(second), 'working set', 'known from before');
  await live(second, clock, MINUTE, false);
  const bothFrom = clock.now();
  await live(second, clock, 5 * MINUTE, true);
  assert.equal(await kindOf(second), 'process rss', 'the better one, once it has shown that it stays');
  await second.close();

  const third = await buildService(t, { clock, config, folder: first.folder });
  assert.equal(await kindOf(third), 'process rss', 'known from before');
  await live(third, clock, 10 * MINUTE, true);
  const [{ kind, unused }] = (await third.api.get<NodeView>(path)).sources.rss.others;
  assert.deepEqual([kind, unused], ['working set', 40]);
  const metrics = await third.api.ask('/metrics');
  assert.match(metrics.text, /^headroom_receive_samples_unused_total 40$/m);

  const samples = await third.api.samples(NODE, 'rss', START - 2 * HOUR, clock.now());
  assert.equal(samples.length, history.length + 4 * 21, 'one a time');
  const changed = samples.findIndex(([at, rss]) => rss === processRss(at));
  assert.ok(samples[changed][0] >= bothFrom && samples[changed][0] < bothFrom + MINUTE);
  for (const [i, [at, rss]] of samples.entries())
    assert.equal(rss, i < changed ? workingSet(at) : processRss(at), new Date(at).toISOString());

  const after = await rssOf(third);
  assert.ok(Math.abs(after.per_hour) < 5 * MIB, `${after.per_hour / MIB} MiB per hour`);
  assert.ok(after.now < 251 * MIB && after.probability < 0.05, JSON.stringify(after));
});
