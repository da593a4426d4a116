import { z } from 'zod';
import { formatDuration } from '../../telemetry/index.js';
import { duration } from '../schema/units.js';
import { CONTRADICTION, withCure } from '../source/index.js';
import type { NodeView, Verdict } from '../verdict.js';
import { type Kind, truthOf } from './kind.js';

const schema = z
  .strictObject({
    notReady: duration('2m')
      .optional()
      .describe('Fires when the node has failed its readiness check for this long; silence does not count.')
      .meta({ whenAbsent: 'one of `notReady` and `flaps` is required' }),
    flaps: z
      .int({ error: 'must be a whole number of changes, such as 6' })
      .min(2, { error: 'must be at least 2 changes' })
      .optional()
      .describe('Fires when readiness changed at least this often, in either direction, `within` a time.')
      .meta({ whenAbsent: 'one of `notReady` and `flaps` is required', examples: [6] }),
    within: duration('30m')
      .optional()
      .describe('The time over which `flaps` counts.')
      .meta({ whenAbsent: '`30m`' }),
  })
  .superRefine(({ notReady, flaps, within }, context) => {
    if (notReady === undefined && flaps === undefined) {
      const message = 'must have notReady, flaps or both';
      const cure = 'write { notReady: 2m }, or { flaps: 6, within: 30m }';
      context.addIssue({ code: 'custom', message: withCure(message, cure), params: CONTRADICTION });
    } else if (within !== undefined && flaps === undefined) {
      const message = withCure('needs flaps beside it', 'add flaps: 6, or take within away');
      context.addIssue({ code: 'custom', path: ['within'], message, params: CONTRADICTION });
    }
  })
  .transform(({ notReady, flaps, within = 30 * 60_000 }) => ({
    notReadyMs: notReady,
    flaps,
    withinMs: within,
  }))
  .describe('Fires when a node fails its readiness check for long, or changes its readiness often.');

/**
 * Time not ready counts from the first failed check to the newest sample, so that a node which went silent is not
 * taken for one that fails its check; of that the `absent` kind speaks.
 */
export const readiness: Kind<typeof schema> = {
  schema,
  timing: () => ({ forMs: 0, keepFiringMs: 60_000 }),
  needs: () => [],
  evaluate({ notReadyMs, flaps, withinMs }, view) {
    const notReady = notReadyMs === undefined ? undefined : judgeNotReady(notReadyMs, view);
    const flapping = flaps === undefined ? undefined : judgeFlaps(flaps, withinMs, view);
    if (!notReady || !flapping) return (notReady ?? flapping)!;
    return WEIGHT[flapping.truth] > WEIGHT[notReady.truth] ? flapping : notReady;
  },
};

/** Of two verdicts the heavier one is told. */
const WEIGHT: Readonly<Record<Verdict['truth'], number>> = { true: 2, unknown: 1, false: 0 };

function judgeNotReady(notReadyMs: number, view: NodeView): Verdict {
  // Twice the time, so that samples just outside the window still tell since when.
  const found = view.readiness(2 * notReadyMs);
  if (!found) return { truth: 'unknown', reason: 'ready has not been sent' };
  if (found.ready) return { truth: 'false', reason: 'passes its readiness check' };
  const failing = view.lastSeen - found.since;
  const truth = failing >= notReadyMs ? 'true' : 'false';
  const claim = `fails its readiness check for ${formatDuration(failing)}`;
  return { truth, reason: truth === 'true' ? claim : `${claim}, less than ${formatDuration(notReadyMs)}` };
}

function judgeFlaps(flaps: number, withinMs: number, view: NodeView): Verdict {
  const found = view.readiness(withinMs);
  if (!found) return { truth: 'unknown', reason: 'ready has not been sent' };
  const truth = truthOf(found.changes, flaps);
  const times = found.changes === 1 ? 'once' : `${found.changes} times`;
  const claim = `changed its readiness ${times} within ${formatDuration(withinMs)}`;
  return { truth, reason: truth === 'true' ? claim : `${claim}; the alert fires from ${flaps}` };
}
