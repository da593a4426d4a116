// Comes in: history of a store or of traces, and rules. Goes out: what the rules would have done, each alert judged by
// what came, and how two sets of rules differ. Runs the rooms of the live pipeline on the history's own time.
export * from './backtest.js';
export type * from './contract.js';
export { type Difference, isSameRule, type RuleDifference } from './difference.js';
export type { BreachVerdict, JudgedEpisode, Verdict } from './judge.js';
export { htmlReport } from './report/html.js';
export { jsonReport } from './report/json.js';
export { markdownReport, textReport } from './report/text.js';
export { rulesAgainst, rulesOf } from './rules-at.js';
export { openDataFolder } from './sources/data-folder.js';
export { openService } from './sources/service.js';
export { openTraceFiles } from './sources/trace-files.js';
export type { BreachSeen, RuleTally, SetOutcome } from './tally.js';
