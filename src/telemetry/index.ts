// What travels along the line: signals, rows of samples, nodes and their labels, durations and byte sizes. Pure.
// Comes in: nothing. Goes out: the words that every other room speaks.

export * from './registry.js';
export * from './rows.js';
export { readSampleLine, SampleLines } from './sample-lines.js';
export * from './signals.js';
export * from './sources.js';
export * from './units.js';
