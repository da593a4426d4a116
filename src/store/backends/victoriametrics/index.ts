// The VictoriaMetrics backend: line protocol in, the export API and MetricsQL out. The queue in front of it and the
// putting together of rows are those of all databases elsewhere (store/remote).
export { diagnoseVictoria } from './diagnose.js';
export { type VictoriaOptions, victoriaOptions } from './options.js';
export { VictoriaServer } from './server.js';
