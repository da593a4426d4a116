import { formatBytes } from '../../telemetry/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { watchedNodes } from '../watched.js';

/** A level in bytes above the limit at which the nodes are killed. */
export const levelAboveLimit: Check = {
  code: 'rule/level-above-limit',
  severity: 'error',
  about: '`reaches` is a size above the limit of every node that the rule watches, so it is never reached',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      if (checked.rule.kind !== 'forecast') continue;
      const { of, reaches } = checked.rule.condition;
      if (reaches.target?.kind !== 'bytes') continue;
      const limit = of === 'rss' ? 'memory_limit' : 'heap_limit';
      const nodes = watchedNodes(checked.rule, history) ?? [];
      const limits = nodes.map(({ highest }) => highest.get(limit));
      const known = limits.filter((value) => value !== undefined);
      // A node without a limit may reach any level.
      if (known.length === 0 || known.length < limits.length) continue;
      const most = Math.max(...known);
      if (reaches.target.bytes <= most) continue;
      report(
        placeIn(checked, 'forecast', 'reaches'),
        `is above the ${limit} of every node that it watches, at most ${formatBytes(most)}: they die before`,
        `write ${limit}, or a share of it such as 90% of ${limit}`,
      );
    }
  },
};
