import type { Rule } from '../../evaluate/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { watchedNodes } from '../watched.js';

/** A rule that refers to a limit which none of its nodes sends: nothing can be said. */
export const limitNeverSent: Check = {
  code: 'rule/limit-never-sent',
  severity: 'warning',
  about: 'no node that the rule watches sends the limit that it refers to',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      const { kind } = checked.rule;
      const limit = limitOf(checked.rule);
      const nodes = watchedNodes(checked.rule, history) ?? [];
      if (!limit || nodes.length === 0 || nodes.some(({ signals }) => signals.has(limit))) continue;
      const key = kind === 'forecast' ? 'reaches' : 'atLeast';
      report(
        placeIn(checked, kind, checked.source.has([...checked.path, kind, key]) ? key : 'of'),
        `none of the nodes that it watches (${nodes.length} in ${history.name}) sends ${limit}`,
        `have the agents send ${limit} (docs/names.md), or write a size such as 512MiB`,
      );
    }
  },
};

function limitOf(rule: Rule) {
  if (rule.kind === 'forecast') return rule.condition.reaches.limit;
  return rule.kind === 'growth' ? rule.condition.atLeast.limit : null;
}
