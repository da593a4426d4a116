// Comes in: rules and a configuration without errors, and what was recorded. Goes out: what is legal and unwise, as
// findings with a code each. Every check is a file in checks/, every source of history one in sources/.
export type { Check } from './check.js';
export { CHECKS } from './checks/index.js';
export { reachesNobodyBy } from './checks/reaches-nobody.js';
export { explainCode, findingCodes } from './codes.js';
export type { History } from './history.js';
export type { Routing } from './routing.js';
export { type CheckedSet, type ChecksDone, runChecks } from './run-checks.js';
export * from './sources/index.js';
