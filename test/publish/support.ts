import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { type BuiltService, buildService } from '../support/build-service.js';
import { HOUR, type Leak, leakSample, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { RoundClock } from '../support/round-clock.js';

export const STEP = 15 * SECOND;

/** One node leaks, one is at rest, one is ready no more; and one node without a pool, with a name that needs escaping. */
export const ODD_NAME = 'odd "name"\\';

export function hasTool(name: string): false | string {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0 ? false : `${name} is not installed`;
}

export interface Fleet extends BuiltService {
  readonly clock: RoundClock;
  readonly leak: Leak;
}

/**
 * A service on the shipped rules with a small fleet, after three hours and `minutes` of rounds that end at `until`.
 */
export async function fleetService(
  t: TestContext,
  { until, minutes = 5, config = {} }: { until: number; minutes?: number; config?: Record<string, unknown> },
): Promise<Fleet> {
  const clock = new RoundClock(until - minutes * MINUTE);
  const built = await buildService(t, {
    clock,
    rules: readFileSync(join(packageRoot, 'rules/memory.yaml'), 'utf8'),
    config,
  });
  const start = clock.now() - 3 * HOUR;
  const leak: Leak = {
    node: 'leaky-1',
    labels: { pool: 'edge', zone: 'a' },
    start,
    base: 300 * MIB,
    perHour: 200 * MIB,
    limit: 1024 * MIB,
  };
  const calm: Leak = { ...leak, node: 'calm-1', perHour: 0 };
  const odd: Leak = { ...calm, node: ODD_NAME, labels: {} };
  const all = [leak, calm, odd];
  for (const each of all) await built.api.push(leakSamples(each, start, clock.now(), STEP));
  while (clock.now() < until) {
    const now = clock.now();
    await built.api.push([
      ...all.map((each) => ({ ...leakSample(each, now), ready: 1, gc_pause_total: (now - start) / 100_000 })),
      { node: 'down-1', time: now, labels: { pool: 'edge' }, rss: MIB, memory_limit: 1024 * MIB, ready: 0 },
    ]);
    await clock.pass(STEP, STEP);
  }
  return { ...built, clock, leak };
}
