import { z } from 'zod';
import { formatDuration } from '../../telemetry/index.js';
import { duration } from '../schema/units.js';
import { CONTRADICTION, withCure } from '../source/index.js';
import type { Kind } from './kind.js';

const schema = z
  .strictObject({
    after: duration('5m').describe('How long a node that was seen before must be silent.'),
    forget: duration('1d')
      .prefault('1d')
      .describe('After this long the node is taken for gone, and the alert resolves.'),
  })
  .superRefine(({ after, forget }, context) => {
    if (forget > after) return;
    const message = withCure('must be longer than after', 'otherwise the alert could never fire');
    context.addIssue({ code: 'custom', path: ['forget'], message, params: CONTRADICTION });
  })
  .transform(({ after, forget }) => ({ afterMs: after, forgetMs: forget }))
  .describe('Fires when a node that was seen before sends nothing any more.');

/** Fires on silence between `after` and `forget`. A minute of `for` lets agents come back after a restart of the service. */
export const absent: Kind<typeof schema> = {
  schema,
  timing: () => ({ forMs: 60_000, keepFiringMs: 0 }),
  needs: () => [],
  evaluate({ afterMs, forgetMs }, view) {
    const silence = view.at - view.lastSeen;
    const claim = `sent nothing for ${formatDuration(Math.max(0, silence))}`;
    if (silence >= forgetMs) return { truth: 'false', reason: `${claim} and is taken for gone` };
    if (silence >= afterMs) return { truth: 'true', reason: claim };
    return { truth: 'false', reason: `${claim}, less than ${formatDuration(afterMs)}` };
  },
};
