import type { ComponentChildren } from 'preact';
import type { Fault } from '../kit/api.js';
import { serviceNow } from '../kit/live.js';
import { formatTime } from '../kit/words.js';

/** What stands where there is nothing to show, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface ErrorNoteProps {
  readonly fault: Fault;
  /** Of when what is still shown below it is, unix ms. */
  readonly shownOf?: number | undefined;
  readonly onRetry?: () => void;
}

/** A fault where it matters: what was found, the cure, and what of the view still holds. */
export function ErrorNote({ fault, shownOf, onRetry }: ErrorNoteProps) {
  return (
    <div class="fault" role="alert">
      <p>
        <strong>{sentence(fault.message)}</strong> {fault.cure}
        {shownOf ? ` What is shown is of ${formatTime(shownOf, serviceNow())}.` : ''}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
