import { useState } from 'preact/hooks';
import type { AlertShape } from '../../serve/shapes.js';
import { useCell } from '../kit/cell.js';
import { session, whyReadOnly } from '../kit/session.js';
import { AckDialog } from './ack-dialog.js';
import { SilenceDialog } from './silence-dialog.js';

interface ActionsProps {
  readonly alert: AlertShape;
  readonly onChange: () => void;
}

/** What can be done about an alert: take it, or hold messages about it back. */
export function Actions({ alert, onChange }: ActionsProps) {
  const [open, setOpen] = useState<'ack' | 'silence'>();
  const why = whyReadOnly(useCell(session));
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    onChange();
  };
  if (alert.state === 'resolved') return null;
  const what = `${alert.rule} on ${alert.node || 'the fleet'}`;
  return (
    <span class="acts">
      <button
        type="button"
        class="plain"
        disabled={why !== undefined}
        title={why}
        aria-label={`${alert.ack ? 'Acknowledgement of' : 'Acknowledge'} ${what}`}
        onClick={() => setOpen('ack')}
      >
        {alert.ack ? 'Taken' : 'Acknowledge'}
      </button>
      <button
        type="button"
        class="plain"
        disabled={why !== undefined}
        title={why}
        aria-label={`Silence ${what}`}
        onClick={() => setOpen('silence')}
      >
        Silence
      </button>
      {open === 'ack' && <AckDialog alert={alert} onClose={close} onDone={done} />}
      {open === 'silence' && <SilenceDialog alert={alert} onClose={close} onDone={done} />}
    </span>
  );
}
