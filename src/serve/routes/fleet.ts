import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { describeRoute } from '../describe.js';
import type { FleetView } from '../fleet/fleet-view.js';
import { fleetShape } from '../shapes.js';

const query = z.object({
  since: z
    .string()
    .optional()
    .describe('run:revision of an earlier answer; only what has changed since is told'),
});

/** Smaller answers are sent as they are. */
const WORTH_PACKING = 4096;
const pack = promisify(gzip);

/** All nodes in columns, as the page needs them. */
export function fleetRoutes(app: FastifyInstance, fleet: FleetView, now: () => number): void {
  app.get<{ Querystring: z.infer<typeof query> }>(
    '/fleet',
    describeRoute({
      tag: 'nodes',
      summary: 'All nodes in columns: state, use, limit, forecast',
      answer: fleetShape,
      query,
    }),
    async (request, reply) => {
      const text = JSON.stringify(await fleet.answer(readSince(request.query.since), now()));
      void reply.type('application/json; charset=utf-8').header('vary', 'accept-encoding');
      const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      if (!takesGzip || text.length < WORTH_PACKING) return reply.send(text);
      return reply.header('content-encoding', 'gzip').send(await pack(text, { level: 4 }));
    },
  );
}

function readSince(text: string | undefined): { run: string; revision: number } | undefined {
  if (text === undefined) return undefined;
  const found = /^([\w-]+):(\d+)$/.exec(text);
  if (found) return { run: found[1], revision: Number(found[2]) };
  throw new Problem('bad-request', `found since "${text}", expected run:revision of an earlier answer`, {
    place: { path: 'since' },
  });
}
