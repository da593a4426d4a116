import { useEffect, useState } from 'preact/hooks';
import type { PreviewShape } from '../../serve/silence-shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { formatCount } from '../kit/words.js';
import { Name } from '../parts/name.js';

export interface PreviewState {
  readonly answer: PreviewShape | undefined;
  readonly fault: Fault | undefined;
}

/** Who types is asked about when a pause comes. */
const PAUSE_MS = 250;
const MOST_SHOWN = 8;

/** What these matchers would take now, asked anew when they change. */
export function usePreview(matchers: string): PreviewState {
  const [state, setState] = useState<PreviewState>({ answer: undefined, fault: undefined });
  useEffect(() => {
    if (matchers.trim() === '') return setState({ answer: undefined, fault: undefined });
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask<PreviewShape>('silences/preview', {
        method: 'POST',
        body: { matchers },
        signal: abort.signal,
      }).then(
        (answer) => setState({ answer, fault: undefined }),
        (error) => {
          if (!abort.signal.aborted) setState({ answer: undefined, fault: toFault(error) });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [matchers]);
  return state;
}

/** What a silence hides: alerts of now, nodes, and where messages would have gone. */
export function Preview({ answer, fault }: PreviewState) {
  return (
    <div class="preview" role="status">
      {fault && (
        <p class="bad">
          {fault.message} {fault.cure}
        </p>
      )}
      {answer && (
        <>
          <p>
            It hides <strong>{formatCount(answer.alerts.length, 'alert')}</strong> of now, of{' '}
            {formatCount(answer.nodes.count, 'node')} that it is about
            {answer.channels.length > 0 && <>; messages would have gone to {answer.channels.join(', ')}</>}.
          </p>
          <ul>
            {answer.alerts.slice(0, MOST_SHOWN).map(({ id, rule, node, state }) => (
              <li key={id}>
                <span class={`state state-${state}`}>{state}</span> <Name text={`${rule} ${node}`} />
              </li>
            ))}
            {answer.alerts.length > MOST_SHOWN && <li>and {answer.alerts.length - MOST_SHOWN} more</li>}
          </ul>
        </>
      )}
    </div>
  );
}
