import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { PROBLEMS, Problem, type ProblemCode } from '../problem.js';

/** How to reach a running service. */
export interface Connection {
  readonly service: string;
  readonly token?: string;
}

/** Longest wait for an answer; the service answers within milliseconds when it is well. */
const PATIENCE_MS = 15_000;

const TOKEN_CURE = 'Give a token of people with --token or HEADROOM_TOKEN; changes need one with role admin.';

/** Adds the options of every command that asks a running service. */
export function withConnection(command: Command): Command {
  return command
    .addOption(
      new Option('--service <url>', 'where the service listens')
        .env('HEADROOM_SERVICE')
        .default('http://127.0.0.1:8420'),
    )
    .addOption(
      new Option('--token <token>', 'a token of people; better given in the environment').env(
        'HEADROOM_TOKEN',
      ),
    );
}

/** `--format`, for people or for programs. */
export function formatOption(): Option {
  return new Option('--format <format>', 'output').choices(['table', 'json']).default('table');
}

/** `--by`, and who acts when it is left out: the user of this machine, unless the token says it. */
export function actorOf(given: { readonly by?: string; readonly token?: string }): string | undefined {
  if (given.by !== undefined || given.token !== undefined) return given.by;
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password file, as in containers.
    return undefined;
  }
}

/** The same for a request without a body. */
export function byQuery(by: string | undefined): string {
  return by === undefined ? '' : `?${new URLSearchParams({ by })}`;
}

/** Asks the API of a running service. */
export class ServiceClient {
  readonly #base: string;
  readonly #token: string | undefined;

  /** @throws Problem bad-option when the address is none */
  constructor({ service, token }: Connection) {
    this.#base = readBase(service);
    this.#token = token;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#ask('GET', path);
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#ask('POST', path, body);
  }

  delete<Answer>(path: string): Promise<Answer> {
    return this.#ask('DELETE', path);
  }

  /** @throws Problem service-unreachable, or what the service answers */
  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { status, text } = await this.#fetch(method, `${this.#base}/api/v1${path}`, body);
    const answer = jsonOf(text);
    if (status === 200 && answer !== undefined) return answer as Answer;
    const { code, message, cure } = Object(answer);
    if (typeof message !== 'string' || !(code in PROBLEMS)) {
      throw new Problem('service-unreachable', `${this.#base} answered ${status}, but not as Headroom does`, {
        cure: 'Name the address of the service with --service or HEADROOM_SERVICE.',
      });
    }
    const isAccess = status === 401 || status === 403;
    throw new Problem(code as ProblemCode, `${this.#base} answers: ${message}`, {
      cure: isAccess ? TOKEN_CURE : String(cure),
    });
  }

  async #fetch(method: string, url: string, body: unknown) {
    const headers = {
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      const { name, message, cause } = error as Error;
      const { code, message: reason } = Object(cause) as { code?: string; message?: string };
      const why =
        name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : (code ?? reason ?? message);
      throw new Problem('service-unreachable', `the service at ${this.#base} cannot be reached: ${why}`, {
        cause: error,
      });
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readBase(service: string): string {
  const url = URL.canParse(service) ? new URL(service) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return service.replace(/\/+$/, '');
  throw new Problem(
    'bad-option',
    `--service: found "${service}", expected an address such as http://127.0.0.1:8420`,
  );
}
