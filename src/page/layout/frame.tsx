import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { toFault } from '../kit/api.js';
import { useCell } from '../kit/cell.js';
import { hrefOf, place } from '../kit/router.js';
import { session, signOut } from '../kit/session.js';
import { type Scheme, scheme } from '../kit/theme.js';
import { toast } from '../parts/toast.js';
import { VIEWS } from '../views.js';
import { LinkNotice } from './link-notice.js';

/** Header with the ways to all views, the notice of a lost connection, and the view. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const { path } = useCell(place);
  const main = useRef<HTMLElement>(null);
  return (
    <>
      <header class="head">
        <a
          class="skip"
          href={hrefOf()}
          onClick={(event) => {
            event.preventDefault();
            main.current?.focus();
          }}
        >
          Skip to content
        </a>
        <a class="brand" href={hrefOf()}>
          Headroom
        </a>
        <nav aria-label="Views">
          <ul>
            {VIEWS.filter(({ isInNav }) => isInNav).map((view) => (
              <li key={view.path}>
                <a
                  href={hrefOf(...view.path.split('/').slice(1))}
                  {...(isWithin(view.path, path) ? { 'aria-current': 'page' as const } : {})}
                >
                  {view.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="head-end">
          <ThemeChoice />
          <Holder />
        </div>
      </header>
      <LinkNotice />
      <main id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
    </>
  );
}

function isWithin(view: string, path: string): boolean {
  return view === '/'
    ? path === '/' || path.startsWith('/nodes/')
    : path === view || path.startsWith(`${view}/`);
}

const NEXT: Readonly<Record<Scheme, Scheme>> = { system: 'dark', dark: 'light', light: 'system' };
const SIGNS: Readonly<Record<Scheme, string>> = { system: '◐', dark: '●', light: '○' };

function ThemeChoice() {
  const chosen = useCell(scheme);
  const label = `Colours: ${chosen === 'system' ? 'as the system' : chosen}`;
  return (
    <button
      type="button"
      class="plain"
      title={label}
      aria-label={label}
      onClick={() => scheme.set(NEXT[chosen])}
    >
      <span aria-hidden="true">{SIGNS[chosen]}</span>
    </button>
  );
}

function Holder() {
  const who = useCell(session);
  if (!who?.holder) return null;
  return (
    <>
      <span class="quiet holder" title={who.role === 'admin' ? 'May change things' : 'May only read'}>
        <bdi>{who.holder}</bdi>
        {who.role === 'read' ? ' (read-only)' : ''}
      </span>
      <button
        type="button"
        class="plain"
        onClick={() => signOut().catch((error) => toast(toFault(error).message))}
      >
        Sign out
      </button>
    </>
  );
}
