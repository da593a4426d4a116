import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Problem } from '../../../problem.js';
import { faultKindOf, RemoteFault, retryAfterMs } from '../../remote/fault.js';
import type { VictoriaOptions } from './options.js';

/** What a server says of why it refused; more would flood the log. */
const LONGEST_REASON = 300;

const gzipped = promisify(gzip);

type Parameters = Readonly<Record<string, string>>;
type ClientOptions = Pick<
  VictoriaOptions,
  'url' | 'writeUrl' | 'tenant' | 'token' | 'user' | 'password' | 'timeout'
>;

/**
 * VictoriaMetrics' HTTP API, of a single node or of a tenant of a cluster.
 * https://docs.victoriametrics.com/#prometheus-querying-api-usage, https://docs.victoriametrics.com/cluster-victoriametrics/#url-format
 */
export class VictoriaClient {
  readonly #select: string;
  readonly #insert: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeout: number;

  constructor({ url, writeUrl = url, tenant, token, user, password, timeout }: ClientOptions) {
    const [select, insert] = [url, writeUrl].map((text) => text.replace(/\/+$/, ''));
    this.#select = tenant === undefined ? select : `${select}/select/${tenant}/prometheus`;
    this.#insert = tenant === undefined ? insert : `${insert}/insert/${tenant}/influx`;
    const basic = Buffer.from(`${user}:${password}`).toString('base64');
    const authorization = token === undefined ? user && `Basic ${basic}` : `Bearer ${token}`;
    this.#headers = authorization ? { authorization } : {};
    this.#timeout = timeout;
  }

  /** Where lines are written, for a sender of its own and for what people read. */
  get writeUrl(): string {
    return `${this.#insert}/api/v2/write?precision=ms`;
  }

  get readUrl(): string {
    return this.#select;
  }

  /**
   * Writes lines of the InfluxDB line protocol, times in ms. Resolves when the server took them, which is not yet when
   * they can be read: a single node shows rows after about a second. `now` is unix ms.
   * @throws RemoteFault
   */
  async write(lines: string, now: number): Promise<void> {
    const body = new Uint8Array(await gzipped(lines, { level: 1 }));
    let response: Response;
    let reason: string;
    try {
      const headers = { 'content-encoding': 'gzip' };
      response = await this.#fetch(this.writeUrl, { method: 'POST', body, headers });
      reason = await response.text();
    } catch (error) {
      const { message } = unreachable(this.writeUrl, error);
      throw new RemoteFault('unavailable', message, { cause: error });
    }
    const { status, headers } = response;
    if (response.ok) return;
    const waitMs = retryAfterMs(headers.get('retry-after'), now);
    // Lines that it cannot read it skips with a 204; a 400 means that there is no such path.
    const kind = status === 400 ? 'blocked' : faultKindOf(status);
    const options = waitMs === undefined ? {} : { retryAfterMs: waitMs };
    throw new RemoteFault(kind, refused(this.writeUrl, status, reason).message, options);
  }

  /** An answer of the query API: what stands under `data`. @throws Problem store-failed */
  async query<Data>(path: string, parameters: Parameters): Promise<Data> {
    const response = await this.#post(path, parameters);
    const text = await response.text();
    const answer = parseAnswer(text);
    if (answer?.status !== 'success')
      throw failed(`${this.#select}${path} did not answer as VictoriaMetrics does: ${brief(text)}`, false);
    return answer.data as Data;
  }

  /**
   * An answer as lines, as they come. Ending the iteration early ends the request.
   * @throws Problem store-failed, also when the answer breaks off.
   */
  async *lines(path: string, parameters: Parameters): AsyncGenerator<string, void, undefined> {
    const abort = new AbortController();
    const timer = this.#timer(abort);
    try {
      const response = await this.#post(path, parameters, abort);
      const decoder = new TextDecoder();
      let rest = '';
      for await (const piece of response.body ?? []) {
        timer.refresh();
        const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          yield line;
          // The reader may have taken its time.
          timer.refresh();
        }
      }
      if (rest !== '') yield rest;
    } catch (error) {
      throw error instanceof Problem ? error : unreachable(this.#select, error);
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  /** Any page of the server that reads are sent to; the status is for the caller to judge. @throws Problem store-failed */
  async page(
    path: string,
  ): Promise<{ readonly status: number; readonly text: string; readonly date: string }> {
    const url = new URL(this.#select).origin + path;
    try {
      const response = await this.#fetch(url, {});
      const { status, headers } = response;
      return { status, text: await response.text(), date: headers.get('date') ?? '' };
    } catch (error) {
      throw unreachable(url, error);
    }
  }

  async #post(path: string, parameters: Parameters, abort?: AbortController): Promise<Response> {
    const url = this.#select + path;
    const body = new URLSearchParams(parameters);
    const response = await this.#fetch(url, { method: 'POST', body }, abort).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    if (response.ok) return response;
    throw refused(url, response.status, await response.text().catch(() => ''));
  }

  async #fetch(url: string, init: RequestInit, abort?: AbortController): Promise<Response> {
    const own = abort ?? new AbortController();
    const timer = abort ? undefined : this.#timer(own);
    try {
      const headers = { ...this.#headers, ...(init.headers as Record<string, string>) };
      // A redirect would carry the credentials elsewhere, or turn a write into a read.
      return await fetch(url, { ...init, headers, signal: own.signal, redirect: 'manual' });
    } finally {
      clearTimeout(timer);
    }
  }

  #timer(abort: AbortController): NodeJS.Timeout {
    const late = (): void => abort.abort(new Error(`nothing came within ${this.#timeout} ms`));
    return setTimeout(late, this.#timeout);
  }
}

function refused(url: string, status: number, reason: string): Problem {
  const { origin, pathname } = new URL(url);
  const message = `${origin}${pathname} answered ${status}: ${brief(reason)}`;
  return failed(message, status === 429 || status >= 500, CURES[status]);
}

const CURES: Readonly<Record<number, string>> = {
  401: 'Correct store.token, or store.user and store.password.',
  403: 'Correct store.token, or store.user and store.password; they may lack this right.',
  400: 'Correct store.url and store.tenant: a cluster needs a tenant, a single node has none.',
  404: 'Correct store.url and store.tenant: a cluster needs a tenant, a single node has none.',
  422: 'The query asks for more than the limits of VictoriaMetrics allow; see its -search.max* flags.',
};

function unreachable(url: string, error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  const cure =
    reason === 'bad port'
      ? 'Let VictoriaMetrics listen at another port: Node does not speak to this one (the Fetch standard blocks it).'
      : 'Start VictoriaMetrics, or correct store.url.';
  return failed(`${new URL(url).origin} cannot be reached: ${reason}`, true, cure, error);
}

function failed(message: string, retryable: boolean, cure?: string, cause?: unknown): Problem {
  return new Problem('store-failed', message, {
    retryable,
    ...(cure === undefined ? {} : { cure }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function brief(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}...` : line || 'nothing';
}

function parseAnswer(text: string): { readonly status?: unknown; readonly data?: unknown } | undefined {
  try {
    return JSON.parse(text) as { status?: unknown };
  } catch {
    return undefined;
  }
}
