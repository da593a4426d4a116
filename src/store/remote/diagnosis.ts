/** One thing that was looked at, such as whether a token is accepted. */
export interface Check {
  /** What was looked at, a few words. */
  readonly about: string;
  /** `warning`: it works, but perhaps not as it is meant. */
  readonly result: 'ok' | 'warning' | 'failed';
  /** What was found, and for a failure what was expected. */
  readonly message: string;
  /** What to do; undefined when it is ok. */
  readonly cure?: string;
}

/** What a store is found to be like: checks in their order. The first that failed ends it, as the others rest on it. */
export type Diagnosis = readonly Check[];

/** What a check has found: without a cure all is well. */
export interface Found {
  readonly message: string;
  readonly cure?: string;
  readonly isWarning?: boolean;
}

/** Runs checks one after the other until one fails. */
export class Checks {
  readonly done: Check[] = [];

  async run(about: string, check: () => Promise<Found>): Promise<void> {
    if (this.done.some(({ result }) => result === 'failed')) return;
    const { message, cure, isWarning = false } = await check();
    if (cure === undefined) this.done.push({ about, result: 'ok', message });
    else this.done.push({ about, result: isWarning ? 'warning' : 'failed', message, cure });
  }
}

export interface Request {
  readonly timeout: number;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** What an address answers, or why it does not. Redirects are not followed: they would take the token elsewhere. */
export async function reach(
  url: URL,
  { timeout, ...request }: Request,
): Promise<{ answer: Response; problem: Found } | { answer?: undefined; problem: Found }> {
  try {
    const answer = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    return { answer, problem: { message: '' } };
  } catch (error) {
    return { problem: unreachable(url, error) };
  }
}

function unreachable(url: URL, error: unknown): Found {
  const { code = '', message } = innermost(error);
  const { hostname, host, origin } = url;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return {
      message: `the name ${hostname} cannot be resolved (${code})`,
      cure: 'Correct the host in store.url, or mend name resolution on this machine.',
    };
  if (code === 'ECONNREFUSED')
    return {
      message: `nothing listens at ${host} (${code})`,
      cure: 'Start the database, or correct the port in store.url.',
    };
  if (/TLS|SSL|CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) || /SSL|TLS|certificate/i.test(message))
    return {
      message: `no secure connection to ${host} (${code || message})`,
      cure:
        url.protocol === 'https:'
          ? 'Write http:// when it speaks no TLS; have NODE_EXTRA_CA_CERTS name the certificate of your own authority.'
          : 'Write https:// in store.url.',
    };
  if (message === 'bad port')
    return {
      message: `port ${url.port} is one that Node does not speak to (${message}: the Fetch standard blocks it)`,
      cure: 'Let the database listen at another port, or put a proxy in front of it.',
    };
  if ((error as Error).name === 'TimeoutError')
    return {
      message: `${origin} does not answer in time`,
      cure: 'See what keeps it, or raise store.timeout.',
    };
  return {
    message: `${origin} does not answer as a web server: ${code || message}`,
    cure: 'Check store.url and whether a firewall or a proxy stands in between.',
  };
}

function innermost(error: unknown): { code?: string; message: string } {
  const { cause, errors } = error as { cause?: unknown; errors?: unknown[] };
  const inner = cause ?? errors?.[0];
  if (inner) return innermost(inner);
  return error as { code?: string; message: string };
}
