import { type Finding, findingText } from '../../evaluate/index.js';
import type { FileResult } from '../run/run-test-case.js';
import { plainFailure } from './plain.js';

/** Failures as GitHub's workflow commands, which show them beside the lines of a pull request. */
export function toGithub(files: readonly FileResult[]): string {
  return files
    .flatMap(({ cases }) => cases)
    .flatMap((result) =>
      result.failures.map((failure) =>
        command('error', failure.place, result.case.name, plainFailure(failure, result)),
      ),
    )
    .join('');
}

/** A fault of a file of tests in the same form. */
export function findingToGithub(finding: Finding): string {
  const text = finding.cure === '' ? findingText(finding) : `${findingText(finding)}\n${finding.cure}`;
  return command(finding.severity, finding, 'rule tests', text);
}

function command(kind: 'error' | 'warning', place: Finding, title: string, text: string): string {
  const { file, line, column } = place;
  const facts = { file, line, col: column, title };
  const properties = Object.entries(facts).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${kind} ${properties.join(',')}::${escapeData(text)}\n`;
}

/** As the runner's own toolkit does it (actions/toolkit, packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
