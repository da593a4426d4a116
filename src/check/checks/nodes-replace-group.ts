import { canOverlap, matcherCovers } from '../../evaluate/index.js';
import type { Check } from '../check.js';

/** `nodes` of a rule that watch what the group does not. */
export const nodesReplaceGroup: Check = {
  code: 'rule/nodes-replace-group',
  severity: 'warning',
  about: '`nodes` of a rule replace those of its group, and let in nodes that the group does not watch',
  needs: [],
  run({ rules }, report) {
    for (const { rule, source, path, written, group } of rules) {
      if (written.nodes === undefined || group.nodes === undefined) continue;
      const ofGroup = group.nodes as typeof rule.nodes;
      if (matcherCovers(ofGroup, rule.nodes)) continue;
      const left = Object.keys(ofGroup).filter((label) => !Object.hasOwn(rule.nodes, label));
      const isBeside = canOverlap(ofGroup, rule.nodes);
      const message = isBeside
        ? `replaces nodes of the group${left.length > 0 ? `: ${left.join(', ')} no longer counts` : ''}`
        : 'contradicts nodes of the group and replaces them: the rule watches none of the nodes of its group';
      const cure =
        isBeside && left.length > 0
          ? `repeat ${left.join(', ')} here, or put the rule into a group of its own`
          : 'put the rule into a group of its own';
      report({ source, path: [...path, 'nodes'], at: 'key' }, message, cure);
    }
  },
};
