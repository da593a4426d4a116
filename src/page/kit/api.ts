import { BASE } from './router.js';

/** What the API says when it refuses, or what stands in its way. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly cure: string;
  readonly path?: string;
}

export class ApiFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

const UNREACHABLE: Fault = {
  code: 'unreachable',
  message: 'The service does not answer.',
  cure: 'The page tries again by itself.',
};

/**
 * Asks the API, such as `ask('alerts?state=firing')`, below /api/v1.
 * @throws ApiFault with what the service says, or `unreachable`
 */
export async function ask<Answer>(path: string, options: Asking = {}): Promise<Answer> {
  const { method = 'GET', body, signal } = options;
  const init: RequestInit = { method, credentials: 'same-origin', cache: 'no-store' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await fetch(`${BASE}api/v1/${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFault(UNREACHABLE);
  }
  const text = await response.text();
  if (!response.ok) throw new ApiFault(faultOf(response, text));
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Anything that was thrown, as what is shown. */
export function toFault(error: unknown): Fault {
  if (error instanceof ApiFault) return error.fault;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'page', message, cure: 'This is a bug of the page; load it again.' };
}

function faultOf({ status, statusText }: Response, text: string): Fault {
  try {
    const { code, message, cure, path } = JSON.parse(text) as Partial<Fault>;
    if (code && message && cure) return { code, message, cure, ...(path ? { path } : {}) };
  } catch {
    // What stands before the service answers as it likes.
  }
  const message = `Something between here and the service answers ${status} ${statusText}.`;
  return { code: `http-${status}`, message, cure: 'The page tries again by itself.' };
}
