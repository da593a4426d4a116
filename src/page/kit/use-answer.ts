import { useEffect, useState } from 'preact/hooks';
import { ask, type Fault, toFault } from './api.js';
import { useCell } from './cell.js';
import { news, revisionOf, serviceNow, type Topic } from './live.js';

export interface Answered<Answer> {
  /** The newest answer that came; undefined before the first. What stood there stays when a later one fails. */
  readonly answer: Answer | undefined;
  readonly fault: Fault | undefined;
  /** When `answer` came, unix ms by the clock of the service. */
  readonly at: number;
  /** Asks again now. */
  reload(): void;
}

const RETRY_MS = 5000;

/** What the API answers to this path; asked again when one of the topics changes, and while it fails. Null asks nothing. */
export function useAnswer<Answer>(path: string | null, topics: readonly Topic[]): Answered<Answer> {
  const revision = revisionOf(useCell(news), topics);
  const [turn, setTurn] = useState(0);
  const [held, setHeld] = useState<Held<Answer>>({ path: null, answer: undefined, fault: undefined, at: 0 });
  // A revision or a turn says that it must be asked again.
  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    ask<Answer>(path, { signal: abort.signal }).then(
      (answer) => setHeld({ path, answer, fault: undefined, at: serviceNow() }),
      (error) => {
        if (abort.signal.aborted) return;
        setHeld((before) => ({ ...(before.path === path ? before : EMPTY), path, fault: toFault(error) }));
        timer = setTimeout(() => setTurn((count) => count + 1), RETRY_MS);
      },
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path, revision, turn]);
  // Of another path nothing may be shown, not for a moment.
  const { answer, fault, at } = held.path === path ? held : EMPTY;
  return { answer, fault, at, reload: () => setTurn((count) => count + 1) } as Answered<Answer>;
}

interface Held<Answer> {
  readonly path: string | null;
  readonly answer: Answer | undefined;
  readonly fault: Fault | undefined;
  readonly at: number;
}

const EMPTY = { answer: undefined, fault: undefined, at: 0 };
