import { type Finding, findingText, isError, workflowCommand } from '../evaluate/index.js';

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** The place, the message and the code, the line with carets under the fault, and the cure. */
export function findingForPeople(finding: Finding, isColoured: boolean): string {
  const paint = (colour: string, text: string) => (isColoured ? colour + text + PLAIN : text);
  const { file, line, column, severity, excerpt, length, cure, code } = finding;
  const colour = isError(finding) ? RED : YELLOW;
  const place = `${file}:${line}:${column}`;
  const lines = [`${place} ${paint(colour, severity)} ${findingText(finding)} ${paint(DIM, `[${code}]`)}`];
  const margin = ' '.repeat(String(line).length);
  if (excerpt !== '') {
    // Tabs are kept in front of the carets, so that they stand below the fault however wide a tab is shown.
    const indent = excerpt.slice(0, column - 1).replace(/[^\t]/g, ' ');
    lines.push(`  ${paint(DIM, `${line} |`)} ${excerpt}`);
    lines.push(`  ${paint(DIM, `${margin} |`)} ${indent}${paint(colour, '^'.repeat(length))}`);
  }
  if (cure !== '') lines.push(`  ${margin} ${paint(DIM, '=')} ${cure}`);
  return `${lines.join('\n')}\n\n`;
}

/** The finding beside the line of a pull request. */
export function findingForGithub(finding: Finding): string {
  const { file, line, column, length, severity, code, cure } = finding;
  const fields = { file, line, endLine: line, col: column, endColumn: column + length, title: code };
  const text = findingText(finding) + (cure === '' ? '' : `\n${cure}`);
  return workflowCommand(severity, fields, text);
}

/** Whether a stream shows colours: a terminal, unless NO_COLOR is set (no-color.org). */
export function isColoured(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR;
}
