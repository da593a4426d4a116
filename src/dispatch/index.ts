// Comes in: news of alerts. Goes out: messages, grouped and routed; what is silenced, inhibited or taken is held back.
// routes say whom an alert goes to, group what is worth saying, dispatcher when; acks, silences and links are people's.
export * from './acks.js';
export { compose, type Framing } from './compose.js';
export * from './dispatcher.js';
export type { Group } from './group.js';
export * from './links.js';
export * from './matchers.js';
export * from './message.js';
export { type DispatchOptions, dispatchFaults, dispatchOptions } from './options.js';
export { compileRoutes, type Route, routesFor } from './routes.js';
export * from './silence.js';
export * from './silences.js';
