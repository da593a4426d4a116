import { Cell } from './cell.js';

export interface Place {
  /** Below where the page begins, with a leading slash, such as `/nodes/r-1`; decoded by the pattern. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Where the page begins, also behind a proxy that puts it into a folder; with a slash at its end. */
export const BASE = document.baseURI;
// From here on it stays, whatever the address bar shows.
document.querySelector('base')?.setAttribute('href', BASE);

export const place = new Cell(placeOf(location.href));

/** An address for a link to a view: `hrefOf('nodes', name)`. */
export function hrefOf(...steps: readonly string[]): string {
  return BASE + steps.map(encodeURIComponent).join('/');
}

/** Shows another view, as a link would; `replace` leaves no step to go back to. */
export function goTo(href: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  const before = place.value.path;
  place.set(placeOf(location.href));
  if (before !== place.value.path) scrollTo(0, 0);
}

/** Changes parameters of the address in place, so that the state of a view can be linked to; null removes one. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  goTo(url.href, { replace: true });
}

/** Takes over links to the page's own views and the buttons back and forward. */
export function startRouter(): void {
  addEventListener('popstate', () => place.set(placeOf(location.href)));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    if (!link.href.startsWith(BASE) || link.dataset.outside !== undefined) return;
    event.preventDefault();
    goTo(link.href);
  });
}

/** The parameters of a path by a pattern such as `/nodes/:node`; null when it is another one. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const [wanted, found] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== found.length) return null;
  const params: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    if (step.startsWith(':') && found[index] !== '') params[step.slice(1)] = decode(found[index]);
    else if (step !== found[index]) return null;
  }
  return params;
}

function placeOf(href: string): Place {
  const url = new URL(href);
  return { path: `/${url.pathname.slice(new URL(BASE).pathname.length)}`, query: url.searchParams };
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
