import { z } from 'zod';
import { withCure } from '../../evaluate/index.js';
import { parseSegment, SegmentFault, type ValueKind } from '../input/parse-segment.js';
import type { Written } from '../input/segment.js';
import { choiceError } from './choice.js';

/** One signal over time: one segment, or a list of segments and repeated ones. */
export function series(kind: ValueKind, about: string) {
  const message = `must be a series such as ${kind.example}`;
  const error = ({ input }: { readonly input?: unknown }) =>
    typeof input === 'number' ? withCure(message, `write ${kind.name}`) : message;
  const segment = z
    .union([z.string({ error }), z.number({ error })], { error })
    .transform((written, context) => {
      try {
        return parseSegment(String(written), kind);
      } catch (fault) {
        if (!(fault instanceof SegmentFault)) throw fault;
        context.addIssue({ code: 'custom', message: withCure(`${message}; ${fault.message}`, fault.cure) });
        return z.NEVER;
      }
    });
  const repeated = z.strictObject({
    repeat: z
      .int({ error: 'must be a whole number from 1 on, such as 10' })
      .min(1)
      .max(100_000)
      .describe('How often the segments come, one time after the other.'),
    of: z.array(segment, { error: 'must be a list of segments' }).min(1).describe('The segments.'),
  });
  const list = z
    .array(z.union([segment, repeated], { error: choiceError(message, ['text', 'map']) }), { error })
    .min(1, { error: withCure(message, 'leave the signal out if it is not sent') });
  return z
    .union([segment.transform((one): Written => [one]), list.transform((all): Written => all)], {
      error: choiceError(message, ['text', 'list']),
    })
    .describe(about);
}
