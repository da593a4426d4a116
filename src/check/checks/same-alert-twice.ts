import { canOverlap, type Rule } from '../../evaluate/index.js';
import type { Check, CheckedRule } from '../check.js';
import { placeIn } from '../place.js';

/** Two rules that tell the same people of the same thing. */
export const sameAlertTwice: Check = {
  code: 'rule/same-alert-twice',
  severity: 'warning',
  about: 'two rules of one kind and severity watch the same thing on the same nodes',
  needs: [],
  run({ rules }, report) {
    rules.forEach((later, index) => {
      const earlier = rules.slice(0, index).find((each) => isSame(each, later));
      if (!earlier) return;
      const { id, severity, file, line } = earlier.rule;
      report(
        placeIn(later, 'alert'),
        `tells of the same thing as ${id} at ${file}:${line}, with the same severity (${severity}) on nodes that both watch`,
        'keep one, give them nodes that differ, or another severity',
      );
    });
  },
};

function isSame({ rule: a }: CheckedRule, { rule: b }: CheckedRule): boolean {
  if (a.kind !== b.kind || a.severity !== b.severity || !canOverlap(a.nodes, b.nodes)) return false;
  const subjects = subjectsOf(b);
  return subjectsOf(a).some((subject) => subjects.includes(subject));
}

/** What a rule of a kind looks at: two rules with one subject in common tell of the same thing. */
function subjectsOf({ kind, condition }: Rule): readonly string[] {
  if (kind === 'forecast' || kind === 'growth') return [condition.of];
  if (kind !== 'readiness') return [kind];
  return [
    ...(condition.notReadyMs === undefined ? [] : ['notReady']),
    ...(condition.flaps === undefined ? [] : ['flaps']),
  ];
}
