import { formatCount, formatDuration } from '../../telemetry/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { usual, watchedNodes } from '../watched.js';
import { durationAsWritten } from '../words.js';

/** A share over fewer collections than this jumps with each of them. */
const COLLECTIONS_FOR_A_SHARE = 5;
/** A slope needs so many points of the live set, which changes at major collections only. */
const COLLECTIONS_FOR_A_SLOPE = 6;

/** A window in which the watched nodes hardly collect. */
export const windowUnderGcCadence: Check = {
  code: 'rule/window-under-gc-cadence',
  severity: 'warning',
  about: '`over` is too short for how often the watched nodes collect garbage',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      const { rule } = checked;
      if (rule.kind !== 'gc' && rule.kind !== 'growth') continue;
      if (rule.kind === 'growth' && rule.condition.of !== 'heap') continue;
      const isGc = rule.kind === 'gc';
      const nodes = watchedNodes(rule, history) ?? [];
      const every = usual(nodes, (node) => (isGc ? node.gcEveryMs : node.majorGcEveryMs));
      const wanted = (every ?? 0) * (isGc ? COLLECTIONS_FOR_A_SHARE : COLLECTIONS_FOR_A_SLOPE);
      const { overMs } = rule.condition;
      if (every === undefined || overMs >= wanted) continue;
      const what = isGc ? 'collect' : 'have a major collection';
      const collections = formatCount(Math.floor(overMs / every), 'collection');
      report(
        placeIn(checked, rule.kind, 'over'),
        `the nodes that it watches ${what} every ${formatDuration(every)}: ${formatDuration(overMs)} holds ${collections}`,
        `measure over at least ${durationAsWritten(Math.ceil(wanted / 60_000) * 60_000)}`,
      );
    }
  },
};
