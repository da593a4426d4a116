/**
 * Why a database did not take lines. `malformed`: it cannot read one of them, and took none; `refused`: it never will take
 * some of them, and has taken the others; `too-large`: it would, in smaller pieces; `blocked`: not until an operator
 * changes something (token, bucket); `unavailable`: later.
 */
export type FaultKind = 'malformed' | 'refused' | 'too-large' | 'blocked' | 'unavailable';

export class RemoteFault extends Error {
  readonly kind: FaultKind;
  /** Earliest time to try again, ms from now, where the database named one. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RemoteFault';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What an HTTP status says of a write, by the InfluxDB v2 API; the same holds for those that speak its protocol. */
export function faultKindOf(status: number): FaultKind {
  if (status === 413) return 'too-large';
  // 408 and 429 are asked to come again, 425 too.
  if ([408, 425, 429].includes(status) || status >= 500) return 'unavailable';
  if (status === 400) return 'malformed';
  if (status === 422) return 'refused';
  return 'blocked';
}

/** `Retry-After` as ms from `now`: seconds, or a date of HTTP (RFC 9110 section 10.2.3); undefined for anything else. */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
