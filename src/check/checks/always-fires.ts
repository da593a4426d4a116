import type { Check } from '../check.js';
import { placeIn } from '../place.js';

/** A threshold of nothing, which every node passes. */
export const alwaysFires: Check = {
  code: 'rule/always-fires',
  severity: 'error',
  about: 'the threshold of the rule is zero, which every node passes',
  needs: [],
  run({ rules }, report) {
    for (const checked of rules) {
      const { rule } = checked;
      if (rule.kind === 'growth' && rule.condition.atLeast.perHour === 0) {
        const cure = 'write a speed that matters, such as 1% of memory_limit per hour';
        report(placeIn(checked, 'growth', 'atLeast'), 'is no growth at all: every node has it', cure);
      }
      const target = rule.kind === 'forecast' ? rule.condition.reaches.target : undefined;
      if (target?.kind === 'bytes' && target.bytes === 0) {
        const cure = 'write a limit, a share of one, or a size such as 512MiB';
        report(placeIn(checked, 'forecast', 'reaches'), 'is reached by every process', cure);
      }
    }
  },
};
