import { z } from 'zod';
import { formatBytes, formatDuration } from '../../telemetry/index.js';
import { growthNeed } from '../../trend/index.js';
import { duration, RESOURCES, rate } from '../schema/units.js';
import { CLEARING_SHARE, type Kind } from './kind.js';
import { formatRate, missingSignal } from './words.js';

const schema = z
  .strictObject({
    of: z
      .enum(['heap_after_gc', 'heap', 'heap_used', 'rss'])
      .describe('What grows: `heap_after_gc` (the live set; `heap` and `heap_used` mean the same) or `rss`.'),
    atLeast: rate().describe(
      'The speed that counts: `20MiB per hour`, or `1% of heap_limit per hour`, which fits nodes of every size.',
    ),
    over: duration('6h').prefault('6h').describe('How much history to measure it over.'),
  })
  .transform(({ of, atLeast, over }) => ({ of: RESOURCES[of], signal: of, atLeast, overMs: over }))
  .describe('Fires when memory has been growing for long, however far the limit is.');

const MEASURED = { true: 'at least', false: 'less than', unknown: 'which cannot be told from' } as const;

/**
 * Fires when even the lower bound of the slope's interval is at least the given speed, so that noise does not fire;
 * clears when the best estimate falls well below that speed.
 */
export const growth: Kind<typeof schema> = {
  schema,
  timing: ({ overMs }) => ({ forMs: overMs / 24, keepFiringMs: overMs / 12 }),
  needs: ({ overMs }) => [growthNeed(overMs)],
  evaluate({ of, signal, atLeast, overMs }, view) {
    const resource = of;
    const missing = missingSignal(view, of, atLeast.limit);
    if (missing) return { truth: 'unknown', reason: missing, resource };
    const found = view.growth(of, overMs);
    if (!found) {
      const reason = `too little history to measure the growth of ${signal} over ${formatDuration(overMs)}`;
      return { truth: 'unknown', reason, resource };
    }
    const relativeTo = atLeast.limit === null ? 1 : (view.latest(atLeast.limit) ?? Number.NaN);
    const wanted = atLeast.perHour * relativeTo;
    const truth =
      found.low >= wanted ? 'true' : found.perHour < wanted * CLEARING_SHARE ? 'false' : 'unknown';
    return {
      truth,
      // Made when it is read: of most verdicts, on nodes at rest, nobody reads it.
      get reason() {
        const speed = `${signal} grows ${formatBytes(found.perHour)} per hour`;
        const interval = `(${formatBytes(found.low)} to ${formatBytes(found.high)})`;
        return `${speed} ${interval} over ${formatDuration(found.overMs)}, ${MEASURED[truth]} ${formatRate(atLeast, wanted)}`;
      },
      resource,
    };
  },
};
