import { type Finding, findingText, workflowCommand } from '../../evaluate/index.js';
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
  return workflowCommand(kind, { file, line, col: column, title }, text);
}
