import { z } from 'zod';
import { parseBytes, parseDuration } from '../../../telemetry/index.js';

function duration(fallback: string, about: string) {
  return z
    .string({ error: `must be a duration such as ${fallback}` })
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms > 0) return ms;
      context.addIssue({
        code: 'custom',
        message: `must be a duration such as ${fallback}, found "${text}"`,
      });
      return z.NEVER;
    })
    .describe(about)
    .meta({ unit: 'duration', examples: [fallback] });
}

function byteSize(fallback: string, about: string) {
  return z
    .string({ error: `must be a size of at least 32MiB such as ${fallback}` })
    .default(fallback)
    .transform((text, context) => {
      const bytes = parseBytes(text);
      if (bytes !== undefined && bytes >= 2 ** 25) return bytes;
      context.addIssue({
        code: 'custom',
        message: `must be a size of at least 32MiB such as ${fallback}, found "${text}"`,
      });
      return z.NEVER;
    })
    .describe(about)
    .meta({ unit: 'size', examples: [fallback] });
}

/** The store's part of the configuration. Durations come out in ms, sizes in bytes. */
export const storeOptions = z.strictObject({
  folder: z.string().min(1).default('data').describe('Folder of the history and the ledger; made if absent.'),
  retention: duration('30d', 'How long history is kept; whole partitions are dropped.'),
  partition: duration(
    '1h',
    'Length of a partition of history. What a folder was made with stays in force for it.',
  ),
  commitInterval: duration('25ms', 'Shortest time between two group commits.'),
  queueRows: z
    .int()
    .min(1000)
    .default(200_000)
    .describe('How many rows may wait for a commit before writers are asked to come back later.'),
  memoryLimit: byteSize('96MiB', 'What the database may use for its buffers.'),
  threads: z.int().min(1).max(64).default(2).describe('Threads of the database.'),
});

export type StoreOptions = z.output<typeof storeOptions>;
