// From series of a metric protocol to rows: who the node is, which signal a series is, what its values mean.

export { type SampleFault, SeriesDesk } from './desk.js';
export type { Metric, SignalSeries } from './series.js';
export { Sums } from './sums.js';
