import { useState } from 'preact/hooks';
import { type Fault, toFault } from '../kit/api.js';
import { signIn } from '../kit/session.js';
import { ErrorNote } from '../parts/notes.js';

/** Asks for a token; the session that it begins lasts 12 h. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await signIn(token.trim());
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <h1>Headroom</h1>
      <form onSubmit={submit}>
        <label for="token">Your token</label>
        <input
          id="token"
          type="password"
          autocomplete="current-password"
          required
          value={token}
          aria-describedby="token-hint"
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
        <p id="token-hint" class="quiet">
          One of those under people.tokens in the configuration. You stay signed in for 12 h.
        </p>
        <button type="submit" disabled={isBusy}>
          Sign in
        </button>
      </form>
      {fault && <ErrorNote fault={fault} />}
    </main>
  );
}
