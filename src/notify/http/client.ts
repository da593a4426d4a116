import type { Clock } from '../../clock.js';
import { Problem } from '../../problem.js';
import { parseDuration } from '../../telemetry/index.js';
import { isPrivateHost } from './private-address.js';
import { reach } from './reach.js';

export interface HttpOptions {
  /** As in the configuration, such as `15s`. */
  readonly timeout: string;
  readonly privateAddresses: boolean;
}

export interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text to post; a GET without it. */
  readonly body?: string;
  /** Ends the request early, beside its own time limit: a bound over several requests. */
  readonly signal?: AbortSignal;
  /** Statuses beside 2xx that are an answer to be read, not a refusal. */
  readonly answers?: readonly number[];
  /** How long to leave alone who answers 429 without Retry-After, ms. */
  readonly pauseMs?: number;
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What is read of a refusal, for the log. */
const REFUSAL_BYTES = 2048;
/** No receiver has more to say to a message; what floods is not one. */
const ANSWER_BYTES = 65_536;

/**
 * Asks receivers over HTTP. The answer decides: 2xx is success; 408, 425, 429 and 5xx are to be tried again, after
 * Retry-After if it is there; anything else, redirects included, is a refusal. Every request ends within the time limit.
 */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(options: HttpOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#timeoutMs = parseDuration(options.timeout) ?? 15_000;
  }

  /** Success by the status alone; what the answer says is not waited for. @throws Problem as `ask` */
  async send(url: URL, request: Request): Promise<void> {
    const response = await this.#request(url, request);
    await response.body?.cancel();
  }

  /**
   * The answer to a request.
   * @throws Problem channel-unavailable (retryAfterMs when the receiver said so) or channel-refused
   */
  async ask(url: URL, request: Request): Promise<Answer> {
    const response = await this.#request(url, request);
    const { status } = response;
    const { text, isCut, brokeOff } = await readUpTo(response, ANSWER_BYTES);
    if (brokeOff !== undefined) {
      throw new Problem('channel-unavailable', `${url.host} answered ${status}, but ${brokeOff}`);
    }
    if (isCut) {
      throw new Problem(
        'channel-unavailable',
        `${url.host} answered ${status} with over ${ANSWER_BYTES} bytes`,
      );
    }
    return { status, text };
  }

  /** Whether a connection can be made, TLS included. @throws Problem channel-unavailable, channel-refused */
  async reach(url: URL): Promise<void> {
    await this.#refusePrivate(url);
    await reach(url, this.#timeoutMs);
  }

  async #request(url: URL, request: Request): Promise<Response> {
    const { headers = {}, body, signal, answers = [] } = request;
    await this.#refusePrivate(url);
    const limits = [AbortSignal.timeout(this.#timeoutMs), ...(signal ? [signal] : [])];
    let response: Response;
    try {
      response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'user-agent': 'Headroom', ...headers },
        redirect: 'manual',
        signal: AbortSignal.any(limits),
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      const why = signal?.aborted
        ? 'did not take all requests of one delivery in time'
        : describeFailure(error, this.#options.timeout);
      throw new Problem('channel-unavailable', `${url.host} ${why}`);
    }
    if (!response.ok && !answers.includes(response.status)) await this.#refuse(response, url.host, request);
    return response;
  }

  async #refuse(response: Response, host: string, { pauseMs }: Request): Promise<never> {
    const { status } = response;
    const { text, brokeOff } = await readUpTo(response, REFUSAL_BYTES);
    const answer = brokeOff === undefined ? oneLine(text) : `(${brokeOff})`;
    const said = answer === '' ? '' : `: ${answer}`;
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      const asked = parseRetryAfter(response.headers.get('retry-after'), this.#clock.now());
      const retryAfterMs = asked ?? (status === 429 ? pauseMs : undefined);
      throw new Problem('channel-unavailable', `${host} answered ${status}${said}`, {
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    }
    if (status < 400) {
      throw new Problem('channel-refused', `${host} answered ${status}, a redirect, which is not followed`, {
        cure: 'Configure the address that it leads to, then send again.',
      });
    }
    throw new Problem(
      'channel-refused',
      `${host} answered ${status}${status === 410 ? ' (gone)' : ''}${said}`,
    );
  }

  async #refusePrivate(url: URL): Promise<void> {
    if (this.#options.privateAddresses || !(await isPrivateHost(url.hostname))) return;
    throw new Problem('channel-refused', `${url.host} is in a private network`, {
      cure: 'Set privateAddresses to true if that is intended, then send again.',
    });
  }
}

/** What is JSON in an answer; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The start of what a receiver said as one line, for a sentence about it. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** RFC 9110 section 10.2.3: seconds, or a date. In ms from now; undefined when it is neither. */
function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

interface Part {
  readonly text: string;
  /** Whether there was more. */
  readonly isCut: boolean;
  /** Why the rest is not known; undefined when all of it came. */
  readonly brokeOff: string | undefined;
}

async function readUpTo(response: Response, most: number): Promise<Part> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let brokeOff: string | undefined;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part);
      bytes += part.length;
      if (bytes > most) break;
    }
  } catch (error) {
    brokeOff = `the answer broke off: ${error instanceof Error ? error.name : 'error'}`;
  }
  const text = Buffer.concat(parts).subarray(0, most).toString('utf8');
  return { text, isCut: bytes > most, brokeOff };
}

function describeFailure(error: unknown, timeout: string): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `did not answer within ${timeout}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause && 'code' in cause ? String(cause.code) : undefined;
  return `cannot be reached (${code ?? cause?.message ?? 'no reason given'})`;
}
