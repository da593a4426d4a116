import { createHash } from 'node:crypto';
import { Problem } from '../../../problem.js';
import type { Batch } from '../../intake.js';
import type { SampleFault, SeriesDesk, SignalSeries } from '../../series/index.js';
import { addDelta, type Delta, Deltas } from './deltas.js';
import { isCounted, KIND, type Manner, type Point, TEMPORALITY } from './point.js';

export type Attributes = ReadonlyMap<string, string>;

/** A resource, as far as the start of its process follows from it. */
export interface Origin {
  readonly attributes: Attributes;
  /** Carries the start to the desk; undefined where the table of names has no use for it. */
  readonly starts: SignalSeries | undefined;
  /** Unix s, where the resource says it. */
  readonly created: number | undefined;
  /** Unix s: the earliest start of a cumulative stream, and the stream that has it. */
  start: number;
  anchor: Stream | undefined;
  /** What the desk has: the start, and the time of the row that it is in. */
  toldStart: number;
  toldTime: number;
}

/** One stream of points, with what becomes of them. */
export interface Stream {
  readonly origin: Origin;
  readonly manner: Manner;
  readonly identity: string;
  readonly value: SignalSeries | undefined;
  readonly sum: SignalSeries | undefined;
  delta: Delta | undefined;
}

export interface StreamNames {
  readonly name: string;
  readonly unit: string;
  readonly manner: Manner;
  readonly scope: Attributes;
  readonly point: Attributes;
}

/** How many streams of deltas are added up at most: about 30 MB. */
const MOST_DELTAS = 100_000;
/** Starts of one process that differ by less are one start: instruments are made one after the other. Seconds. */
const SAME_START_S = 2;
/** Flag of a point: the stream has ended or was not recorded, the value means nothing. */
const NO_RECORDED_VALUE = 1;

/** Names under which the start of a process goes to the desk. Unix seconds. */
export const START_TIME = 'otlp.start_time';
export const CREATION_TIME = 'process.creation.time';

/** From streams of OTLP to series of the desk, whatever the body was written in. */
export class Streams {
  readonly desk: SeriesDesk;
  readonly #deltas: Deltas;

  constructor(desk: SeriesDesk, mostDeltas = MOST_DELTAS) {
    this.desk = desk;
    this.#deltas = new Deltas(mostDeltas);
  }

  openOrigin(attributes: Attributes): Origin {
    const created = Date.parse(attributes.get(CREATION_TIME) ?? '') / 1000;
    const isKnown = Number.isFinite(created);
    const name = isKnown ? CREATION_TIME : START_TIME;
    return {
      attributes,
      starts: this.desk.open({ name, labels: attributes, unit: 's' }),
      created: isKnown ? created : undefined,
      start: Number.NaN,
      anchor: undefined,
      toldStart: Number.NaN,
      toldTime: Number.NaN,
    };
  }

  openStream(origin: Origin, { name, unit, manner, scope, point }: StreamNames): Stream {
    const labels = new Map([...origin.attributes, ...scope, ...point]);
    const open = (suffix: string, of: string) => this.desk.open({ name: name + suffix, labels, unit: of });
    const isPair = isCounted(manner.kind);
    return {
      origin,
      manner,
      identity: manner.temporality === TEMPORALITY.delta ? identityOf(name, unit, labels) : '',
      value: isPair ? open('_count', '1') : open('', unit),
      sum: isPair ? open('_sum', unit) : undefined,
      delta: undefined,
    };
  }

  /** Takes one point. Counts it in the batch, unless it is refused: then says why. */
  put(batch: Batch, stream: Stream, point: Point): SampleFault | undefined {
    const isEnd = (point.flags & NO_RECORDED_VALUE) !== 0;
    if ((stream.value === undefined && stream.sum === undefined) || isEnd) {
      if (isEnd) for (const series of [stream.value, stream.sum]) if (series) this.desk.stop(series);
      batch.ignored++;
      return undefined;
    }
    const fault = faultOf(stream.manner, point);
    if (fault) return fault;
    const time = point.time === 0 ? batch.now : Math.floor(point.time / 1e6);
    const isDelta = stream.manner.temporality === TEMPORALITY.delta && stream.manner.kind !== KIND.gauge;
    const refused = isDelta
      ? this.#putDelta(batch, stream, point, time)
      : this.#putBoth(batch, stream, time, point.value, point.hasSum ? point.sum : undefined);
    if (refused) return refused;
    this.#tellStart(batch, stream, point, time, isDelta);
    return undefined;
  }

