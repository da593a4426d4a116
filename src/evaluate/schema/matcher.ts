import { z } from 'zod';
import { withCure } from '../source/index.js';

const error = ({ input }: { readonly input?: unknown }) => {
  const message = 'must be text, in which * stands for anything, or a list of such texts';
  const bare = [input].flat().find((value) => typeof value === 'number' || typeof value === 'boolean');
  return bare === undefined ? message : withCure(message, `put it in quotes: "${bare}"`);
};

const pattern = z
  .string({ error })
  .min(1, { error: 'must not be empty; leave the label out to match any value' });

/** Which nodes a rule watches: all labels must match; `node` stands for the node's name. */
export const matcher = z
  .record(z.string(), z.union([pattern, z.array(pattern, { error }).min(1)], { error }), {
    error: 'must be a map of labels, such as { role: router }',
  })
  .describe(
    'Which nodes are watched, as a map of labels: every label named here must have the value, or one of a list; `*` stands for anything. `node` is the name of the node.',
  )
  .meta({ examples: [{ role: 'router' }, { pool: ['edge', 'core'], node: 'r-*' }] });

export type Matcher = z.output<typeof matcher>;
