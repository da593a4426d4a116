/** Width of the terminal, or what every terminal has. */
export function screenWidth(): number {
  return Math.max(40, process.stdout.columns ?? 80);
}

export interface TableRow {
  readonly cells: readonly string[];
  /** Sentences below the row, indented and broken to the width. */
  readonly below?: readonly string[];
}

/** Narrowest that a column gets when the table does not fit. */
const NARROWEST = 8;

/**
 * A table of text within a width: the widest columns are cut, with an ellipsis, until all fit.
 * @returns lines that end with a line end; empty for no rows
 */
export function formatTable(heads: readonly string[], rows: readonly TableRow[], width: number): string {
  if (rows.length === 0) return '';
  const cellsOf = rows.map(({ cells }) => cells.map(oneLine));
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...cellsOf.map((cells) => lengthOf(cells[at]))),
  );
  const gaps = 2 * (heads.length - 1);
  for (;;) {
    const total = widths.reduce((sum, each) => sum + each, gaps);
    const widest = Math.max(...widths);
    if (total <= width || widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)]--;
  }
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => fit(cell, widths[at]))
      .join('  ')
      .trimEnd();
  const body = rows.map(({ below = [] }, at) =>
    [
      line(cellsOf[at]),
      ...below.flatMap((text) => wrap(oneLine(text), width - 2).map((each) => `  ${each}`)),
    ].join('\n'),
  );
  return `${[line(heads), ...body].join('\n')}\n`;
}

/** Breaks a text at its spaces so that no line is longer than `width`; a longer word stands alone, cut into pieces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (lengthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const characters = [...word];
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += width) found.push(characters.slice(at, at + width).join(''));
  return found;
}

function fit(text: string, width: number): string {
  const characters = [...text];
  const cut = characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
  return cut + ' '.repeat(Math.max(0, width - characters.length));
}

function lengthOf(text: string): number {
  return [...text].length;
}

/** What others wrote must not move the cursor of a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{C}+/gu, ' ');
}
