import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { isSignal, SIGNALS, type Signal } from '../../telemetry/index.js';
import { describeRoute } from '../describe.js';
import { type SeriesShape, seriesShape } from '../node-shapes.js';
import { readTime } from '../read.js';
import { marksOf } from '../series/marks.js';
import { readPicture } from '../series/picture-rows.js';
import { thin } from '../series/thin.js';

const HOUR_MS = 3_600_000;
const USUAL_POINTS = 600;
const MOST_POINTS = 5000;

const params = z.object({ node: z.string() });
const query = z.object({
  from: z.string().optional().describe('Unix ms or RFC 3339, inclusive; default: an hour before to'),
  to: z.string().optional().describe('Unix ms or RFC 3339, exclusive; default: now'),
  points: z.string().optional().describe(`Most points; default ${USUAL_POINTS}, at most ${MOST_POINTS}`),
  signals: z
    .string()
    .optional()
    .describe(`Which, by commas; default: all of ${SIGNALS.join(', ')}`),
});

/** A node's history for a picture: thinned so that peaks stay, with all signals on one time axis. */
export function seriesRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  app.get<{ Params: z.infer<typeof params>; Querystring: z.infer<typeof query> }>(
    '/nodes/:node/series',
    describeRoute({
      tag: 'nodes',
      summary: 'History of a node for a picture',
      answer: seriesShape,
      params,
      query,
    }),
    async (request): Promise<SeriesShape> => {
      const { params, query } = request;
      const node = pipeline.registry.find(params.node);
      if (!node) throw new Problem('not-found', `no node "${params.node}" has ever sent anything`);
      const to = query.to === undefined ? now() : readTime(query.to, 'to');
      const from = query.from === undefined ? to - HOUR_MS : readTime(query.from, 'from');
      if (from >= to) {
        throw new Problem('bad-request', `found from ${from}, expected a time before to ${to}`, {
          place: { path: 'from' },
        });
      }
      const signals = readSignals(query.signals);
      const points = readPoints(query.points);
      const { outline, stepMs } = await readPicture(pipeline, node, { from, to, points });
      const interval = pipeline.trend.node(node.id)?.interval || 0;
      return {
        node: node.name,
        from,
        to,
        step_ms: stepMs,
        ...thin(outline, signals, from, stepMs),
        marks: marksOf(outline, pipeline.registry, Math.max(interval, stepMs)),
      };
    },
  );
}

function readSignals(text: string | undefined): readonly Signal[] {
  if (text === undefined) return SIGNALS;
  return text.split(',').map((name) => {
    if (isSignal(name)) return name;
    throw new Problem('bad-request', `found signal "${name}", expected some of ${SIGNALS.join(', ')}`, {
      place: { path: 'signals' },
    });
  });
}

/** @throws Problem bad-request */
export function readPoints(text: string | undefined): number {
  const points = Number(text ?? USUAL_POINTS);
  if (Number.isInteger(points) && points >= 2 && points <= MOST_POINTS) return points;
  throw new Problem('bad-request', `found points "${text}", expected a number from 2 to ${MOST_POINTS}`, {
    place: { path: 'points' },
  });
}
