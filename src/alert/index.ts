// Comes in: verdicts. Goes out: states (pending, firing, resolved), each transition with its reason, kept durably.
export * from './alerts.js';
export * from './news.js';
export { outcomeOf } from './outcome.js';
export { type RuleRecord, RuleRecords } from './records.js';
export * from './transition.js';
