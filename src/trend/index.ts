// Comes in: rows in time order. Goes out: per node and resource an outlook: when the limit is reached, how sure, why.
// Pure: no clock, no I/O; time arrives with the samples. Free of time scale: windows follow the horizon.
export { findBoundary, type Identity } from './boundary.js';
export type { Life } from './lives.js';
export { findOddities } from './oddities.js';
export { isMissing, ODDITIES, type Oddity, type OddityCode } from './oddity.js';
export * from './outlook.js';
export type { ProcessTrend } from './process-trend.js';
export { forecastNeed, growthNeed, type Need, shareNeed } from './scales.js';
export { isStale } from './stale.js';
export { DEFAULT_HORIZON_MS, Trend } from './trend.js';
