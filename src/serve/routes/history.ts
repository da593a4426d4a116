import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { SampleLines } from '../../telemetry/index.js';
import { describeRoute } from '../describe.js';
import { readTime } from '../read.js';

const HOUR_MS = 3_600_000;

const historyQuery = z.object({
  from: z.string().optional().describe('Unix ms or RFC 3339, inclusive; default: an hour before to'),
  to: z.string().optional().describe('Unix ms or RFC 3339, exclusive; default: now'),
  step_ms: z
    .string()
    .optional()
    .describe('At most one sample a node in this many ms; 0, the default, gives every sample'),
});
const extentShape = z.object({
  oldest: z.number().nullable().describe('Unix milliseconds; null while nothing is kept'),
  newest: z.number().nullable().describe('Unix milliseconds'),
  nodes: z.number(),
  rows: z.number(),
});

/** All nodes' history, as a backtest or a copy to another place needs it. */
export function historyRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const { history } = pipeline.store;
  const tag = 'history';
  app.get<{ Querystring: z.infer<typeof historyQuery> }>(
    '/history',
    describeRoute({
      tag,
      summary: 'History of all nodes, a sample a line, in time order',
      answer: z.string(),
      query: historyQuery,
    }),
    (request, reply) => {
      const { query } = request;
      const to = query.to === undefined ? now() : readTime(query.to, 'to');
      const from = query.from === undefined ? to - HOUR_MS : readTime(query.from, 'from');
      const stepMs = readStep(query.step_ms ?? '0');
      const lines = new SampleLines(pipeline.registry);
      const pieces = async function* () {
        for await (const rows of history.scan(from, to, stepMs)) yield lines.write(rows);
      };
      // Asks for the next piece when the reader has taken the one before; ends the scan when the reader goes away.
      const stream = Readable.from(pieces(), { objectMode: true, highWaterMark: 1 });
      return reply.type('application/x-ndjson').send(stream);
    },
  );
  app.get(
    '/history/extent',
    describeRoute({ tag, summary: 'Which stretch of time is kept', answer: extentShape }),
    async (): Promise<z.infer<typeof extentShape>> => {
      const { oldest, newest, rows } = await history.stats();
      const nodes = pipeline.registry.nodes.length;
      return { oldest: oldest ?? null, newest: newest ?? null, nodes, rows };
    },
  );
}

/** @throws Problem bad-request */
function readStep(text: string): number {
  const ms = Number(text);
  if (text !== '' && ms >= 0 && Number.isFinite(ms)) return ms;
  throw new Problem('bad-request', `found step_ms "${text}", expected milliseconds such as 150000, or 0`, {
    place: { path: 'step_ms' },
  });
}
