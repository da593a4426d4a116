import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Problem } from '../problem.js';
import { type Credentials, secretOf, secretOrPasswordOf } from './auth.js';
import type { Encoding } from './body.js';
import { answerOf, type ProblemAnswer, sendProblem, setProblemHeaders } from './errors.js';
import type { Batch } from './intake.js';
import type { Protocol } from './metrics.js';

/** In what the doors differ towards their callers, line protocol and JSON apart. */
export interface Dialect {
  readonly protocol: Protocol;
  readonly path: string;
  readonly secretOf: (credentials: Credentials) => string | undefined;
  /** Sends a problem; `answer` where there is more to say than what the problem has. */
  readonly send: (reply: FastifyReply, problem: Problem, answer?: ProblemAnswer) => FastifyReply;
  /** Content encodings that it takes; where it is left out: gzip and none. */
  readonly encodings?: readonly Encoding[];
  /** Refuses a request by its headers, before its body is read. @throws Problem */
  readonly checkHeaders?: (headers: IncomingHttpHeaders) => void;
  /** Answers a body that was read to its end; where it is left out: 204, or `send` when something was refused. */
  readonly answer?: (reply: FastifyReply, batch: Batch) => FastifyReply;
}

export const influxV2: Dialect = {
  protocol: 'influx-v2',
  path: '/api/v2/write',
  secretOf,
  send: sendProblem,
};

export const json: Dialect = { protocol: 'json', path: '/api/v1/telemetry', secretOf, send: sendProblem };

export const influxV1: Dialect = {
  protocol: 'influx-v1',
  path: '/write',
  secretOf: secretOrPasswordOf,
  send: sendV1Problem,
};

/**
 * InfluxDB 1 puts the text under `error` and into a header. Its output in Telegraf drops the batch on any 4xx, 429
 * included, so what may be sent again is always 503 here.
 */
function sendV1Problem(
  reply: FastifyReply,
  problem: Problem,
  answer: ProblemAnswer & { readonly refused?: number } = answerOf(problem),
): FastifyReply {
  setProblemHeaders(reply, problem);
  if (problem.status === 401) reply.header('www-authenticate', 'Basic realm="headroom"');
  const dropped = answer.refused === undefined ? '' : ` dropped=${answer.refused}`;
  const error = answer.message + dropped;
  const header = error.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);
  return reply
    .code(problem.status === 429 ? 503 : problem.status)
    .header('x-influxdb-error', header)
    .type('application/json; charset=utf-8')
    .send({ error, ...answer });
}
