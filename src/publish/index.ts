// Comes in: what the models and the alert room say. Goes out: forecasts as metrics, for Prometheus and autoscalers, and as
// series of their own in the store, for dashboards and for the question what was said when. Works out no forecast itself.
export { FLEET_METRICS, FleetMetrics } from './fleet-metrics.js';
export { type MetricsOptions, metricsOptions } from './options.js';
export { Publisher } from './publisher.js';
export { coneOf, saidOf } from './said.js';
