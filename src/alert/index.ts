// Comes in: verdicts. Goes out: states (pending, firing, resolved), each transition with its reason, kept durably.
export * from './alerts.js';
export * from './news.js';
export { newsOf } from './news-of.js';
export { outcomeOf } from './outcome.js';
export { type RuleRecord, RuleRecords } from './records.js';
export { serviceNews } from './service-news.js';
export * from './transition.js';
