import type {} from '@fastify/swagger';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Clock } from '../clock.js';
import { Problem } from '../problem.js';
import type { Registry } from '../telemetry/index.js';
import { partialAnswer, problemOfBatch } from './answers.js';
import type { Authenticator } from './auth.js';
import { checkEncoding, decompress } from './body.js';
import { type Dialect, influxV1, influxV2, json } from './dialects.js';
import { type Accept, Door } from './door.js';
import { answerOf, noteProblem } from './errors.js';
import { addInfluxPings, addInfluxProbes } from './influx-probes.js';
import type { Batch } from './intake.js';
import { ReceiveMetrics } from './metrics.js';
import type { Names } from './names/index.js';
import type { ReceiveLimits } from './options.js';
import { isOtlpJson, OTLP_TYPES, otlp, otlpDoc } from './otlp-dialect.js';
import { type InfluxVersion, precisionOf } from './protocols/influx-precision.js';
import { remoteWrite, remoteWriteDoc, versionOf, writtenHeaders } from './remote-write-dialect.js';

export interface ReceivePluginOptions {
  readonly accept: Accept;
  /** Made with `limits.nodes` and `limits.labelsPerNode`, which it enforces. */
  readonly registry: Registry;
  readonly clock: Clock;
  readonly limits: ReceiveLimits;
  readonly authenticator: Authenticator;
  readonly names: Names;
  /** How old a sample may be, in ms. */
  readonly retentionMs: number;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
}

/** Hands the body to the door; resolves when what was good in it is durable. */
type Take = (request: FastifyRequest, body: Buffer, reply: FastifyReply) => Promise<Batch>;

const NOTHING_WRITTEN = { samples: 0, histograms: 0, exemplars: 0 };

const JSON_TYPES = ['application/json', 'application/x-ndjson'];

/** The writing side of the HTTP API: line protocol of InfluxDB 1 and 2, JSON, remote write and OTLP. */
export const receivePlugin: FastifyPluginAsync<ReceivePluginOptions> = async (app, options) => {
  const metrics = new ReceiveMetrics(options.metrics, options.registry.sources);
  const door = new Door({ ...options, metrics });

  const lines = (version: InfluxVersion, dialect: Dialect) => async (scope: FastifyInstance) => {
    // As InfluxDB does: whatever the content type says, it is line protocol.
    takeRawBodies(scope, ['*']);
    const take: Take = (request, body) => {
      const { precision } = request.query as { readonly precision?: unknown };
      return door.takeLines(dialect.protocol, body, precisionOf(version, precision));
    };
    addDoor(scope, dialect, options, metrics, take);
    if (version === 'v1') addInfluxProbes(scope);
  };
  addInfluxPings(app);
  await app.register(lines('v1', influxV1));
  await app.register(lines('v2', influxV2));
  await app.register(async (scope) => {
    takeRawBodies(scope, JSON_TYPES);
    const take: Take = (request, body) => {
      if (body.length === 0)
        throw new Problem('bad-json', 'found an empty body, expected a sample or an array of samples');
      const isNdjson = request.headers['content-type']?.startsWith('application/x-ndjson') ?? false;
      return isNdjson ? door.takeNdjson(body) : door.takeJson(body);
    };
    addDoor(scope, json, options, metrics, take);
  });
  await app.register(async (scope) => {
    takeRawBodies(scope, ['*']);
    const take: Take = async (request, body, reply) => {
      const version = versionOf(request.headers);
      if (version === 2) reply.headers(writtenHeaders(NOTHING_WRITTEN));
      const { batch, written } = await door.takeRemoteWrite(body, version);
      if (version === 2) reply.headers(writtenHeaders(written));
      return batch;
    };
    addDoor(scope, remoteWrite, options, metrics, take);
  });
  await app.register(async (scope) => {
    takeRawBodies(scope, OTLP_TYPES);
    const take: Take = (request, body) =>
      isOtlpJson(request) ? door.takeOtlpJson(body) : door.takeOtlpProtobuf(body);
    addDoor(scope, otlp, options, metrics, take);
  });
};

function takeRawBodies(scope: FastifyInstance, types: readonly string[]): void {
  scope.removeAllContentTypeParsers();
  for (const type of types) {
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  }
}

function addDoor(
  scope: FastifyInstance,
  dialect: Dialect,
  options: ReceivePluginOptions,
  metrics: ReceiveMetrics,
  take: Take,
): void {
  const { protocol, path } = dialect;
  const { authenticator, limits } = options;
  scope.setErrorHandler((error, request, reply) => dialect.send(reply, noteProblem(error, request)));
  // Before the body is read, so that nobody without a token can make us read one.
  scope.addHook('onRequest', async (request) => {
    const { authorization } = request.headers;
    authenticator.authenticate(dialect.secretOf({ authorization, query: request.query }), 'agents');
    checkEncoding(request.headers['content-encoding'], dialect.encodings);
    dialect.checkHeaders?.(request.headers);
  });
  scope.addHook('onResponse', async (_request, reply) => {
    metrics.countRequest(protocol, reply.statusCode, reply.elapsedTime / 1000);
  });
  // The log level keeps a line per request out of the log; refusals and failures are logged by themselves.
  scope.post(
    path,
    { bodyLimit: limits.bodyBytes, logLevel: 'warn', schema: docOf(dialect) },
    async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      metrics.countBytes(protocol, raw.length);
      const encoding = checkEncoding(request.headers['content-encoding'], dialect.encodings);
      const body = decompress(raw, encoding, limits);
      return answerBatch(reply, dialect, await take(request, body, reply));
    },
  );
}

function answerBatch(reply: FastifyReply, dialect: Dialect, batch: Batch): FastifyReply {
  if (dialect.answer) return dialect.answer(reply, batch);
  if (batch.refusals.total === 0) return reply.code(204).send();
  const problem = problemOfBatch(batch);
  return dialect.send(reply, problem, partialAnswer(batch, answerOf(problem)));
}

function docOf({ protocol }: Dialect) {
  const tags = ['write'];
  if (protocol === 'remote-write') return { tags, ...remoteWriteDoc };
  if (protocol === 'otlp') return { tags, ...otlpDoc };
  if (protocol === 'json') {
    const description =
      'One sample, an array of them, or one a line (application/x-ndjson): node, time (unix ms or RFC 3339; now when left out), labels, and any signal. 204 when all is durable; 400 when some were refused, which are named, and the others are durable.';
    return { tags, summary: 'Telemetry as JSON', description, consumes: JSON_TYPES };
  }
  const summary = `Telemetry as line protocol of InfluxDB ${protocol.slice(-1)}`;
  const description =
    'The node is the tag `node`, else `host`; other tags are labels; canonical signal names are fields of any measurement, and names of Telegraf are known. `precision` as in InfluxDB; its other parameters are accepted and ignored. gzip is understood. 204 when all is durable; 400 when some lines were refused, which are named, and the others are durable.';
  return { tags, summary, description, consumes: ['text/plain'] };
}
