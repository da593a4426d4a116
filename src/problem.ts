/**
 * The one error type and the catalogue of its codes. A Problem is something a user can act on: it has a code, a
 * sentence that says what was found and what was expected, and a cure. Anything else that is thrown is a bug.
 */

/** What each code means. `status` is the HTTP answer, `retryable` whether the same request may succeed later. */
export const PROBLEMS = {
  'bad-line': { status: 400, retryable: false, cure: 'Correct the line; the answer names it.' },
  'bad-json': { status: 400, retryable: false, cure: 'Send one sample object or an array of them.' },
  'bad-sample': { status: 400, retryable: false, cure: 'Correct the field that the answer names.' },
  'bad-request': { status: 400, retryable: false, cure: 'Correct the parameter that the answer names.' },
  'bad-gzip': { status: 400, retryable: false, cure: 'Send gzip, or drop the Content-Encoding header.' },
  'bad-protobuf': {
    status: 400,
    retryable: false,
    cure: 'Send the message that this path takes, in protobuf; docs/agents says which.',
  },
  'bad-snappy': {
    status: 400,
    retryable: false,
    cure: 'Send snappy in its block format, or drop the Content-Encoding header.',
  },
  'not-signed-in': {
    status: 401,
    retryable: false,
    cure: 'Send "Authorization: Bearer TOKEN" (or "Token TOKEN") with a token from the configuration.',
  },
  'not-allowed': { status: 403, retryable: false, cure: 'Use a token of the right kind for this path.' },
  'not-found': { status: 404, retryable: false, cure: 'Check the name; /docs lists what there is.' },
  'bad-link': {
    status: 403,
    retryable: false,
    cure: 'Use the link as it stands in the message, whole; or `headroom ack`.',
  },
  'link-expired': {
    status: 410,
    retryable: false,
    cure: 'Use a link of a later message, or `headroom ack`.',
  },
  'service-unreachable': {
    status: 502,
    retryable: true,
    cure: 'Start it with `headroom serve`, or name its address with --service or HEADROOM_SERVICE.',
  },
  'too-large': {
    status: 413,
    retryable: false,
    cure: 'Send smaller batches, or raise limits in the configuration.',
  },
  'unsupported-media': {
    status: 415,
    retryable: false,
    cure: 'Use a content type and encoding that /docs lists.',
  },
  'too-many-nodes': {
    status: 429,
    retryable: true,
    cure: 'Raise limits.nodes in the configuration, or find the agent that invents node names.',
  },
  'too-many-attempts': {
    status: 429,
    retryable: true,
    cure: 'Wait for the time in Retry-After, then try with the right token.',
  },
  'too-often': { status: 429, retryable: true, cure: 'Wait for the time in Retry-After.' },
  'backtest-busy': {
    status: 409,
    retryable: true,
    cure: 'Only one runs at a time; try again when it has ended.',
  },
  'too-many-labels': {
    status: 400,
    retryable: false,
    cure: 'Send fewer labels, or raise limits.labelsPerNode.',
  },
  'label-too-long': {
    status: 400,
    retryable: false,
    cure: 'Shorten the label, or raise limits.labelLength.',
  },
  'out-of-range-time': {
    status: 400,
    retryable: false,
    cure: 'Check the clock of the sender and the precision.',
  },
  'store-busy': { status: 503, retryable: true, cure: 'Send again after the time in Retry-After.' },
  'store-failed': { status: 503, retryable: true, cure: 'See the log of the service; send again later.' },
  'store-unreachable': {
    status: 503,
    retryable: true,
    cure: 'Bring the database back; `headroom store check` says what is wrong. Rows are kept in the queue meanwhile.',
  },
  'store-locked': {
    status: 503,
    retryable: false,
    cure: 'Stop the other process that uses this data folder.',
  },
  'shutting-down': { status: 503, retryable: true, cure: 'Send again; the service is stopping or starting.' },
  'bad-rules': { status: 400, retryable: false, cure: 'Correct the findings; the old rules stay armed.' },
  'bad-config': {
    status: 400,
    retryable: false,
    cure: 'Correct the configuration; `headroom check` explains.',
  },
  'bad-trace': {
    status: 400,
    retryable: false,
    cure: 'Correct the file; see docs/replay.md for the format.',
  },
  'bad-option': { status: 400, retryable: false, cure: 'See --help.' },
  'channel-refused': {
    status: 502,
    retryable: false,
    cure: 'Correct the channel or the recipient; then send again.',
  },
  'channel-unavailable': {
    status: 502,
    retryable: true,
    cure: 'The message is kept and sent again with backoff.',
  },
  internal: { status: 500, retryable: false, cure: 'This is a bug in Headroom; the log has the details.' },
} as const satisfies Record<string, { status: number; retryable: boolean; cure: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Where in a user's text the fault is. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Path of a field in JSON or YAML, such as `samples[3].rss`. */
  readonly path?: string;
}

export interface ProblemOptions {
  readonly place?: Place;
  /** Replaces the catalogue's cure where a better one is known. */
  readonly cure?: string;
  /** Earliest time to try again, in ms from now. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** Overrides the catalogue where one code covers both cases. */
  readonly retryable?: boolean;
}

export class Problem extends Error {
  readonly code: ProblemCode;
  readonly place: Place;
  readonly cure: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ProblemCode, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.place = options.place ?? {};
    this.cure = options.cure ?? PROBLEMS[code].cure;
    this.retryable = options.retryable ?? PROBLEMS[code].retryable;
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** `file:line:column` as far as it is known, the form that editors and terminals turn into links. */
export function formatPlace(place: Place): string {
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  return [position, place.path].filter((part) => part !== undefined && part !== '').join(' ');
}

/** Any thrown value as a Problem; what is not one already is a bug and says so without its stack. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('internal', error instanceof Error ? error.message : String(error), { cause: error });
}
