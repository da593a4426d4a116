import { useEffect, useState } from 'preact/hooks';
import type { DraftCheckShape } from '../../serve/rules/shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { Cell } from '../kit/cell.js';

/** Texts that are edited, by file: they outlast a look at another view, not the page. */
export const drafts = new Cell<ReadonlyMap<string, string>>(new Map());

export function keepDraft(file: string, text: string | undefined): void {
  const next = new Map(drafts.value);
  if (text === undefined) next.delete(file);
  else next.set(file, text);
  drafts.set(next);
}

export interface DraftChecked {
  /** What was said of the newest text that was answered; undefined before the first. */
  readonly check: DraftCheckShape | undefined;
  readonly fault: Fault | undefined;
  /** Whether `check` is of an older text. */
  readonly isBehind: boolean;
}

const PAUSE_MS = 400;
const RETRY_MS = 3000;

/** What the checker of the service says of a text, once it has not changed for a moment; asked again while that fails. */
export function useDraftCheck(file: string, text: string, armed: string): DraftChecked {
  const [held, setHeld] = useState<{ check?: DraftCheckShape; text?: string; fault?: Fault }>({});
  const [turn, setTurn] = useState(0);
  // Other rules that are armed, or another turn, ask for another answer.
  useEffect(() => {
    const abort = new AbortController();
    let timer = setTimeout(() => {
      ask<DraftCheckShape>('rules/check', {
        method: 'POST',
        body: { file, text },
        signal: abort.signal,
      }).then(
        (check) => setHeld({ check, text }),
        (error) => {
          if (abort.signal.aborted) return;
          setHeld((before) => ({ ...before, fault: toFault(error) }));
          timer = setTimeout(() => setTurn((count) => count + 1), RETRY_MS);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [file, text, armed, turn]);
  return { check: held.check, fault: held.fault, isBehind: held.text !== text };
}
