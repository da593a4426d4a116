import { z } from 'zod';

export const letterShape = z.object({
  id: z.string().describe('Idempotency key, the same at every attempt'),
  message_id: z.string(),
  channel: z.string(),
  target: z.string(),
  rule: z.string(),
  severity: z.string(),
  state: z.string(),
  nodes: z.array(z.string()),
  status: z.enum(['waiting', 'sending', 'dead']),
  created_at: z.number(),
  attempts: z.number(),
  next_at: z.number().nullable(),
  dead_at: z.number().nullable(),
  last_failure: z.object({ at: z.number(), code: z.string(), message: z.string() }).nullable(),
});
export type LetterShape = z.infer<typeof letterShape>;

export const channelShape = z.object({
  channel: z.string(),
  type: z.string(),
  state: z.enum(['unknown', 'up', 'failing']),
  at: z.number().nullable().describe('When it was last asked or used, unix ms'),
  since: z.number().nullable().describe('Since when it has been in this state, unix ms'),
  problem: z.object({ code: z.string(), message: z.string(), cure: z.string() }).nullable(),
  waiting: z.number().describe('Messages not yet delivered'),
  dead: z.number().describe('Messages that were given up'),
});
export type ChannelShape = z.infer<typeof channelShape>;

export const deliveryShape = z.object({
  channels: z.array(channelShape),
  heartbeat: z
    .object({
      configured: z.boolean(),
      at: z.number().nullable().describe('When the address was last to be called, unix ms'),
      outcome: z.enum(['sent', 'failed', 'withheld']).nullable(),
      reason: z.string().nullable(),
    })
    .describe("The call to a dead man's switch elsewhere"),
});
export type DeliveryShape = z.infer<typeof deliveryShape>;
