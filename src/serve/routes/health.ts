import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Registry as Metrics } from 'prom-client';
import { z } from 'zod';
import { describeRoute } from '../describe.js';

export interface Health {
  /** Why the service cannot serve now; undefined while it can. */
  unready(): string | undefined;
  readonly metrics: Metrics;
  /** Metrics of nodes and pools, in pieces. */
  fleet(): AsyncIterable<string>;
}

const statusShape = z.object({ status: z.string(), reason: z.string().optional() });

/** Liveness, readiness and the service's own metrics. Open to all: probes and Prometheus carry no tokens. */
export function healthRoutes(app: FastifyInstance, { unready, metrics, fleet }: Health): void {
  const tag = 'itself';
  app.get('/healthz', describeRoute({ tag, summary: 'Is the process alive', answer: statusShape }), () => ({
    status: 'ok',
  }));
  app.get(
    '/readyz',
    describeRoute({ tag, summary: 'Can it take samples', answer: statusShape }),
    (_request, reply: FastifyReply) => {
      const reason = unready();
      if (reason === undefined) return reply.send({ status: 'ready' });
      return reply.code(503).header('retry-after', '1').send({ status: 'not ready', reason });
    },
  );
  app.get(
    '/metrics',
    { schema: { tags: [tag], summary: 'Metrics of the service (Prometheus)' } },
    (request, reply) => {
      const pieces = async function* () {
        yield `${await metrics.metrics()}\n`;
        yield* fleet();
      };
      const text = Readable.from(pieces());
      reply.type(metrics.contentType).header('vary', 'accept-encoding');
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(text);
      // Compressed on other threads; a large fleet's text repeats itself, the fastest level makes a tenth of it.
      // A reader that goes away ends both streams; nobody is left to be told.
      return reply
        .header('content-encoding', 'gzip')
        .send(pipeline(text, createGzip({ level: 1 }), () => {}));
    },
  );
}
