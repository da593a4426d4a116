import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../problem.js';
import { problemOfBatch } from './answers.js';
import { secretOf } from './auth.js';
import type { Dialect } from './dialects.js';
import { answerOf, type ProblemAnswer, setProblemHeaders } from './errors.js';
import type { Batch } from './intake.js';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

export const OTLP_TYPES = [PROTOBUF, JSON_TYPE];

/** As `https://opentelemetry.io/docs/specs/otlp/#otlphttp-response` has it: the answer is of the type of the request. */
export const otlp: Dialect = {
  protocol: 'otlp',
  path: '/v1/metrics',
  secretOf,
  send: sendStatus,
  answer: answerBatch,
};

export const otlpDoc = {
  summary: 'Telemetry as OTLP metrics',
  description:
    'An ExportMetricsServiceRequest in protobuf, or in JSON as OTLP writes it; gzip is understood. Gauges, sums, histograms and summaries; streams of deltas are added up. 200 when all is durable that is a signal, with `partialSuccess` when some points were refused and the others are durable; 400 when nothing was good. Other answers carry a google.rpc.Status.',
  consumes: OTLP_TYPES,
};

export function isOtlpJson(request: FastifyRequest): boolean {
  return request.headers['content-type']?.trimStart().toLowerCase().startsWith(JSON_TYPE) ?? false;
}

/** google.rpc.Code by HTTP status: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const RPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 429: 8, 500: 13, 503: 14 };
const INVALID_ARGUMENT = 3;

/** `google.rpc.Status { int32 code = 1; string message = 2; }` */
function sendStatus(
  reply: FastifyReply,
  problem: Problem,
  answer: ProblemAnswer = answerOf(problem),
): FastifyReply {
  setProblemHeaders(reply, problem);
  reply.code(problem.status);
  const code = RPC_CODES[problem.status] ?? INVALID_ARGUMENT;
  const place = answer.path ? `${answer.path}: ` : answer.line ? `${answer.line}:${answer.column}: ` : '';
  const message = `${place}${answer.message}. ${answer.cure}`;
  if (answersJson(reply)) return reply.type(JSON_TYPE).send(JSON.stringify({ code, message }));
  return reply.type(PROTOBUF).send(Buffer.concat([varintField(1, code), textField(2, message)]));
}

/** `ExportMetricsServiceResponse`; its `partial_success` is unset when all was good. */
function answerBatch(reply: FastifyReply, batch: Batch): FastifyReply {
  const { accepted, ignored, refusals } = batch;
  const rejected = refusals.total;
  if (rejected > 0 && accepted + ignored === 0) {
    // The message names the place of each already.
    const problem = problemOfBatch(batch);
    const { code, message, cure } = answerOf(problem);
    return sendStatus(reply, problem, { code, message, cure });
  }
  reply.code(200);
  const isJson = answersJson(reply);
  reply.type(isJson ? JSON_TYPE : PROTOBUF);
  if (rejected === 0) return reply.send(isJson ? '{}' : Buffer.alloc(0));
  const { message, cure } = problemOfBatch(batch);
  const errorMessage = `${message}. ${cure}`;
  if (isJson) {
    // An int64 is a string in JSON of protobuf.
    const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage };
    return reply.send(JSON.stringify({ partialSuccess }));
  }
  const partial = Buffer.concat([varintField(1, rejected), textField(2, errorMessage)]);
  return reply.send(bytesField(1, partial));
}

/** What is no protobuf is answered in JSON, which a person can read. */
function answersJson(reply: FastifyReply): boolean {
  return !(reply.request.headers['content-type'] ?? '').trimStart().toLowerCase().startsWith(PROTOBUF);
}

function varintField(number: number, value: number): Buffer {
  return Buffer.from([number << 3, ...varint(value)]);
}

function textField(number: number, text: string): Buffer {
  return bytesField(number, Buffer.from(text, 'utf8'));
}

function bytesField(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}
