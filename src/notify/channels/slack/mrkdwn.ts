import { cut } from '../../http/index.js';

/** Text from outside as Slack's mrkdwn that shows it as it is. */
export function escaped(text: string): string {
  return quiet(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The same for a preformatted block, in which only the backtick has a meaning: an accent that looks alike takes its place.
 */
export function escapedCode(text: string): string {
  return text.replaceAll('`', 'ˋ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Slack has no escape for its marks (`*bold*`, `_italic_`, `~struck~`, `` `code` ``). They count only at the edge of a word and
 * beside something that is not space, so zero-width spaces around them take their meaning away; so does one inside
 * `:emoji:`. Names such as `my_node_1` stay as they are, to be copied.
 */
function quiet(text: string): string {
  return text
    .replace(/(?<![\p{L}\p{N}])[*_~`]|[*_~`](?![\p{L}\p{N}])/gu, `${ZERO_WIDTH_SPACE}$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=[\w+-]*[a-z_][\w+-]*:)/gi, `:${ZERO_WIDTH_SPACE}`);
}

const ZERO_WIDTH_SPACE = '\u200b';

/** Escaped text with at most `length` UTF-16 units, cut between characters and never inside an entity. */
export function escapedWithin(text: string, length: number): string {
  let most = Math.floor(length);
  let shown = cut(text, most);
  while (escaped(shown).length > length) {
    // What escaping adds depends on what is cut, so this goes down in steps.
    most = Math.max(1, Math.floor(most * 0.8));
    shown = cut(text, most);
  }
  return escaped(shown);
}
