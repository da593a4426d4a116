import { formatDuration } from '../../telemetry/index.js';
import type { Check, CheckedRule } from '../check.js';
import { placeIn } from '../place.js';
import { usual, watchedNodes } from '../watched.js';
import { durationAsWritten } from '../words.js';

interface Window {
  readonly path: readonly string[];
  readonly ms: number;
  /** How many usual intervals it must have, and what happens with fewer. */
  readonly least: number;
  readonly otherwise: string;
}

/** A time that is too short for how often the watched nodes report. */
export const windowUnderInterval: Check = {
  code: 'rule/window-under-interval',
  severity: 'warning',
  about: 'a time of the rule is too short for how often the watched nodes report',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      const nodes = watchedNodes(checked.rule, history) ?? [];
      const interval = usual(nodes, ({ intervalMs }) => intervalMs);
      if (interval === undefined) continue;
      for (const { path, ms, least, otherwise } of windowsOf(checked)) {
        if (ms >= least * interval) continue;
        report(
          placeIn(checked, ...path),
          `the nodes that it watches report every ${formatDuration(interval)}: in ${formatDuration(ms)} ${otherwise}`,
          `write at least ${durationAsWritten(Math.ceil(least * interval))}`,
        );
      }
    }
  },
};

const FEW = 'there is too little to tell';

function windowsOf({ rule }: CheckedRule): Window[] {
  switch (rule.kind) {
    case 'forecast':
      return [{ path: ['forecast', 'within'], ms: rule.condition.withinMs, least: 4, otherwise: FEW }];
    case 'growth':
      return [{ path: ['growth', 'over'], ms: rule.condition.overMs, least: 12, otherwise: FEW }];
    case 'gc':
      return [{ path: ['gc', 'over'], ms: rule.condition.overMs, least: 4, otherwise: FEW }];
    case 'absent': {
      const otherwise = 'one late report looks like silence';
      return [{ path: ['absent', 'after'], ms: rule.condition.afterMs, least: 3, otherwise }];
    }
    case 'readiness': {
      const { flaps, withinMs } = rule.condition;
      if (flaps === undefined) return [];
      const otherwise = `readiness cannot be seen to change ${flaps} times`;
      return [{ path: ['readiness', 'within'], ms: withinMs, least: flaps + 1, otherwise }];
    }
    default:
      return [];
  }
}
