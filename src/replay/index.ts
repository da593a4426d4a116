// Comes in: trace files. Goes out: what the service would have said of them: alerts and forecasts, in time order; and
// what is wrong with the files, or odd about the telemetry in them.

export type { Trial } from './beside.js';
export { type CheckedTrace, checkTrace } from './check-trace.js';
export { toJsonLine } from './jsonl.js';
export { type Label, type Labels, readLabels } from './labels.js';
export { oddText } from './odd-text.js';
export { type ReplayEvent, type ReplayOptions, replayTrace } from './replay.js';
export { traceClock } from './trace-clock.js';
export { readTrace, TRACE_SIGNALS, type TraceRow, takeRow, traceName } from './trace-file.js';
export { TraceTable } from './trace-table.js';
