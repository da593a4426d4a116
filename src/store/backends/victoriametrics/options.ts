import { z } from 'zod';

/** What VictoriaMetrics alone needs to be told; address, token and queue are shared with other databases. */
export const victoriaOptions = {
  writeUrl: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://vminsert:8480' })
    .optional()
    .describe('Where a cluster of VictoriaMetrics is written to (vminsert), if not at url (vmselect).'),
  tenant: z
    .string({ error: 'must be text such as "0" or "12:3"' })
    .regex(/^\d+(:\d+)?$/, 'must be an account such as "0", or account and project such as "12:3"')
    .optional()
    .describe('Tenant of a cluster of VictoriaMetrics; none for a single node.'),
  user: z
    .string()
    .min(1)
    .optional()
    .describe('User of VictoriaMetrics, where it asks for basic authentication.'),
  password: z
    .string()
    .min(1)
    .optional()
    .describe('Password of that user, best as a variable of the environment.')
    .meta({ secret: true }),
};

/** How to reach a VictoriaMetrics and where in it history lies. */
export interface VictoriaOptions {
  readonly url: string;
  readonly writeUrl?: string | undefined;
  readonly tenant?: string | undefined;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly measurement: string;
  /** How long an answer may take to begin, and each piece of it to come, ms. */
  readonly timeout: number;
  /** How long history is wanted, ms; -retentionPeriod is compared with it. */
  readonly retention: number;
}
