import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../problem.js';
import { secretOrPasswordOf } from './auth.js';
import type { Dialect } from './dialects.js';
import { sendProblem } from './errors.js';
import type { RemoteWriteVersion, Written } from './protocols/remote-write/reader.js';

export const remoteWrite: Dialect = {
  protocol: 'remote-write',
  path: '/api/v1/write',
  secretOf: secretOrPasswordOf,
  send: sendProblem,
  encodings: ['snappy'],
  checkHeaders: (headers) => void versionOf(headers),
};

const MESSAGES: Readonly<Record<string, RemoteWriteVersion>> = {
  'prometheus.WriteRequest': 1,
  'io.prometheus.write.v2.Request': 2,
};

/**
 * Which message a body holds, by its content type. One without it is of version 1, as senders older than the
 * specification write it.
 * @throws Problem unsupported-media
 */
export function versionOf(headers: IncomingHttpHeaders): RemoteWriteVersion {
  const [type, ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim());
  if (type === '' && parameters.length === 0) return 1;
  const proto = parameters.find((parameter) => /^proto=/i.test(parameter))?.slice('proto='.length);
  const message = proto?.replace(/^"(.*)"$/, '$1') ?? 'prometheus.WriteRequest';
  if (type.toLowerCase() === 'application/x-protobuf' && Object.hasOwn(MESSAGES, message))
    return MESSAGES[message];
  const found = JSON.stringify((headers['content-type'] ?? '').slice(0, 100));
  throw new Problem(
    'unsupported-media',
    `found Content-Type ${found}, expected application/x-protobuf, with proto=${Object.keys(MESSAGES).join(' or ')}`,
  );
}

/** What version 2 asks every answer to a body to tell. */
export function writtenHeaders({
  samples,
  histograms,
  exemplars,
}: Written): Readonly<Record<string, string>> {
  return {
    'x-prometheus-remote-write-samples-written': String(samples),
    'x-prometheus-remote-write-histograms-written': String(histograms),
    'x-prometheus-remote-write-exemplars-written': String(exemplars),
  };
}

export const remoteWriteDoc = {
  summary: 'Metrics by Prometheus remote write 1.0 and 2.0',
  description:
    'A protobuf message, snappy in its block format: prometheus.WriteRequest, or io.prometheus.write.v2.Request where the content type says so with `proto=`. The node is the label `node`, else what the tables of names say; metrics are known by the names that exporters give them (docs/names.md). Series that carry no signal are accepted and left out; a stale marker ends a series and is no value; of a native histogram the count and the sum are read; exemplars are accepted and not kept. 204 when all is durable; 400 when some samples were refused, which are named, and the others are durable. To a 2.0 body the answer tells in X-Prometheus-Remote-Write-Samples-Written, -Histograms-Written and -Exemplars-Written how many were taken in, those left out included.',
  consumes: ['application/x-protobuf'],
};
