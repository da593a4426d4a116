import type { Rule } from '../../evaluate/index.js';
import type { Signal } from '../../telemetry/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { watchedNodes } from '../watched.js';

/** A rule over a signal that none of its nodes sends: its condition stays unknown. */
export const signalNeverSent: Check = {
  code: 'rule/signal-never-sent',
  severity: 'warning',
  about: 'no node that the rule watches sends the signal that it looks at',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      const nodes = watchedNodes(checked.rule, history) ?? [];
      const signals = signalsOf(checked.rule);
      const isSent = nodes.some((node) => signals.some((signal) => node.signals.has(signal)));
      if (nodes.length === 0 || signals.length === 0 || isSent) continue;
      const message = `none of the nodes that it watches (${nodes.length} in ${history.name}) sends ${signals.join(' or ')}`;
      report(
        { ...placeIn(checked, checked.rule.kind), at: 'key' },
        message,
        'have the agents send it (docs/names.md), or take the rule out',
      );
    }
  },
};

/** One of these is enough for the rule to be able to speak. */
function signalsOf(rule: Rule): readonly Signal[] {
  if (rule.kind === 'forecast' || rule.kind === 'growth')
    return rule.condition.of === 'rss' ? ['rss'] : ['heap_used', 'heap_after_gc'];
  if (rule.kind === 'gc') return ['gc_pause_total'];
  return rule.kind === 'readiness' ? ['ready'] : [];
}
