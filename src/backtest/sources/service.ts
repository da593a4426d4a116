import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { Registry, Rows, readSampleLine } from '../../telemetry/index.js';
import type { Extent, HistorySource, Piece } from '../contract.js';

const PIECE_ROWS = 4096;

const extentAnswer = z.object({ oldest: z.number().nullable(), newest: z.number().nullable() });
const refusal = z.object({ message: z.string(), cure: z.string().optional() });

/** History of a running service, over HTTP. `token` is one of people's. @throws Problem bad-option when the URL is none */
export function openService(url: string, token: string | undefined): HistorySource {
  const base = readUrl(url);
  const ask = async (path: string, signal: AbortSignal): Promise<Response> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, { headers, signal });
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw unreachable(base, cause);
    }
    if (response.status !== 200) throw await refusedBy(base, path, response);
    return response;
  };
  return {
    name: base,
    kind: 'store',
    async extent(signal): Promise<Extent | undefined> {
      const response = await ask('/api/v1/history/extent', signal);
      const answer = extentAnswer.safeParse(await response.json().catch(() => undefined));
      if (!answer.success) throw notHeadroom(base);
      const { oldest, newest } = answer.data;
      return oldest === null || newest === null ? undefined : { oldest, newest };
    },
    async *scan(from, to, stepMs, signal): AsyncGenerator<Piece> {
      const response = await ask(`/api/v1/history?from=${from}&to=${to}&step_ms=${stepMs}`, signal);
      if (!response.body) return;
      try {
        yield* readLines(response.body as ReadableStream);
      } catch (cause) {
        if (cause instanceof Problem || signal.aborted) throw cause;
        throw new Problem('store-failed', `the history of ${base} broke off: ${reasonOf(cause)}`, {
          cause,
          cure: 'See the log of the service; then try again.',
        });
      }
    },
    close: async () => {},
  };
}

async function* readLines(body: ReadableStream): AsyncGenerator<Piece> {
  const registry = new Registry({ nodes: Number.POSITIVE_INFINITY, labelsPerNode: Number.POSITIVE_INFINITY });
  let rows = new Rows(PIECE_ROWS);
  for await (const text of createInterface({ input: Readable.fromWeb(body) })) {
    if (text === '') continue;
    readSampleLine(text, registry, rows);
    if (rows.length < PIECE_ROWS) continue;
    yield { world: '', rows, registry };
    rows = new Rows(PIECE_ROWS);
  }
  yield { world: '', rows, registry };
}

/** @throws Problem bad-option */
function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return text.replace(/\/+$/, '');
  throw new Problem('bad-option', `--service: found "${text}", expected an address of http or https`, {
    cure: 'Write where the service listens, such as http://127.0.0.1:8420.',
  });
}

function unreachable(base: string, cause: unknown): Problem {
  return new Problem('bad-option', `--service: nothing answers at ${base}: ${reasonOf(cause)}`, {
    cause,
    cure: 'Check the address and that the service runs; a stopped one is read with --data FOLDER.',
  });
}

function notHeadroom(base: string): Problem {
  return new Problem(
    'bad-option',
    `--service: what answers at ${base} is not Headroom, or an older version`,
    {
      cure: 'Check the address; the service and this command must know GET /api/v1/history.',
    },
  );
}

async function refusedBy(base: string, path: string, response: Response): Promise<Problem> {
  const { status } = response;
  const answer = refusal.safeParse(await response.json().catch(() => undefined));
  if (status === 401 || status === 403) {
    const said = answer.success ? answer.data.message : `it answers ${status}`;
    return new Problem(status === 401 ? 'not-signed-in' : 'not-allowed', `${base} lets nobody in: ${said}`, {
      cure: "Give one of people's tokens, in HEADROOM_TOKEN or with --token.",
    });
  }
  if (status === 404 || !answer.success) return notHeadroom(base);
  return new Problem('store-failed', `${base}${path} answers ${status}: ${answer.data.message}`, {
    cure: answer.data.cure ?? 'See the log of the service.',
  });
}

/** The innermost reason: fetch wraps it in "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause, code } = error as { message?: string; cause?: unknown; code?: string };
  if (cause) return reasonOf(cause);
  return message || code || String(error);
}
