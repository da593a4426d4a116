import { Cell } from './cell.js';

export type Scheme = 'light' | 'dark' | 'system';

const KEY = 'headroom.theme';

export const scheme = new Cell<Scheme>(readKept());

/** Follows the choice of the reader, else that of the system. */
export function startTheme(): void {
  const apply = (chosen: Scheme) => {
    if (chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  };
  apply(scheme.value);
  scheme.listen((chosen) => {
    apply(chosen);
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Without storage the choice holds until the page is closed.
    }
  });
}

/** The value of a custom property such as `--ink` now, for what is drawn on a canvas. */
export function colourOf(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}

function readKept(): Scheme {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}
