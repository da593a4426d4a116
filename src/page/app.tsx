import { useEffect, useState } from 'preact/hooks';
import { type Fault, toFault } from './kit/api.js';
import { useCell } from './kit/cell.js';
import { startLive } from './kit/live.js';
import { matchPath, place } from './kit/router.js';
import { loadSession, session } from './kit/session.js';
import { Frame } from './layout/frame.js';
import { Outlet } from './layout/outlet.js';
import { SignIn } from './layout/sign-in.js';
import { ErrorNote } from './parts/notes.js';
import { Toasts } from './parts/toast.js';
import { VIEWS } from './views.js';

const RETRY_MS = 3000;

/** The whole page: who is there, then the frame around the view of the address. */
export function App() {
  const who = useCell(session);
  const [fault, setFault] = useState<Fault>();
  // The view comes while it is asked who is there; what goes wrong is told where it is shown.
  useEffect(() => {
    const first = VIEWS.find(({ path }) => matchPath(path, place.value.path));
    first?.load().catch(() => {});
  }, []);
  const isIn = who !== undefined && !who.needs_token;
  useEffect(() => {
    if (who) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const load = () => {
      loadSession().then(
        () => setFault(undefined),
        (error) => {
          setFault(toFault(error));
          timer = setTimeout(load, RETRY_MS);
        },
      );
    };
    load();
    return () => clearTimeout(timer);
  }, [who]);
  useEffect(() => (isIn ? startLive() : undefined), [isIn]);
  if (!who) return fault ? <ErrorNote fault={fault} /> : null;
  return (
    <>
      {isIn ? (
        <Frame>
          <Outlet />
        </Frame>
      ) : (
        <SignIn />
      )}
      <Toasts />
    </>
  );
}
