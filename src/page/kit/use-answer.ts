import { useEffect, useState } from 'preact/hooks';
import { ask, type Fault, toFault } from './api.js';
import { useCell } from './cell.js';
import { news, revisionOf, serviceNow, type Topic } from './live.js';

export interface Answered<Answer> {
  /** The newest answer that came; undefined before the first. What stood there stays when a later one fails. */
  readonly answer: Answer | undefined;
  readonly fault: Fault | undefined;
  /** The path that `answer` is of; another one than was asked for while the newer is on its way. */
  readonly of: string | null;
  /** When `answer` came, unix ms by the clock of the service. */
  readonly at: number;
  /** Asks again now. */
  reload(): void;
}

const RETRY_MS = 5000;

export interface AnswerOptions {
  /** Answers to other paths of the same scope stay until the newer comes, such as those of one node; default: none do. */
  readonly scope?: string;
  /** Asks again after so long. */
  readonly everyMs?: number;
}

/** What the API answers to this path; asked again when one of the topics changes, and while it fails. Null asks nothing. */
export function useAnswer<Answer>(
  path: string | null,
  topics: readonly Topic[],
  { scope = path ?? '', everyMs }: AnswerOptions = {},
): Answered<Answer> {
  const revision = revisionOf(useCell(news), topics);
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState<Held<Answer>>(EMPTY);
  // A revision or a turn says that it must be asked again.
  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (ms: number) => {
      timer = setTimeout(() => setTurn((count) => count + 1), ms);
    };
    ask<Answer>(path, { signal: abort.signal }).then(
      (answer) => {
        setHeld({ path, scope, answer, fault: undefined, at: serviceNow() });
        if (everyMs !== undefined) again(everyMs);
      },
      (error) => {
        if (abort.signal.aborted) return;
        setHeld((before) => ({ ...(before.scope === scope ? before : EMPTY), scope, fault: toFault(error) }));
        again(RETRY_MS);
      },
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path, scope, everyMs, revision, turn]);
  // Of another scope nothing may be shown, not for a moment.
  const { answer, fault, at, path: of } = held.scope === scope && path !== null ? held : EMPTY;
  return { answer, fault, of, at, reload: () => setTurn((count) => count + 1) } as Answered<Answer>;
}

interface Held<Answer> {
  readonly path: string | null;
  readonly scope: string | null;
  readonly answer: Answer | undefined;
  readonly fault: Fault | undefined;
  readonly at: number;
}

const EMPTY = { path: null, scope: null, answer: undefined, fault: undefined, at: 0 };
