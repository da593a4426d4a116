import { z } from 'zod';
import { time } from './shapes.js';

/** What the API answers about one node, beyond shapes.ts. Times are unix ms, sizes bytes. */

export const seriesMark = z.object({
  at: time,
  until: time.nullable().describe('End of a gap'),
  what: z.enum(['restart', 'version', 'gap', 'memory_limit', 'heap_limit']),
  text: z.string().describe('The versions, or the new limit in bytes'),
});
export type SeriesMark = z.infer<typeof seriesMark>;

export const seriesShape = z.object({
  node: z.string(),
  from: time,
  to: time,
  step_ms: z.number().describe('Stretch that one point stands for; 0: every sample is there'),
  time: z.array(time),
  signals: z
    .record(
      z.string(),
      z.object({ low: z.array(z.number().nullable()), high: z.array(z.number().nullable()) }),
    )
    .describe(
      'Lowest and highest value in each stretch; of counters and limits both are the last. Null: nothing was sent',
    ),
  marks: z
    .array(seriesMark)
    .describe('What happened to the node meanwhile, in time order, at most the newest 200'),
});
export type SeriesShape = z.infer<typeof seriesShape>;

export const saidForecastShape = z.object({
  said_at: time.describe('Unix milliseconds at which this was said'),
  source: z
    .enum(['kept', 'recomputed'])
    .describe('Whether it was kept then, or worked out again from the history of this node alone'),
  signal: z.enum(['rss', 'heap']),
  limit: z.number().describe('Bytes'),
  now: z.number().describe('Bytes in use then'),
  probability: z.number().nullable(),
  horizon_s: z.number(),
  breach_p10: time.nullable(),
  breach_p50: time.nullable(),
  breach_p90: time.nullable(),
  shape: z.string(),
  cause: z.string().nullable(),
  per_hour: z.number().nullable().describe('Bytes an hour'),
  cone: z
    .array(z.array(z.number()))
    .describe(
      '[unix ms, p10, median, p90 of the level in bytes]; empty where it was not drawn since no breach was expected',
    ),
});
export type SaidForecastShape = z.infer<typeof saidForecastShape>;

export const saidShape = z.object({ node: z.string(), at: time, limits: z.array(saidForecastShape) });
export type SaidShape = z.infer<typeof saidShape>;

const line = z.array(z.array(z.number()));

export const pictureShape = z.object({
  node: z.string(),
  at: time,
  limits: z.array(
    z.object({
      signal: z.enum(['rss', 'heap']),
      limit: z.number(),
      effective_limit: z.number(),
      to: time.describe('How far ahead it is drawn'),
      live: line.describe('What survives, as the trend is fitted to it: [unix ms, bytes]'),
      fit: line.describe(
        'The fitted line, from the start of its stretch to the end of the picture: [unix ms, bytes]',
      ),
      cone: line.describe('[unix ms, p10, p90 of the level in bytes], from now on'),
    }),
  ),
});
export type PictureShape = z.infer<typeof pictureShape>;

export const restartPlanShape = z.object({
  node: z.string(),
  pool: z.string().nullable().describe('The nodes that are planned for; null: the node names no pool'),
  plan: z
    .object({
      at_a_time: z.number(),
      restart_ms: z.number().describe('How long one restart is reckoned to take'),
      steps: z.array(
        z.object({ nodes: z.array(z.string()), start_by: time.describe('The latest start of this step') }),
      ),
      late: z.array(z.string()).describe('Nodes whose turn comes too late even so'),
    })
    .nullable()
    .describe('Null: fewer than two nodes of the pool have an alert that a restart would help'),
});
export type RestartPlanShape = z.infer<typeof restartPlanShape>;
