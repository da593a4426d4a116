import type { Path } from '../evaluate/index.js';
import type { CheckedRule, Report } from './check.js';

/** Where in a rule a finding stands: the value under `steps`, or the name of the rule where that is not written. */
export function placeIn(checked: CheckedRule, ...steps: Path): Parameters<Report>[0] {
  const { source, path } = checked;
  const whole = [...path, ...steps];
  return source.has(whole) ? { source, path: whole } : { source, path: [...path, 'alert'] };
}
