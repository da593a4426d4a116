import { z } from 'zod';
import { durationOption, sizeOption } from '../units.js';

/** What every database elsewhere needs to be told. */
export const remoteOptions = {
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:8086' })
    .optional()
    .describe('Where the database listens. Needed with every kind but embedded.'),
  token: z
    .string()
    .min(1)
    .regex(/^[\x21-\x7e]*$/, 'must be a token as the database shows it, without blanks or line breaks')
    .optional()
    .describe('Token for the database, best as a variable of the environment. Needed with kind influx.')
    .meta({ secret: true }),
  measurement: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be a letter, then letters, digits, _, . and -, at most 64')
    .default('headroom')
    .describe('Name under which the database keeps the rows. Services that share a bucket need one each.'),
  timeout: durationOption('30s', 'How long the database may take for an answer.'),
  queueSize: sizeOption(
    '1GiB',
    'What may wait on disk while the database is away; then senders are asked to come back later.',
  ),
};
