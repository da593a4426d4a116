import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { planRestarts, type Threat } from '../../notify/index.js';
import { horizonOf, type Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import type { NodeRecord } from '../../telemetry/index.js';
import { isStale, type Portrait, type Resource } from '../../trend/index.js';
import { describeRoute } from '../describe.js';
import { type PictureShape, pictureShape, type RestartPlanShape, restartPlanShape } from '../node-shapes.js';
import { readTime } from '../read.js';
import { csvName, writeRaw, writeThinned } from '../series/csv.js';
import { readPicture } from '../series/picture-rows.js';
import { readPoints } from './series.js';

const HOUR_MS = 3_600_000;
const RESOURCES: readonly Resource[] = ['rss', 'heap'];

const params = z.object({ node: z.string() });
const csvQuery = z.object({
  from: z.string().optional().describe('Unix ms or RFC 3339, inclusive; default: an hour before to'),
  to: z.string().optional().describe('Unix ms or RFC 3339, exclusive; default: now'),
  points: z
    .string()
    .optional()
    .describe('Most rows, each with the lowest and highest value of its stretch; left out: every sample'),
});
type CsvRequest = { Params: z.infer<typeof params>; Querystring: z.infer<typeof csvQuery> };

/** What pictures of a node need beside its series, and its history as a table. */
export function nodePictureRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const tag = 'nodes';
  const find = (name: string): NodeRecord => {
    const node = pipeline.registry.find(name);
    if (node) return node;
    throw new Problem('not-found', `no node "${name}" has ever sent anything`);
  };
  app.get<{ Params: z.infer<typeof params> }>(
    '/nodes/:node/picture',
    describeRoute({
      tag,
      summary: 'The fitted line and the cone of the forecasts of a node, as of now',
      answer: pictureShape,
      params,
    }),
    ({ params }): PictureShape => {
      const node = find(params.node);
      return { node: node.name, at: now(), limits: portraitsOf(pipeline, node, now()).map(shapeOf) };
    },
  );
  app.get<{ Params: z.infer<typeof params> }>(
    '/nodes/:node/restart-plan',
    describeRoute({
      tag,
      summary: 'Which nodes of its pool to restart first, and by when',
      answer: restartPlanShape,
      params,
    }),
    ({ params }): RestartPlanShape => planFor(pipeline, find(params.node), now()),
  );
  app.get<CsvRequest>(
    '/nodes/:node/history.csv',
    describeRoute({ tag, summary: 'History of a node as CSV', answer: z.string(), params, query: csvQuery }),
    async ({ params, query }, reply) => {
      const node = find(params.node);
      const to = query.to === undefined ? now() : readTime(query.to, 'to');
      const from = query.from === undefined ? to - HOUR_MS : readTime(query.from, 'from');
      reply.type('text/csv; charset=utf-8').header('content-disposition', csvName(node.name, from, to));
      if (query.points === undefined) {
        const rows = await pipeline.store.history.read(node.id, from, to);
        return Readable.from(writeRaw(rows, node.name, pipeline.registry), { highWaterMark: 1 });
      }
      const points = readPoints(query.points);
      const { outline, stepMs } = await readPicture(pipeline, node, { from, to, points });
      return writeThinned(outline, from, stepMs);
    },
  );
}

function portraitsOf({ trend, armed }: Pipeline, { id }: NodeRecord, now: number): Portrait[] {
  const process = trend.node(id);
  const at = Math.max(now, process?.lastSeen ?? now);
  if (!process || isStale(process, at)) return [];
  return RESOURCES.flatMap((resource) => trend.portrait(id, resource, horizonOf(armed, resource), at) ?? []);
}

function shapeOf(portrait: Portrait): PictureShape['limits'][number] {
  const { signal, limit, effectiveLimit, to, live, fit, cone } = portrait;
  const points = (line: readonly (readonly number[])[]) => line.map((point) => [...point]);
  return {
    signal,
    limit,
    effective_limit: effectiveLimit,
    to,
    live: points(live),
    fit: points(fit),
    cone: points(cone),
  };
}

/** As messages about the pool have it: over the alerts that fire. */
function planFor({ registry, alerts }: Pipeline, node: NodeRecord, now: number): RestartPlanShape {
  const pool = registry.labelsOf(node).pool ?? null;
  if (pool === null) return { node: node.name, pool, plan: null };
  const threats = alerts.all().flatMap((state): Threat[] => {
    const other = registry.find(state.node);
    if (state.phase !== 'firing' || !other || registry.labelsOf(other).pool !== pool) return [];
    const outlook = state.outlook ?? state.predicted;
    return [{ state: 'firing', kind: state.about.kind, node: state.node, ...(outlook ? { outlook } : {}) }];
  });
  const plan = planRestarts(threats, now);
  if (!plan) return { node: node.name, pool, plan: null };
  const { atATime, restartMs, steps, late } = plan;
  return {
    node: node.name,
    pool,
    plan: {
      at_a_time: atATime,
      restart_ms: restartMs,
      steps: steps.map(({ nodes, startBy }) => ({ nodes: [...nodes], start_by: startBy })),
      late: [...late],
    },
  };
}
