import { z } from 'zod';
import { alertShape, time } from './shapes.js';

export const silenceShape = z.object({
  id: z.string(),
  matchers: z.array(z.string()),
  state: z.enum(['pending', 'active', 'expired']),
  starts_at: time,
  ends_at: time,
  created_at: time,
  created_by: z.string(),
  comment: z.string(),
  ended: z.object({ at: time, by: z.string(), why: z.string() }).nullable(),
});

export type SilenceShape = z.infer<typeof silenceShape>;

export const previewShape = z.object({
  alerts: z.array(alertShape).describe('Alerts of now that it takes'),
  channels: z.array(z.string()).describe('Where messages about them would have gone'),
  nodes: z.object({ count: z.number(), names: z.array(z.string()) }).describe('Nodes that it is about'),
  takes_everything: z.boolean(),
});
export type PreviewShape = z.infer<typeof previewShape>;
