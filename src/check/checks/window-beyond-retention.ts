import { formatDuration } from '../../telemetry/index.js';
import type { Check, CheckedRule } from '../check.js';
import { placeIn } from '../place.js';

/** What each kind looks back over, in its own windows; models go on from history after a restart. */
const HORIZONS_BACK = 4;

/** A rule that needs more of the past than the store keeps: after a restart it is blind for as long. */
export const windowBeyondRetention: Check = {
  code: 'rule/window-beyond-retention',
  severity: 'warning',
  about: 'the rule looks back further than `store.retention` keeps history',
  needs: ['config'],
  run({ rules, config }, report) {
    if (!config) return;
    const { retention } = config.config.store;
    for (const checked of rules) {
      const window = windowOf(checked);
      if (!window || window.needsMs <= retention) continue;
      report(
        placeIn(checked, checked.rule.kind, window.key),
        `needs ${formatDuration(window.needsMs)} of history, and store.retention keeps ${formatDuration(retention)}: after a restart the rule is blind`,
        'raise store.retention, or look less far',
      );
    }
  },
};

function windowOf({ rule }: CheckedRule): { readonly key: string; readonly needsMs: number } | undefined {
  if (rule.kind === 'forecast') return { key: 'within', needsMs: HORIZONS_BACK * rule.condition.withinMs };
  if (rule.kind === 'growth') return { key: 'over', needsMs: rule.condition.overMs };
  if (rule.kind === 'gc') return { key: 'over', needsMs: 2 * rule.condition.overMs };
  if (rule.kind === 'absent') return { key: 'forget', needsMs: rule.condition.forgetMs };
  return undefined;
}
