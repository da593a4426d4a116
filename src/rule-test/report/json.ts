import type { Coverage } from '../coverage.js';
import type { FileResult } from '../run/run-test-case.js';

/** The results as JSON: files, their cases, what did not hold; times of the test in seconds. */
export function toJson(files: readonly FileResult[], ms: number, coverage: Coverage | undefined): string {
  const cases = files.flatMap((file) => file.cases);
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const result = {
    passed: cases.length - failed,
    failed,
    seconds: seconds(ms),
    files: files.map(({ file, cases: own }) => ({
      file,
      tests: own.map(({ case: { name, line, column }, failures, ms: took, observed }) => ({
        name,
        line,
        column,
        passed: failures.length === 0,
        seconds: seconds(took),
        failures: failures.map(({ place, expected, found, said, rule, node }) => ({
          line: place.line,
          column: place.column,
          alert: rule.id,
          node,
          expected,
          found,
          ...(said ? { rule: { at_s: said.at / 1000, truth: said.truth, reason: said.reason } } : {}),
          history: observed
            .stepsOf(rule.id, node)
            .map(({ at, change, reason }) => ({ at_s: at / 1000, change, reason })),
        })),
      })),
    })),
    ...(coverage ? { coverage: coverage.rules } : {}),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
