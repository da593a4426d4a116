import { join } from 'node:path';
import protobuf from 'protobufjs';
import { compress as snappy } from 'snappyjs';
import { packageRoot } from '../../src/paths.js';

const root = protobuf.loadSync(join(packageRoot, 'test/fixtures/protobuf/remote-write.proto'));
const messages = { 1: root.lookupType('WriteRequest'), 2: root.lookupType('Request') } as const;

export type Version = keyof typeof messages;

export interface WireHistogram {
  readonly countInt?: number;
  readonly sum?: number;
  readonly zeroCountInt?: number;
  readonly positiveDeltas?: readonly number[];
  readonly negativeDeltas?: readonly number[];
  readonly timestamp?: number;
}

/** A series as a test writes it; what a version does not have is left out of its message. */
export interface WireSeries {
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** [time in unix ms, value, start of the counter in unix ms] */
  readonly samples?: readonly (readonly [time: number, value: number, start?: number])[];
  readonly histograms?: readonly WireHistogram[];
  readonly exemplars?: number;
}

export const CONTENT_TYPES: Readonly<Record<Version, string>> = {
  1: 'application/x-protobuf',
  2: 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
};

export function headersOf(version: Version): Record<string, string> {
  return {
    'content-type': CONTENT_TYPES[version],
    'content-encoding': 'snappy',
    'x-prometheus-remote-write-version': version === 1 ? '0.1.0' : '2.0.0',
    'user-agent': 'test/1',
  };
}

/** A message as another library writes it, not compressed. */
export function encode(version: Version, series: readonly WireSeries[]): Buffer {
  const message = version === 1 ? { timeseries: series.map(versionOne) } : versionTwo(series);
  return Buffer.from(messages[version].encode(messages[version].fromObject(message)).finish());
}

export function compress(body: Uint8Array): Buffer {
  return Buffer.from(snappy(body));
}

/** A body as it goes over the wire. */
export function bodyOf(version: Version, series: readonly WireSeries[]): Buffer {
  return compress(encode(version, series));
}

function versionOne({ labels, samples = [], histograms = [], exemplars = 0 }: WireSeries) {
  return {
    labels: labels.map(([name, value]) => ({ name, value })),
    samples: samples.map(([timestamp, value]) => ({ timestamp, value })),
    exemplars: Array.from({ length: exemplars }, () => ({ value: 1, timestamp: 1 })),
    histograms,
  };
}

function versionTwo(series: readonly WireSeries[]) {
  const symbols = new Map([['', 0]]);
  const refOf = (text: string): number => {
    const known = symbols.get(text);
    if (known !== undefined) return known;
    symbols.set(text, symbols.size);
    return symbols.size - 1;
  };
  const timeseries = series.map(({ labels, samples = [], histograms = [], exemplars = 0 }) => ({
    labelsRefs: labels.flatMap(([name, value]) => [refOf(name), refOf(value)]),
    samples: samples.map(([timestamp, value, startTimestamp = 0]) => ({ timestamp, value, startTimestamp })),
    histograms,
    exemplars: Array.from({ length: exemplars }, () => ({ labelsRefs: [], value: 1, timestamp: 1 })),
    metadata: { type: 2, helpRef: refOf('a text of help'), unitRef: 0 },
  }));
  return { symbols: [...symbols.keys()], timeseries };
}
