import { useState } from 'preact/hooks';
import type { LetterShape } from '../../serve/delivery-shapes.js';
import { ask, type Fault, toFault } from '../kit/api.js';
import { formatCount, formatExactly, formatFromNow } from '../kit/words.js';
import { Dialog } from '../parts/dialog.js';
import { Name } from '../parts/name.js';
import { ErrorNote } from '../parts/notes.js';
import { type Column, Table } from '../parts/table.js';
import { toast } from '../parts/toast.js';

interface LettersProps {
  readonly title: string;
  readonly about: string;
  readonly letters: readonly LetterShape[];
  readonly now: number;
  readonly why: string | undefined;
  readonly onChange: () => void;
}

type Act = 'resend' | 'discard';

/** Messages that are not delivered, oldest first; dead ones can be sent again, one or all, or discarded. */
export function Letters({ title, about, letters, now, why, onChange }: LettersProps) {
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const [discarded, setDiscarded] = useState<LetterShape>();
  const dead = letters.filter(({ status }) => status === 'dead');
  const act = async (what: Act, those: readonly LetterShape[]) => {
    setBusy(true);
    setFault(undefined);
    try {
      for (const { id } of those) await perform(what, id);
      toast(what === 'resend' ? `${formatCount(those.length, 'message')} sent again.` : 'Discarded.');
    } catch (error) {
      setFault(toFault(error));
    }
    setBusy(false);
    onChange();
  };
  const channels = [...new Set(dead.map(({ channel }) => channel))];
  const button = {
    type: 'button',
    class: 'plain',
    disabled: why !== undefined || isBusy,
    title: why,
  } as const;
  return (
    <section class="letters">
      <div class="letters-head">
        <h2>{title}</h2>
        <p class="quiet">{about}</p>
        {channels.map((channel) => (
          <button
            key={channel}
            {...button}
            onClick={() =>
              act(
                'resend',
                dead.filter((letter) => letter.channel === channel),
              )
            }
          >
            Send all of <bdi>{channel}</bdi> again
          </button>
        ))}
      </div>
      {fault && <ErrorNote fault={fault} />}
      <Table
        label={title}
        name="letters"
        columns={columnsOf(now, button, (what, letter) =>
          what === 'discard' ? setDiscarded(letter) : void act(what, [letter]),
        )}
        rows={letters}
        keyOf={({ id }) => id}
        wish=""
      />
      {discarded && (
        <Dialog title="Discard this message?" onClose={() => setDiscarded(undefined)}>
          <p>
            Nobody will be told of <bdi>{discarded.rule}</bdi> through <bdi>{discarded.channel}</bdi>. This
            cannot be undone.
          </p>
          <div class="form-end">
            <button type="button" class="plain" onClick={() => setDiscarded(undefined)}>
              Keep it
            </button>
            <button
              type="button"
              onClick={() => {
                setDiscarded(undefined);
                void act('discard', [discarded]);
              }}
            >
              Discard
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function perform(what: Act, id: string): Promise<unknown> {
  const path = `outbox/${encodeURIComponent(id)}`;
  return what === 'resend' ? ask(`${path}/resend`, { method: 'POST' }) : ask(path, { method: 'DELETE' });
}

function columnsOf(
  now: number,
  button: {
    readonly type: 'button';
    readonly class: string;
    readonly disabled: boolean;
    readonly title: string | undefined;
  },
  onAct: (what: Act, letter: LetterShape) => void,
): readonly Column<LetterShape>[] {
  return [
    {
      key: 'what',
      head: 'Message',
      cell: ({ rule, state, nodes }) => (
        <Name text={`${rule} ${state}${nodes.length > 0 ? `: ${nodes.slice(0, 3).join(', ')}` : ''}`} />
      ),
    },
    { key: 'to', head: 'To', cell: ({ channel, target }) => <Name text={`${channel}: ${target}`} /> },
    {
      key: 'age',
      head: 'Written',
      cell: ({ created_at: at }) => <span title={formatExactly(at)}>{formatFromNow(at, now)}</span>,
    },
    {
      key: 'tries',
      head: 'Tried',
      cell: ({ attempts }) => formatCount(attempts, 'time'),
    },
    { key: 'next', head: 'Next', cell: (letter) => nextOf(letter, now) },
    {
      key: 'reason',
      head: 'Why it failed',
      cell: ({ last_failure: failure }) =>
        failure ? <Name text={failure.message} /> : <span class="quiet">–</span>,
    },
    {
      key: 'acts',
      head: <span class="unseen">Actions</span>,
      cell: (letter) =>
        letter.status === 'dead' ? (
          <span class="acts">
            <button {...button} onClick={() => onAct('resend', letter)}>
              Send again
            </button>
            <button {...button} onClick={() => onAct('discard', letter)}>
              Discard
            </button>
          </span>
        ) : null,
    },
  ];
}

function nextOf({ status, next_at: next, dead_at: dead }: LetterShape, now: number): string {
  if (status === 'sending') return 'being sent';
  if (status === 'dead') return dead === null ? 'given up' : `given up ${formatFromNow(dead, now)}`;
  return next === null ? 'soon' : formatFromNow(Math.max(next, now), now);
}
