import { useRef } from 'preact/hooks';

/** A text that lights up for a moment when it becomes another one, for those who want motion. */
export function Flash({ text }: { readonly text: string }) {
  const seen = useRef({ text, changes: 0 });
  if (seen.current.text !== text) seen.current = { text, changes: seen.current.changes + 1 };
  const { changes } = seen.current;
  return (
    <span key={changes} class={changes > 0 ? 'flash' : undefined}>
      {text}
    </span>
  );
}
