import { HttpError } from '@influxdata/influxdb-client';
import { Problem } from '../../../problem.js';
import { faultKindOf, RemoteFault, retryAfterMs } from '../../remote/index.js';

/** Why a write failed. `now` is for a Retry-After that is a date. */
export function writeFault(error: unknown, name: string, now: number): RemoteFault {
  if (!(error instanceof HttpError)) {
    return new RemoteFault('unavailable', `${name} does not answer: ${reasonOf(error)}`, { cause: error });
  }
  const header = error.headers?.['retry-after'];
  // The client itself takes these seconds for milliseconds.
  const after = retryAfterMs(Array.isArray(header) ? header[0] : header, now);
  // Before 2.1 a batch of which some points were dropped (too old, of another type) was answered with 500, not 422.
  const isPartial = error.statusCode === 500 && /partial write/.test(reasonOf(error));
  return new RemoteFault(
    isPartial ? 'refused' : faultKindOf(error.statusCode),
    `${name} answers ${error.statusCode}: ${reasonOf(error)}`,
    {
      cause: error,
      ...(after === undefined ? {} : { retryAfterMs: after }),
    },
  );
}

/** Why a query failed, as a problem of the reader: 503 until the database can be reached. */
export function queryProblem(error: unknown, name: string): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof HttpError)) {
    return new Problem('store-unreachable', `${name} does not answer: ${reasonOf(error)}`, { cause: error });
  }
  const isBadQuery = error.statusCode === 400;
  return new Problem(
    isBadQuery ? 'store-failed' : 'store-unreachable',
    `${name} answers ${error.statusCode} to a query: ${reasonOf(error)}`,
    { cause: error, ...(isBadQuery ? { cure: 'See whether `headroom store check` finds something.' } : {}) },
  );
}

/** What went wrong, on one line: of an error with causes, the innermost that says something. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const { message, code } = error as { message?: string; code?: string };
  const text = message || code || String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
