import { useState } from 'preact/hooks';
import type { AlertShape } from '../../serve/shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { Dialog } from '../parts/dialog.js';
import { ErrorNote } from '../parts/notes.js';
import { toast } from '../parts/toast.js';
import { reachesOf } from './matchers.js';
import { Preview, usePreview } from './preview.js';
import { SpanField } from './span-field.js';

interface SilenceDialogProps {
  /** Where it begins; undefined for one from nothing. */
  readonly alert: AlertShape | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Holds messages back for a while, after showing what that hides. */
export function SilenceDialog({ alert, onClose, onDone }: SilenceDialogProps) {
  const reaches = alert ? reachesOf(alert) : [];
  const [matchers, setMatchers] = useState(reaches[0]?.matchers.join(', ') ?? '');
  const [span, setSpan] = useState('2h');
  const [comment, setComment] = useState('');
  const [isForced, setForced] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const preview = usePreview(matchers);
  const takesAll = preview.answer?.takes_everything ?? false;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await ask('silences', {
        method: 'POST',
        body: {
          matchers,
          for: span,
          comment: comment.trim(),
          ...(takesAll && isForced ? { force: true } : {}),
        },
      });
      toast('Silenced.');
      onDone();
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="Silence" onClose={onClose}>
      <form class="form" onSubmit={submit}>
        {reaches.length > 0 && (
          <div class="field">
            <label for="silence-reach">What</label>
            <select
              id="silence-reach"
              onChange={({ currentTarget }) =>
                setMatchers(reaches[currentTarget.selectedIndex].matchers.join(', '))
              }
            >
              {reaches.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
        )}
        <div class="field">
          <label for="silence-matchers">Matchers</label>
          <input
            id="silence-matchers"
            class="code"
            value={matchers}
            required
            spellcheck={false}
            placeholder='pool="edge", severity=~"page|ticket"'
            aria-invalid={preview.fault !== undefined}
            onInput={({ currentTarget }) => setMatchers(currentTarget.value)}
          />
        </div>
        <Preview {...preview} />
        <SpanField label="For" value={span} choices={['30m', '2h', '8h', '1d']} onChange={setSpan} />
        <div class="field">
          <label for="silence-comment">Why</label>
          <input
            id="silence-comment"
            value={comment}
            required
            maxLength={500}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
        </div>
        {takesAll && (
          <label class="tick">
            <input
              type="checkbox"
              checked={isForced}
              onChange={({ currentTarget }) => setForced(currentTarget.checked)}
            />
            It takes nearly every alert; that is meant
          </label>
        )}
        {fault && <ErrorNote fault={fault} />}
        <div class="form-end">
          <button type="button" class="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" disabled={isBusy || preview.fault !== undefined || (takesAll && !isForced)}>
            Silence
          </button>
        </div>
      </form>
    </Dialog>
  );
}
