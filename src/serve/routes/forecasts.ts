import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { horizonOf, type Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import type { SaidForecast } from '../../store/index.js';
import type { Resource } from '../../trend/index.js';
import { describeRoute } from '../describe.js';
import { recompute } from '../forecasts/recompute.js';
import { type SaidForecastShape, type SaidShape, saidShape } from '../node-shapes.js';
import { readTime } from '../read.js';

/** A forecast is kept again after a quarter of its horizon at the latest; what is older than half of it was over. */
const VALID_SHARE = 1 / 2;
const HOUR_MS = 3_600_000;
/** Looked back so far one after the other until something is found: rarely is a horizon longer than hours. */
const LOOK_BACK_MS = [2 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS];

const RESOURCES: readonly Resource[] = ['rss', 'heap'];

const params = z.object({ node: z.string() });
const query = z.object({
  at: z.string().optional().describe('Unix ms or RFC 3339; default: now'),
  recompute: z
    .enum(['true', 'false'])
    .optional()
    .describe(
      'true: where none was kept, it is worked out again from the history of the node, by the models and rules of today',
    ),
});

/** Forecasts as they stood at a time in the past. */
export function forecastRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  app.get<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof query> }>(
    '/nodes/:node/forecasts',
    describeRoute({
      tag: 'nodes',
      summary: 'The forecast of a node as it stood at a time',
      answer: saidShape,
      params,
      query,
    }),
    async ({ params, query }): Promise<SaidShape> => {
      const node = pipeline.registry.find(params.node);
      if (!node) throw new Problem('not-found', `no node "${params.node}" has ever sent anything`);
      const past = pipeline.store.pastForecasts;
      const isRecomputed = query.recompute === 'true';
      if (!past && !isRecomputed) {
        throw new Problem('not-found', 'this store keeps no forecasts of the past', {
          cure: 'Ask with recompute=true: they are then worked out again from history.',
        });
      }
      const at = query.at === undefined ? now() : readTime(query.at, 'at');
      const kept = past ? await readKept(pipeline, node.name, at) : new Map<Resource, SaidForecast>();
      const limits: SaidForecastShape[] = [];
      for (const resource of RESOURCES) {
        const said = kept.get(resource);
        if (said) limits.push(shapeOf(said, 'kept'));
        else if (isRecomputed) {
          const again = await recompute(pipeline, node, resource, at);
          if (again) limits.push(shapeOf(again, 'recomputed'));
        }
      }
      return { node: node.name, at, limits };
    },
  );
}

/** The newest forecast of each limit that was still valid at `at`. */
async function readKept(pipeline: Pipeline, node: string, at: number): Promise<Map<Resource, SaidForecast>> {
  const { armed, store } = pipeline;
  // Mostly the horizon is still the same; then a little has to be read.
  const usual = Math.max(...RESOURCES.map((resource) => horizonOf(armed, resource))) * VALID_SHARE;
  for (const lookBack of [usual, ...LOOK_BACK_MS]) {
    const said = (await store.pastForecasts?.readForecasts(node, at - lookBack, at + 1)) ?? [];
    const valid = said.filter((each) => at - each.at <= each.horizonMs * VALID_SHARE);
    if (valid.length > 0) return new Map(valid.map((forecast) => [forecast.signal, forecast]));
  }
  return new Map();
}

function shapeOf(said: SaidForecast, source: SaidForecastShape['source']): SaidForecastShape {
  const { at, signal, limit, now, probability, horizonMs, shape, cause, perHour, cone } = said;
  return {
    said_at: at,
    source,
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
