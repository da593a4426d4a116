import { join } from 'node:path';
import protobuf from 'protobufjs';
import { packageRoot } from '../../src/paths.js';

const root = protobuf.loadSync(join(packageRoot, 'test/fixtures/otlp/metrics.proto'));

export const OtlpRequest = root.lookupType('otlp.ExportMetricsServiceRequest');
export const OtlpResponse = root.lookupType('otlp.ExportMetricsServiceResponse');
export const RpcStatus = root.lookupType('otlp.Status');

export const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** A message as OTLP writes it in JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** The same message in protobuf. */
export function encodeOtlp(message: Message): Buffer {
  return Buffer.from(OtlpRequest.encode(OtlpRequest.fromObject(message)).finish());
}

export function attribute(key: string, value: string): Message {
  return { key, value: { stringValue: value } };
}

export interface OtlpPoint {
  readonly time: number;
  /** Unix ms. */
  readonly start?: number;
  readonly more?: Message;
}

/** Unix ms as OTLP's JSON has it. */
export function nanos(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`;
}

/** Fields of a point: its times and what else is said. */
export function pointOf({ time, start, more }: OtlpPoint): Message {
  return {
    timeUnixNano: nanos(time),
    ...(start === undefined ? {} : { startTimeUnixNano: nanos(start) }),
    ...more,
  };
}

export function gauge(name: string, ...points: OtlpPoint[]): Message {
  return { name, unit: 'By', gauge: { dataPoints: points.map(pointOf) } };
}

/** `temporality`: 1 delta, 2 cumulative. */
export function sum(
  name: string,
  temporality: number,
  isMonotonic: boolean,
  ...points: OtlpPoint[]
): Message {
  return {
    name,
    unit: '1',
    sum: { dataPoints: points.map(pointOf), aggregationTemporality: temporality, isMonotonic },
  };
}

export function counted(
  kind: 'histogram' | 'exponentialHistogram' | 'summary',
  name: string,
  temporality: number,
  ...points: OtlpPoint[]
): Message {
  const data = { dataPoints: points.map(pointOf), aggregationTemporality: temporality };
  return { name, unit: 's', [kind]: kind === 'summary' ? { dataPoints: data.dataPoints } : data };
}

/** One resource with one scope. */
export function resource(node: string, metrics: readonly Message[], ...more: Message[]): Message {
  return {
    resource: { attributes: [attribute('host.name', node), ...more] },
    scopeMetrics: [{ scope: { name: 'test', version: '1' }, metrics }],
  };
}

export function request(...resourceMetrics: Message[]): Message {
  return { resourceMetrics };
}
