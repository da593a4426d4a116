import { z } from 'zod';
import { durationOption, sizeOption } from '../../units.js';

/** The options of the embedded store. The ledger lies in it whatever holds history. */
export const embeddedOptions = {
  folder: z
    .string()
    .min(1)
    .default('data')
    .describe('Folder of the history, the ledger and the queue; made if absent.'),
  retention: durationOption(
    '30d',
    'How long history is kept; whole partitions are dropped. Elsewhere the database has its own.',
  ),
  partition: durationOption(
    '1h',
    'Length of a partition of history. What a folder was made with stays in force for it.',
  ),
  commitInterval: durationOption('25ms', 'Shortest time between two group commits.'),
  queueRows: z
    .int()
    .min(1000)
    .default(200_000)
    .describe('How many rows may wait for a commit before writers are asked to come back later.'),
  memoryLimit: sizeOption('96MiB', 'What the database may use for its buffers.'),
  threads: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'Threads of the database. More make long reads faster where cores are idle, and writes dearer.',
    ),
};

export type EmbeddedOptions = z.output<z.ZodObject<typeof embeddedOptions>>;