  #putBoth(
    batch: Batch,
    { value, sum }: Stream,
    time: number,
    found: number,
    foundSum: number | undefined,
  ): SampleFault | undefined {
    if (value) {
      const fault = this.desk.put(batch, value, time, found);
      if (fault) return fault;
    }
    if (sum === undefined || foundSum === undefined) return undefined;
    return this.desk.put(batch, sum, time, foundSum);
  }

  #putDelta(batch: Batch, stream: Stream, point: Point, time: number): SampleFault | undefined {
    if (!batch.isInRange(time)) return { code: 'bad-sample', describe: () => batch.describeTime(time) };
    stream.delta ??= this.#deltas.of(stream.identity, batch.now);
    const { delta } = stream;
    if (!delta) return refuse(`found one more stream of deltas, ${this.#deltas.most} are known, the most`);
    if (point.time === 0) return refuse('found no time, expected one with a delta');
    if (!addDelta(delta, point, batch.now)) {
      batch.ignored++;
      return undefined;
    }
    return this.#putBoth(batch, stream, time, delta.value, point.hasSum ? delta.sum : undefined);
  }

  /** What the process's start is goes into each row once: said by the resource, else the earliest of its streams. */
  #tellStart(batch: Batch, stream: Stream, point: Point, time: number, isDelta: boolean): void {
    const { origin } = stream;
    if (origin.starts === undefined) return;
    if (origin.created === undefined && !isDelta && point.start > 0 && stream.manner.kind !== KIND.gauge) {
      const start = point.start / 1e9;
      // Its own stream with a later start is a restart; another stream with one has only begun later.
      if (stream === origin.anchor ? start !== origin.start : !(start > origin.start - SAME_START_S)) {
        origin.anchor = stream;
        origin.start = start;
      }
    }
    const start = origin.created ?? origin.start;
    if (Number.isNaN(start) || (time === origin.toldTime && start === origin.toldStart)) return;
    origin.toldTime = time;
    origin.toldStart = start;
    this.desk.put(batch, origin.starts, time, start);
  }

  /** A body begins: what an earlier one was told is in its rows, not in ours. */
  forget(origin: Origin): void {
    origin.toldTime = Number.NaN;
  }
}

function faultOf({ kind, temporality, isMonotonic }: Manner, point: Point): SampleFault | undefined {
  if (!point.hasValue) return refuse('found a point without a value');
  if (kind === KIND.gauge || kind === KIND.summary) return undefined;
  if (temporality !== TEMPORALITY.delta && temporality !== TEMPORALITY.cumulative) {
    return refuse(`found the aggregation temporality ${temporality}, expected 1 (delta) or 2 (cumulative)`);
  }
  if (temporality === TEMPORALITY.cumulative) return undefined;
  if (kind === KIND.sum && !isMonotonic) {
    return refuse(
      'found deltas of a sum that may fall, of which the total is not known; send it as cumulative',
    );
  }
  if (point.value < 0) return refuse(`found the delta ${point.value} of a sum that never falls`);
  if (point.start > point.time) return refuse('found a start after the time of the point');
  return undefined;
}

function refuse(message: string): SampleFault {
  return { code: 'bad-sample', describe: () => message };
}

/** One short key for the same stream in any encoding and order of attributes. */
function identityOf(name: string, unit: string, labels: Attributes): string {
  const text = JSON.stringify([name, unit, [...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha1').update(text).digest('base64url');
}

/** How deep values within attributes may be nested. */
export const MOST_DEPTH = 16;

export function tooDeep(code: 'bad-protobuf' | 'bad-json', path: string): Problem {
  return new Problem(code, `found an attribute of more than ${MOST_DEPTH} levels`, { place: { path } });
}
