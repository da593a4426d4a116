import { THEMES, type Theme } from './theme.js';

/** Colours that the page around the picture sets, see `pageColours`. */
export const PAGE_THEME: Theme = Object.fromEntries(
  Object.keys(THEMES.light).map((name) => [name, `var(--${name})`]),
) as unknown as Theme;

/** CSS that gives pictures of the theme `page` their colours, light or dark as the reader likes it. */
export function pageColours(): string {
  const set = (theme: Theme): string =>
    Object.entries(theme)
      .map(([name, colour]) => `--${name}:${colour}`)
      .join(';');
  return `:root{color-scheme:light dark;${set(THEMES.light)}}\n@media (prefers-color-scheme:dark){:root{${set(THEMES.dark)}}}`;
}
