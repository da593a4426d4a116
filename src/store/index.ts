// Comes in: rows from receive, facts from alert and notify. Goes out: history by node and time, facts by key.
// Whatever was acknowledged survives `kill -9`. The contract is in contract.ts, the backends in backends/, and what
// databases elsewhere have in common in remote/.
export {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  holdsStore,
  openEmbeddedStore,
} from './backends/embedded/index.js';
export { type MemoryStoreOptions, openMemoryStore } from './backends/memory.js';
export * from './contract.js';
export { assertHistoryHere } from './elsewhere.js';
export * from './forecasts.js';
export { diagnoseStore, type OpenStoreOptions, openStore, storeFaults } from './open-store.js';
export { type StoreOptions, storeOptions } from './options.js';
export type { Check, Diagnosis } from './remote/index.js';
