import { compress } from 'snappyjs';
import { valueAt } from './process.js';

const NODES = 250;
const METRICS = [
  ['process_resident_memory_bytes', 'rss'],
  ['nodejs_heap_size_used_bytes', 'heap_used'],
  ['nodejs_heap_size_limit_bytes', 'heap_limit'],
  ['go_gc_heap_live_bytes', 'heap_after_gc'],
  ['go_gc_duration_seconds_sum', 'gc_pause_total'],
  ['go_gc_duration_seconds_count', 'gc_count'],
  ['process_start_time_seconds', 'start_time'],
  ['nginx_http_requests_total', 'requests_total'],
] as const;

/** Samples of one body. */
export const REMOTE_WRITE_SAMPLES = NODES * METRICS.length;

export const REMOTE_WRITE_HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

interface Template {
  readonly message: Buffer;
  /** Where the value of each sample stands; its time follows it. */
  readonly values: readonly number[];
}

const templates = new Map<number, Template>();

/**
 * A body of remote write 1.0: 2,000 series of 8 labels, all of them signals, of 250 nodes a lane. `time` is
 * unix ms.
 */
export function remoteWriteBody(lane: number, time: number): Buffer {
  let template = templates.get(lane);
  if (!template) {
    template = makeTemplate(lane);
    templates.set(lane, template);
  }
  const { message, values } = template;
  const stamp = varint(time);
  values.forEach((at, i) => {
    message.writeDoubleLE(valueAt(METRICS[i % METRICS.length][1], time, i), at);
    stamp.copy(message, at + 9);
  });
  return Buffer.from(compress(message));
}

function makeTemplate(lane: number): Template {
  const pieces: Buffer[] = [];
  const values: number[] = [];
  let length = 0;
  for (let node = 0; node < NODES; node++) {
    for (const [metric] of METRICS) {
      const labels = Object.entries({
        __name__: metric,
        cluster: 'prod-eu-1',
        instance: `10.0.${lane}.${node}:9464`,
        job: 'routers',
        node: `p-${lane}-${node}`,
        pool: 'edge',
        version: '1.4.2',
        zone: 'b',
      }).map(([name, value]) => field(1, Buffer.concat([text(1, name), text(2, value)])));
      const sample = Buffer.concat([
        Buffer.from([0x09]),
        Buffer.alloc(8),
        Buffer.from([0x10]),
        varint(Date.now()),
      ]);
      const series = field(1, Buffer.concat([...labels, field(2, sample)]));
      pieces.push(series);
      length += series.length;
      values.push(length - sample.length + 1);
    }
  }
  return { message: Buffer.concat(pieces), values };
}

function text(number: number, value: string): Buffer {
  return field(number, Buffer.from(value));
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
