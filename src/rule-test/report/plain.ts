import { type Failure, saidText } from '../run/judge.js';
import type { CaseResult } from '../run/run-test-case.js';
import { testTime } from '../run/times.js';

/** A failure in words, for reports that show no picture. */
export function plainFailure(
  { expected, found, said, rule, node }: Failure,
  { observed }: CaseResult,
): string {
  const history = observed
    .stepsOf(rule.id, node)
    .map(({ at, change, reason }) => `  ${testTime(at)} ${change}: ${reason}`);
  return [
    `expected: ${expected}`,
    `found: ${found.trimEnd()}`,
    ...(said ? [`the rule ${saidText(said)}`] : []),
    history.length === 0 ? 'it was never pending or firing' : ['history:', ...history].join('\n'),
  ].join('\n');
}
