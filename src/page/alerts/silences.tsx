import { useState } from 'preact/hooks';
import type { SilenceShape } from '../../serve/silence-shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { useCell } from '../kit/cell.js';
import { session, whyReadOnly } from '../kit/session.js';
import { useAnswer } from '../kit/use-answer.js';
import { formatExactly, formatFromNow } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import { toast } from '../parts/toast.js';
import { SilenceDialog } from './silence-dialog.js';

const MOST_ENDED = 10;

/** The silences: those in force or to come, then the latest that are over. */
export function Silences({ now }: { readonly now: number }) {
  const { answer, fault, at, reload } = useAnswer<{ silences: readonly SilenceShape[] }>('silences', [
    'alerts',
  ]);
  const [isOpen, setOpen] = useState(false);
  const why = whyReadOnly(useCell(session));
  const all = answer?.silences ?? [];
  const held = all.filter(({ state }) => state !== 'expired');
  const ended = all
    .filter(({ state }) => state === 'expired')
    .slice(-MOST_ENDED)
    .reverse();
  return (
    <section class="silences" aria-labelledby="silences-title">
      <div class="alerts-head">
        <h2 id="silences-title">Silences</h2>
        <button
          type="button"
          class="plain"
          disabled={why !== undefined}
          title={why}
          onClick={() => setOpen(true)}
        >
          New silence
        </button>
      </div>
      {fault && <ErrorNote fault={fault} shownOf={at} />}
      {answer && held.length === 0 && <p class="quiet">No message is held back.</p>}
      <ul>
        {held.map((silence) => (
          <Silence key={silence.id} silence={silence} now={now} why={why} onDone={reload} />
        ))}
      </ul>
      {ended.length > 0 && (
        <details>
          <summary>Over</summary>
          <ul>
            {ended.map((silence) => (
              <Silence key={silence.id} silence={silence} now={now} why={why} onDone={reload} />
            ))}
          </ul>
        </details>
      )}
      {isOpen && (
        <SilenceDialog
          alert={undefined}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            reload();
          }}
        />
      )}
    </section>
  );
}

interface SilenceProps {
  readonly silence: SilenceShape;
  readonly now: number;
  readonly why: string | undefined;
  readonly onDone: () => void;
}

function Silence({ silence, now, why, onDone }: SilenceProps) {
  const { id, matchers, state, starts_at: start, ends_at: end, created_by: by, comment, ended } = silence;
  const [fault, setFault] = useState<Fault>();
  const lift = async () => {
    try {
      await ask(`silences/${encodeURIComponent(id)}`, { method: 'DELETE' });
      toast('Lifted: messages go out again.');
      onDone();
    } catch (error) {
      setFault(toFault(error));
    }
  };
  const over = ended?.at ?? end;
  const when =
    state === 'pending'
      ? `begins ${formatFromNow(start, now)}`
      : state === 'active'
        ? `ends ${formatFromNow(end, now)}`
        : `over ${formatFromNow(over, now)}`;
  return (
    <li class="card silence">
      <code>
        <bdi>{matchers.join(', ')}</bdi>
      </code>
      <p>
        <span title={formatExactly(state === 'pending' ? start : over)}>{when}</span> · <bdi>{by}</bdi>:{' '}
        <bdi>{comment}</bdi>
      </p>
      {state !== 'expired' && (
        <button type="button" class="plain" disabled={why !== undefined} title={why} onClick={lift}>
          Lift
        </button>
      )}
      {fault && <ErrorNote fault={fault} />}
    </li>
  );
}
