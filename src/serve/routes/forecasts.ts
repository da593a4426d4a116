import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import type { SaidForecast } from '../../store/index.js';
import { describeRoute } from '../describe.js';
import { readTime } from '../read.js';
import { time } from '../shapes.js';

/** A forecast is kept again after a quarter of its horizon at the latest; what is older than half of it was over. */
const VALID_SHARE = 1 / 2;
/** No horizon is longer than a few days. */
const LOOK_BACK_MS = 7 * 86_400_000;

const params = z.object({ node: z.string() });
const query = z.object({
  at: z.string().optional().describe('Unix ms or RFC 3339; default: now'),
});

export const saidForecastShape = z.object({
  said_at: time.describe('Unix milliseconds at which this was said'),
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
    .describe('[unix ms, p10, median, p90 of the level in bytes]; empty where no breach was expected'),
});

/** Forecasts as they stood at a time in the past. */
export function forecastRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  app.get<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof query> }>(
    '/nodes/:node/forecasts',
    describeRoute({
      tag: 'nodes',
      summary: 'The forecast of a node as it stood at a time',
      answer: z.object({ node: z.string(), at: time, limits: z.array(saidForecastShape) }),
      params,
      query,
    }),
    async ({ params: { node }, query: { at: given } }) => {
      if (!pipeline.registry.find(node)) {
        throw new Problem('not-found', `no node "${node}" has ever sent anything`);
      }
      const past = pipeline.store.pastForecasts;
      if (!past) throw new Problem('not-found', 'this store keeps no forecasts of the past');
      const at = given === undefined ? now() : readTime(given, 'at');
      const said = await past.readForecasts(node, at - LOOK_BACK_MS, at + 1);
      const latest = new Map(said.map((forecast) => [forecast.signal, forecast]));
      const valid = [...latest.values()].filter((each) => at - each.at <= each.horizonMs * VALID_SHARE);
      return { node, at, limits: valid.map(shapeOf) };
    },
  );
}

function shapeOf(said: SaidForecast): z.infer<typeof saidForecastShape> {
  const { at, signal, limit, now, probability, horizonMs, shape, cause, perHour, cone } = said;
  return {
    said_at: at,
    signal,
    limit,
    now,
    probability,
    horizon_s: horizonMs / 1000,
    breach_p10: said.breachP10,
    breach_p50: said.breachP50,
    breach_p90: said.breachP90,
    shape,
    cause,
    per_hour: perHour,
    cone: cone.map((point) => [...point]),
  };
}
