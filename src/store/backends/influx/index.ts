// The InfluxDB 2 backend, through its client: line protocol in, Flux out. The queue in front of it and the putting
// together of rows are those of all databases elsewhere (store/remote).
export { diagnoseInflux } from './diagnose.js';
export { InfluxServer } from './influx-server.js';
export { type InfluxOptions, influxOptions } from './options.js';
