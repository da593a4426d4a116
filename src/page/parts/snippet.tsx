import { toast } from './toast.js';
import './snippet.css';

/** A text to be copied as it stands. */
export function Snippet({ label, text }: { readonly label: string; readonly text: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast('Copied.'),
      () => toast('The browser did not let it be copied; mark the text instead.'),
    );
  return (
    <div class="snippet">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <button type="button" class="plain" onClick={copy}>
        Copy
      </button>
    </div>
  );
}
