import { formatCount } from '../../telemetry/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { percentOf } from '../words.js';

/** From here on it matters how many cases there were; below, a handful shows enough. */
const SURE = 0.9;
/** A rule that asks for less than this fires on nodes at rest. */
const WORTH_ASKING = 0.2;

/** A probability that the record does not bear out: never said before a breach, or more exact than its cases allow. */
export const probabilityUnsupported: Check = {
  code: 'rule/probability-unsupported',
  severity: 'warning',
  about:
    'history does not bear the probability out: it was never said before a breach, or there are too few cases',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history) return;
    for (const checked of rules) {
      if (checked.rule.kind !== 'forecast') continue;
      const { probability, reaches, soon } = checked.rule.condition;
      const said = history.said.get(checked.rule.id);
      if (!said || said.breaches === 0) continue;
      const place = placeIn(checked, 'forecast', 'probability');
      const reached = `${formatCount(said.breaches, 'node')} of ${history.name} came to ${reaches.text}`;
      const { highest } = said;
      // With `soon` a lower probability is enough near the breach.
      if (!soon && highest !== null && highest < probability) {
        const most = percentOf(highest);
        const cure =
          highest < WORTH_ASKING
            ? 'the models did not see it coming: add a growth rule, which speaks earlier'
            : `write at most ${most}, or look further ahead`;
        report(place, `${reached}, and ${most} is the most that was ever said before`, cure);
        continue;
      }
      // To tell 95% from certainty takes a case in which it does not happen: one in twenty.
      const wanted = Math.round(1 / (1 - Math.min(probability, 0.9999)));
      if (probability <= SURE || said.breaches >= wanted) continue;
      report(
        place,
        `${reached}; to show that ${percentOf(probability)} is right takes ${wanted} of them`,
        'write 90% or less, or give more history',
      );
    }
  },
};
