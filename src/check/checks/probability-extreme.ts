import type { Check } from '../check.js';
import { placeIn } from '../place.js';

const TOO_SURE = 0.99;
const TOO_UNSURE = 0.05;

/** A probability that no forecast earns, or that nearly every node has. */
export const probabilityExtreme: Check = {
  code: 'rule/probability-extreme',
  severity: 'warning',
  about: 'the probability is 99% and more, which no forecast earns, or 5% and less, which healthy nodes have',
  needs: [],
  run({ rules }, report) {
    for (const checked of rules) {
      if (checked.rule.kind !== 'forecast') continue;
      const { probability, soon } = checked.rule.condition;
      const asked = [
        { value: probability, path: ['forecast', 'probability'] },
        ...(soon ? [{ value: soon.probability, path: ['forecast', 'soon', 'probability'] }] : []),
      ];
      for (const { value, path } of asked) {
        if (value < TOO_SURE && value > TOO_UNSURE) continue;
        const message =
          value >= TOO_SURE
            ? 'a forecast is hardly ever this sure before the breach is there'
            : 'a node at rest may have this much';
        report(placeIn(checked, ...path), message, 'write something between 20% and 95%, such as 80%');
      }
    }
  },
};
