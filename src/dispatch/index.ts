// Comes in: news of alerts. Goes out: messages, grouped and routed; what is silenced, inhibited or taken is held back.
export { compose, type Framing } from './compose.js';
export * from './message.js';
