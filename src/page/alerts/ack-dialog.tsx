import { useState } from 'preact/hooks';
import type { AlertShape } from '../../serve/shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { formatExactly } from '../kit/words.js';
import { Dialog } from '../parts/dialog.js';
import { ErrorNote } from '../parts/notes.js';
import { toast } from '../parts/toast.js';
import { SpanField } from './span-field.js';

interface AckDialogProps {
  readonly alert: AlertShape;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Takes an alert for a while, or gives it back. */
export function AckDialog({ alert, onClose, onDone }: AckDialogProps) {
  const [span, setSpan] = useState('8h');
  const [why, setWhy] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const act = async (options: Parameters<typeof ask>[1], said: string) => {
    setBusy(true);
    try {
      await ask(`alerts/${encodeURIComponent(alert.id)}/ack`, options);
      toast(said);
      onDone();
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  const take = (event: Event) => {
    event.preventDefault();
    void act(
      { method: 'POST', body: { for: span, ...(why.trim() ? { why: why.trim() } : {}) } },
      'Acknowledged.',
    );
  };
  return (
    <Dialog title="Acknowledge" onClose={onClose}>
      <p>
        <bdi>{alert.rule}</bdi> on <bdi>{alert.node || 'the fleet'}</bdi>. Repeats are held back until the
        end; worse news still comes through.
      </p>
      {alert.ack && (
        <p class="taken">
          Taken by <bdi>{alert.ack.by}</bdi> until {formatExactly(alert.ack.until)}
          {alert.ack.why && (
            <>
              : <bdi>{alert.ack.why}</bdi>
            </>
          )}{' '}
          <button
            type="button"
            class="plain"
            disabled={isBusy}
            onClick={() => act({ method: 'DELETE' }, 'Given back.')}
          >
            Give it back
          </button>
        </p>
      )}
      <form class="form" onSubmit={take}>
        <SpanField label="For" value={span} choices={['1h', '4h', '8h', '1d']} onChange={setSpan} />
        <div class="field">
          <label for="ack-why">What you will do (optional)</label>
          <input
            id="ack-why"
            value={why}
            maxLength={500}
            onInput={({ currentTarget }) => setWhy(currentTarget.value)}
          />
        </div>
        {fault && <ErrorNote fault={fault} />}
        <div class="form-end">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" disabled={isBusy}>
            Acknowledge
          </button>
        </div>
      </form>
    </Dialog>
  );
}
