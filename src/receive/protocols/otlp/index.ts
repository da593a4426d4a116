// OTLP metrics: ExportMetricsServiceRequest in protobuf and JSON, to samples of series.

export { OtlpJsonReader } from './json.js';
export { OtlpProtobufReader, type ProtobufRun } from './protobuf.js';
export { Streams } from './streams.js';
