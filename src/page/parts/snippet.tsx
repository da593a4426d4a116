import { toast } from './toast.js';
import './snippet.css';
import { Scroll } from './scroll.js';

/** A text to be copied as it stands. */
export function Snippet({ label, text }: { readonly label: string; readonly text: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast('Copied.'),
      () => toast('The browser did not let it be copied; mark the text instead.'),
    );
  return (
    <div class="snippet">
      <Scroll label={label}>
        <pre>{text}</pre>
      </Scroll>
      <button type="button" class="plain" onClick={copy}>
        Copy
      </button>
    </div>
  );
}
