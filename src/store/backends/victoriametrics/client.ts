import { Problem } from '../../../problem.js';
import type { VictoriaOptions } from './options.js';

/** What a server says of why it refused; more would flood the log. */
const LONGEST_REASON = 300;

type Parameters = Readonly<Record<string, string>>;
type ClientOptions = Omit<VictoriaOptions, 'kind'>;

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

  /** Headers that identify us; they hold secrets. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /**
   * Writes lines of the InfluxDB line protocol, times in ms. Resolves when the server took them, which is not yet when
   * they can be read: a single node shows rows after about a second.
   * @throws Problem store-failed; `retryable` says whether the same lines may be taken later.
   */
  async write(lines: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const response = await this.#fetch(this.writeUrl, { method: 'POST', body: lines, headers });
    await response.arrayBuffer();
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
    const response = await this.#post(path, parameters);
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const piece of response.body ?? []) {
        const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    } catch (error) {
      throw error instanceof Problem ? error : unreachable(this.#select, error);
    }
    if (rest !== '') yield rest;
  }

  /** Any page of the server that reads are sent to, as text; the status is for the caller to judge. */
  async page(
    path: string,
  ): Promise<{ readonly status: number; readonly text: string; readonly date: string }> {
    const target = new URL(this.#select).origin + path;
    const response = await this.#fetch(target, {}, false);
    return {
      status: response.status,
      text: await response.text(),
      date: response.headers.get('date') ?? '',
    };
  }

  #post(path: string, parameters: Parameters): Promise<Response> {
    const body = new URLSearchParams(parameters);
    return this.#fetch(this.#select + path, { method: 'POST', body });
  }

  async #fetch(url: string, init: RequestInit, mustSucceed = true): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new Error(`no answer within ${this.#timeout} ms`)),
      this.#timeout,
    );
    let response: Response;
    try {
      const headers = { ...this.#headers, ...(init.headers as Record<string, string>) };
      // A redirect would carry the credentials elsewhere, or turn a write into a read.
      response = await fetch(url, { ...init, headers, signal: abort.signal, redirect: 'manual' });
    } catch (error) {
      throw unreachable(url, error);
    } finally {
      clearTimeout(timer);
    }
    if (response.ok || !mustSucceed) return response;
    throw refused(url, response, await response.text().catch(() => ''));
  }
}

function refused(url: string, response: Response, reason: string): Problem {
  const { status } = response;
  const where = new URL(url);
  const message = `${where.origin}${where.pathname} answered ${status}: ${brief(reason)}`;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
  return failed(message, status === 429 || status >= 500, CURES[status], { retryAfterMs });
}

const CURES: Readonly<Record<number, string>> = {
  401: 'Correct store.token, or store.user and store.password.',
  403: 'Correct store.token, or store.user and store.password; they may lack this right.',
  404: 'Correct store.url and store.tenant: a cluster needs a tenant, a single node has none.',
  422: 'The query asks for more than the limits of VictoriaMetrics allow; see its -search.max* flags.',
};

function unreachable(url: string, error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  const cure = 'Start VictoriaMetrics, or correct store.url.';
  return failed(`${new URL(url).origin} cannot be reached: ${reason}`, true, cure, { cause: error });
}

function failed(
  message: string,
  retryable: boolean,
  cure?: string,
  more: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
): Problem {
  const { cause, retryAfterMs } = more;
  return new Problem('store-failed', message, {
    retryable,
    ...(cure === undefined ? {} : { cure }),
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
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
