/**
 * A workflow command of GitHub Actions, which shows a text beside the line of a pull request; `fields` are its properties, such as
 * file, line and col. Ends with a line break.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
 */
export function workflowCommand(
  kind: 'error' | 'warning',
  fields: Readonly<Record<string, string | number>>,
  text: string,
): string {
  const properties = Object.entries(fields).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${kind} ${properties.join(',')}::${escapeData(text)}\n`;
}

/** As the runner's own toolkit escapes (actions/toolkit, packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
