import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from './api.js';

interface Limit {
  readonly signal: string;
  readonly limit: number;
  readonly now: number;
  readonly probability: number;
  readonly breach_p10: number | null;
  readonly breach_p50: number | null;
  readonly breach_p90: number | null;
}

export interface Expected {
  readonly node: string;
  /** `rss` or `heap`, as the API names what is watched. */
  readonly signal: string;
  /** In bytes; what the service says, where it is left out. */
  readonly limit: number | undefined;
  readonly withinMs: number;
}

/**
 * Waits until the service foretells the breach of a node that leaks evenly, and checks the forecast against what its
 * samples say: the middle of it within a third of the time that is left by a straight line.
 */
export async function expectForecast(api: Api, { node, signal, limit, withinMs }: Expected): Promise<void> {
  const end = performance.now() + withinMs;
  let last = 'nothing';
  while (performance.now() < end) {
    await wait(250);
    const { status, text } = await api.ask(`/api/v1/nodes/${encodeURIComponent(node)}/forecast`);
    last = text;
    if (status !== 200) continue;
    const found = (JSON.parse(text) as { limits: Limit[] }).limits.find((each) => each.signal === signal);
    if (!found || found.probability < 0.5 || found.breach_p50 === null) continue;
    const samples = await api.samples(
      node,
      signal === 'heap' ? 'heap_used' : signal,
      0,
      Number.MAX_SAFE_INTEGER,
    );
    const left = timeLeft(samples.slice(-Math.ceil(samples.length * 0.7)), limit ?? found.limit);
    const foretold = found.breach_p50 - samples[samples.length - 1][0];
    if (Math.abs(foretold - left) > left / 3) continue;
    assert.equal(found.limit, limit ?? found.limit);
    return;
  }
  assert.fail(`${node}: no right forecast of ${signal} within ${withinMs} ms; last: ${last}`);
}

/** Ms until the line through the samples reaches the limit. */
function timeLeft(samples: readonly (readonly [number, number])[], limit: number): number {
  const [fromTime, from] = samples[0];
  const [toTime, to] = samples[samples.length - 1];
  return ((limit - to) * (toTime - fromTime)) / (to - from);
}
