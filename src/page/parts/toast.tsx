import { Cell, useCell } from '../kit/cell.js';

interface Note {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 6000;
const notes = new Cell<readonly Note[]>([]);
let last = 0;

/** Says for a moment what was done. What went wrong belongs where it went wrong: ErrorNote. */
export function toast(text: string): void {
  last++;
  const id = last;
  notes.set([...notes.value, { id, text }]);
  setTimeout(() => notes.set(notes.value.filter((note) => note.id !== id)), SHOWN_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {useCell(notes).map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
