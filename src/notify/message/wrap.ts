import stringWidth from 'string-width';

/** Spaces at which a line may end: a number stays with its unit. */
const BREAKS = / (?!(?:%|(?:B|[KMGT]iB|UTC|min|h|s|d)\b))/;

/** RFC 5322 section 2.1.1 recommends no more than 78 characters a line. */
export const LINE_WIDTH = 78;

/**
 * Lines of at most 78 columns; the first begins with `lead`, the others with `indent`. A word that is longer, such as an
 * address, stays whole.
 */
export function wrap(text: string, indent = '', lead = ''): string[] {
  const [first, ...words] = text.split(BREAKS);
  const lines: string[] = [];
  let line = lead + first;
  for (const word of words) {
    if (stringWidth(`${line} ${word}`) <= LINE_WIDTH) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** Padded to a number of columns as a terminal counts them. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

export { stringWidth };
