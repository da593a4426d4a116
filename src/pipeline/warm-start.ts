import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { asProblem } from '../problem.js';
import type { History } from '../store/index.js';
import type { Registry } from '../telemetry/index.js';
import type { Trend } from '../trend/index.js';

/** The youngest buckets are restored finely, the rest coarsely: a process that began lately is seen as it was. */
const FINE_BUCKETS = 6;
const FINE_STEP = 1 / 8;
const COARSE_STEP = 1 / 2;
/** The newest samples come as they are: thinning would change what a node's memory is now. */
const RAW_STRETCH = 1 / 4;

/** How long until history is asked for again that could not be read. */
export const FILL_AGAIN_MS = 30_000;

/** A window keeps at most so many of its widest buckets. */
const KEPT_BUCKETS = 96;

/**
 * Feeds history into a trend room, so that models go on where they were before a restart. What is thinned is finer
 * than the buckets that it ends in. Returns how many rows were fed.
 */
export async function warmUp(
  trend: Trend,
  history: History,
  registry: Registry,
  now: number,
): Promise<number> {
  const narrowest = trend.widths[0];
  const widest = trend.widths[trend.widths.length - 1];
  const split = now - FINE_BUCKETS * widest;
  const raw = now - narrowest * RAW_STRETCH;
  let rows = 0;
  const stretches = [
    { from: now - KEPT_BUCKETS * widest, to: split, step: narrowest * COARSE_STEP },
    { from: split, to: raw, step: narrowest * FINE_STEP },
    { from: raw, to: Number.MAX_SAFE_INTEGER, step: 0 },
  ];
  for (const { from, to, step } of stretches) {
    for await (const chunk of history.scan(from, to, step)) {
      trend.recall(chunk, registry);
      rows += chunk.length;
    }
  }
  return rows;
}

/**
 * The same, where models that see nothing of the past are better than none: what cannot be read, as of a database
 * elsewhere that is away, is logged and to be tried again.
 */
export async function tryWarmUp(
  trend: Trend,
  history: History,
  registry: Registry,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<{ rows: number; isWhole: boolean }> {
  try {
    return { rows: await warmUp(trend, history, registry, clock.now()), isWhole: true };
  } catch (error) {
    const { code, message } = asProblem(error);
    log.error({ err: error, code, reason: message }, 'history cannot be read; the models go on without it');
    return { rows: 0, isWhole: false };
  }
}
