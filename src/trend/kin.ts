import { COLUMN } from '../telemetry/index.js';
import { HeapEnds } from './heap-ends.js';
import type { Resource } from './outlook.js';
import type { ProcessTrend } from './process-trend.js';
import { type Precedents, WarmUps } from './warm-ups.js';

/** Pools and versions that are remembered; the one that was met longest ago goes first. */
const MOST_POOLS = 4096;

/** What the processes of one pool and version have taught, those that are gone included. */
export class Kin {
  readonly heapEnds = new HeapEnds();
  readonly rssWarmUps = new WarmUps();
  readonly heapWarmUps = new WarmUps();
}

/** What was learnt, by pool and version. In memory only: a warm start sees the same samples and learns it again. */
export class Kinship {
  readonly #kin = new Map<string, Kin>();

  of(pool: string): Kin {
    const known = this.#kin.get(pool);
    const kin = known ?? new Kin();
    this.#kin.delete(pool);
    this.#kin.set(pool, kin);
    if (this.#kin.size > MOST_POOLS) {
      const [oldest] = this.#kin.keys();
      this.#kin.delete(oldest);
    }
    return kin;
  }
}

/** Earlier start-ups of its kind that were as high and as long as that of this process and settled below `goal` (bytes). */
export function warmUpsLike(process: ProcessTrend, resource: Resource, goal: number): Precedents {
  const { kin, latest, lastSeen, startedAt, rssStartUp, heapStartUp } = process;
  const [startUp, limit, warmUps] =
    resource === 'rss'
      ? [rssStartUp, latest[COLUMN.memory_limit], kin.rssWarmUps]
      : [heapStartUp, latest[COLUMN.heap_limit], kin.heapWarmUps];
  return warmUps.like(startUp, startUp.high / limit, lastSeen - startedAt, goal / limit);
}
