// Comes in: rows from receive, facts from alert and notify. Goes out: history by node and time, facts by key.
// Whatever was acknowledged survives `kill -9`. The contract is in contract.ts, the backends in backends/.
export * from './backends/embedded/index.js';
export { type MemoryStoreOptions, openMemoryStore } from './backends/memory.js';
export * from './contract.js';
export * from './forecasts.js';
