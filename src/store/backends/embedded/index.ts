// The embedded backend: DuckDB in a thread of its own. The main thread batches and waits (group-commit, history,
// ledger); engine/ is what runs beside DuckDB. Rows lie in tables by time: appended to the latest, sorted once settled.

export { holdsStore } from './database-files.js';
export { diagnoseEmbedded } from './diagnose.js';
export { type EmbeddedStore, type EmbeddedStoreOptions, openEmbeddedStore } from './open.js';
export { type EmbeddedOptions, embeddedOptions } from './options.js';
