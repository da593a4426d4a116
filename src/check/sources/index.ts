// Comes in: traces, a running service, or a data folder. Goes out: what was recorded, boiled down to a History.
export { historyOfFolder } from './folder.js';
export { historyOfService } from './service.js';
export { historyOfTraces } from './traces.js';
