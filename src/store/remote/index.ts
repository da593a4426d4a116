// What databases elsewhere have in common. Comes in: rows, and a RemoteServer that knows one database. Goes out: a
// store whose writes wait in a durable queue on disk, and whose reads show what waits there, too.
export * from './diagnosis.js';
export * from './fault.js';
export { readLines, type SampleSink } from './line-reader.js';
export { armour, NODE_TAG, namesOfTags, unarmour, writeLines } from './line-writer.js';
export { openRemoteStore, type RemoteStore, type RemoteStoreOptions } from './open-remote.js';
export { remoteOptions } from './options.js';
export { EXTREMES, RowTable } from './row-table.js';
export { QUEUE_FOLDER } from './segments.js';
export * from './server.js';
export * from './thinned-steps.js';
