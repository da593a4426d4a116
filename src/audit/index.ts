// Comes in: what happened, who did it and why. Goes out: ledger entries to append with the change, and a log to read.
export * from './audit-log.js';
export * from './event.js';
