// Comes in: rule files and views of nodes. Goes out: verdicts: true, false or unknown, each with its reason.
export { type ArmableKind, CLEARING_SHARE, type Conditions, KINDS } from './kinds/index.js';
export {
  compileRules,
  isRuleFile,
  type LoadedRules,
  loadRules,
  type RuleText,
  readRuleTexts,
} from './load-rules.js';
export { canOverlap, matcherCovers, matches } from './match.js';
export { evaluate, needsOf, type Rule } from './rule.js';
export * from './rule-set.js';
export type { Matcher } from './schema/matcher.js';
export { ruleFileSchema } from './schema/rule-file.js';
export { duration, UNITS } from './schema/units.js';
export * from './source/index.js';
export { nearest } from './source/near.js';
export * from './summary.js';
export * from './verdict.js';
export * from './watch.js';
