import type { BacktestResult } from '../backtest.js';
import { reportOf, type Table } from './sections.js';

/** Of a list of cases so many are shown on a terminal, and in a comment. */
const MOST_ROWS = 20;

/** Sentences longer than this are cut in a terminal's table. */
const MOST_LETTERS = 100;

/** The report for a terminal. */
export function textReport(result: BacktestResult): string {
  const { summary, tables } = reportOf(result);
  return `${[summary.join('\n'), ...tables.map(textTable)].join('\n\n')}\n`;
}

function textTable({ title, head, rows, isList }: Table): string {
  const shown = (isList ? rows.slice(0, MOST_ROWS) : rows).map((row) => row.map(shortened));
  const widths = head.map(({ name }, column) =>
    Math.max(name.length, ...shown.map((row) => row[column].length)),
  );
  const lines = [head.map(({ name }) => name), ...shown].map((row) =>
    row
      .map((cell, column) =>
        head[column].isFigure ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
  const rest = rows.length - shown.length;
  return [title, ...lines, ...(rest > 0 ? [`and ${rest} more; --format json has all`] : [])].join('\n');
}

function shortened(cell: string): string {
  // A name may hold what moves a terminal's cursor.
  const plain = cell.replace(/\p{Cc}/gu, ' ');
  return plain.length > MOST_LETTERS ? `${plain.slice(0, MOST_LETTERS - 1)}…` : plain;
}

/** The report as Markdown for a comment on a pull request: figures first, cases folded. */
export function markdownReport(result: BacktestResult): string {
  const { title, summary, tables } = reportOf(result);
  const sentences = summary.map((sentence) => `- ${escaped(sentence)}`).join('\n');
  return `${[`### ${title}`, sentences, ...tables.map(markdownTable)].join('\n\n')}\n`;
}

function markdownTable({ title, head, rows, isList }: Table): string {
  const shown = isList ? rows.slice(0, MOST_ROWS) : rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    line(head.map(({ name }) => name)),
    line(head.map(({ isFigure }) => (isFigure ? '--:' : '---'))),
    ...shown.map((row) => line(row.map(escaped))),
  ].join('\n');
  if (!isList) return `**${title}**\n\n${table}`;
  const rest = rows.length > shown.length ? `\n\nand ${rows.length - shown.length} more` : '';
  return `<details><summary>${title}: ${rows.length}</summary>\n\n${table}${rest}\n\n</details>`;
}

/** Names and reasons come from telemetry: nothing in them may be markup or end a cell. */
function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[\\`*_{}[\]<>|#~@]/g, (sign) => `\\${sign}`)
    .replaceAll('\\<', '&lt;')
    .replaceAll('\\>', '&gt;')
    .replaceAll('\\@', '@\u200b');
}
