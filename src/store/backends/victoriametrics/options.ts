import { z } from 'zod';
import { parseDuration } from '../../../telemetry/index.js';

const httpUrl = (about: string) =>
  z
    .url({ protocol: /^https?$/, error: 'must be a URL such as http://localhost:8428' })
    .describe(about)
    .meta({ examples: ['http://localhost:8428'] });

/** VictoriaMetrics' part of the configuration. Durations come out in ms. */
export const victoriaOptions = z.strictObject({
  kind: z.literal('victoriametrics').describe('History is kept in VictoriaMetrics.'),
  url: httpUrl('Where VictoriaMetrics is: a single node, or the vmselect of a cluster.'),
  writeUrl: httpUrl('Where to write, if elsewhere: the vminsert of a cluster.').optional(),
  tenant: z
    .string({ error: 'must be text such as "0" or "12:3"' })
    .regex(/^\d+(:\d+)?$/, { error: 'must be an account such as "0", or account and project such as "12:3"' })
    .optional()
    .describe('Tenant of a cluster. Leave it out with a single node.'),
  token: z
    .string()
    .min(1)
    .optional()
    .describe('Bearer token, for a vmauth or another proxy in front.')
    .meta({ secret: true }),
  user: z.string().min(1).optional().describe('User of basic authentication.'),
  password: z.string().min(1).optional().describe('Password of basic authentication.').meta({ secret: true }),
  measurement: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, { error: 'must be a name of letters, digits and underscores such as headroom' })
    .default('headroom')
    .describe('Begins the name of every metric, such as headroom_rss.'),
  timeout: z
    .string({ error: 'must be a duration such as 30s' })
    .default('30s')
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms > 0) return ms;
      context.addIssue({ code: 'custom', message: `must be a duration such as 30s, found "${text}"` });
      return z.NEVER;
    })
    .describe('How long to wait for an answer to begin, and between two pieces of it.')
    .meta({ unit: 'duration', examples: ['30s'] }),
});

export type VictoriaOptions = z.output<typeof victoriaOptions>;
