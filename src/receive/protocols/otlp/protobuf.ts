import { ByteCache, type ByteEntry } from '../../byte-cache.js';
import type { Batch } from '../../intake.js';
import type { SampleFault } from '../../series/index.js';
import { viewOf } from '../../view.js';
import { WIRE, WireReader } from '../../wire-reader.js';
import { readAttributes } from './attributes.js';
import { pathOf, type Where } from './place.js';
import { KIND, type Manner, Point } from './point.js';
import { attributesField, PointReader, type Span } from './protobuf-point.js';
import type { Origin, Stream, Streams } from './streams.js';

/**
 * Field numbers, from
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 */
const REQUEST = { resourceMetrics: 1 } as const;
const RESOURCE_METRICS = { resource: 1, scopeMetrics: 2 } as const;
const SCOPE_METRICS = { scope: 1, metrics: 2 } as const;
const SCOPE = { name: 1, version: 2, attributes: 3 } as const;
const METRIC = { name: 1, description: 2, unit: 3 } as const;
const DATA = { points: 1, temporality: 2, isMonotonic: 3 } as const;

/** A body that is being read. */
export interface ProtobufRun {
  readonly body: Buffer;
  readonly batch: Batch;
  at: number;
  resources: number;
}

const MIB = 2 ** 20;

/**
 * Reads `ExportMetricsServiceRequest` from protobuf. What a stream is follows from the bytes of its resource, scope,
 * metric and attributes, which are looked up as they stand: nothing is decoded, and no object made, for a stream that was
 * there before. Of a message that is there twice where one belongs, the last one counts.
 */
export class OtlpProtobufReader {
  readonly #streams: Streams;
  readonly #reader = new WireReader();
  readonly #aside = new WireReader();
  readonly #point = new Point();
  readonly #origins = new ByteCache<Origin>(8 * MIB, 1000);
  readonly #scopes = new ByteCache<null>(8 * MIB, 160);
  readonly #metrics = new ByteCache<Manner>(16 * MIB, 200);
  readonly #known = new ByteCache<Stream>(48 * MIB, 700);
  readonly #resource: Span = { from: 0, to: 0 };
  readonly #scope: Span = { from: 0, to: 0 };
  readonly #name: Span = { from: 0, to: 0 };
  readonly #unit: Span = { from: 0, to: 0 };
  readonly #points: PointReader;
  readonly #where: Where = { resource: 0, scope: 0, metric: 0, point: 0, kind: 0 };
  #body: Buffer = Buffer.alloc(0);
  #text: DataView = viewOf(this.#body);
  #batch!: Batch;
  #origin!: ByteEntry<Origin>;
  #scopeEntry!: ByteEntry<null>;
  #count = 0;

  constructor(streams: Streams) {
    this.#streams = streams;
    this.#points = new PointReader(this.#reader);
  }

  /**
   * Reads on until so many points were read, up to the end of a resource. True at the end of the body.
   * @throws Problem bad-protobuf; then nothing of the body may be kept
   */
  advance(run: ProtobufRun, most: number): boolean {
    const reader = this.#reader;
    reader.open(run.body);
    reader.at = run.at;
    this.#body = run.body;
    this.#text = viewOf(run.body);
    this.#batch = run.batch;
    this.#count = 0;
    this.#streams.desk.begin();
    try {
      while (this.#count < most) {
        const field = reader.next();
        if (field === 0) return true;
        if (field === REQUEST.resourceMetrics) {
          reader.expect(WIRE.bytes, 'resource_metrics');
          this.#where.resource = run.resources++;
          this.#readResource();
        } else reader.skip();
        run.at = reader.at;
      }
      return false;
    } finally {
      this.#streams.desk.end(run.batch);
    }
  }

  #readResource(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const first = reader.at;
    this.#findSpan(RESOURCE_METRICS.resource, this.#resource, 'resource');
    const { from, to } = this.#resource;
    this.#origin =
      this.#origins.find(0, this.#text, from, to) ??
      this.#origins.add(0, this.#text, from, to, this.#openOrigin());
    this.#streams.forget(this.#origin.value);
    reader.at = first;
    this.#where.scope = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === RESOURCE_METRICS.scopeMetrics) {
        reader.expect(WIRE.bytes, 'scope_metrics');
        this.#readScope();
        this.#where.scope++;
      } else reader.skip();
    }
    reader.leave(outer);
  }

  #readScope(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const first = reader.at;
    this.#findSpan(SCOPE_METRICS.scope, this.#scope, 'scope');
    const { from, to } = this.#scope;
    const { id } = this.#origin;
    this.#scopeEntry =
      this.#scopes.find(id, this.#text, from, to) ?? this.#scopes.add(id, this.#text, from, to, null);
    reader.at = first;
    this.#where.metric = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === SCOPE_METRICS.metrics) {
        reader.expect(WIRE.bytes, 'metrics');
        this.#readMetric();
        this.#where.metric++;
      } else reader.skip();
    }
    reader.leave(outer);
  }

  /** Sets the span to the last message under that number, or to nothing. Leaves the reader at the end. */
  #findSpan(number: number, span: Span, what: string): void {
    const reader = this.#reader;
    span.from = 0;
    span.to = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === number) {
        reader.expect(WIRE.bytes, what);
        this.#takeSpan(span);
      } else reader.skip();
    }
  }

  #takeSpan(span: Span): void {
    const reader = this.#reader;
    const length = reader.length();
    span.from = reader.at;
    reader.at += length;
    span.to = reader.at;
  }

  #readMetric(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    const name = this.#name;
    const unit = this.#unit;
    name.from = name.to = unit.from = unit.to = 0;
    let kind = 0;
    let dataFrom = 0;
    let dataTo = 0;
    // Name, description and unit as they stand, when they stand together.
    let headFrom = -1;
    let headTo = -1;
    let isTogether = true;
    for (
      let start = reader.at, field = reader.next();
      field !== 0;
      start = reader.at, field = reader.next()
    ) {
      if (field === METRIC.name || field === METRIC.unit || field === METRIC.description) {
        reader.expect(WIRE.bytes, 'a name, description or unit');
        if (headFrom === -1) headFrom = start;
        else if (headTo !== start) isTogether = false;
        if (field === METRIC.name) this.#takeSpan(name);
        else if (field === METRIC.unit) this.#takeSpan(unit);
        else reader.skip();
        headTo = reader.at;
      } else if (isKind(field)) {
        reader.expect(WIRE.bytes, 'data');
        const length = reader.length();
        kind = field;
        dataFrom = reader.at;
        reader.at += length;
        dataTo = reader.at;
      } else reader.skip();
    }
    if (kind !== 0) {
      reader.at = dataFrom;
      const end = reader.end;
      reader.end = dataTo;
      if (isTogether && headFrom !== -1) this.#readData(kind, this.#text, headFrom, headTo);
      else {
        const head = Buffer.concat([this.#slice(name), ZERO, this.#slice(unit)]);
        this.#readData(kind, viewOf(head), 0, head.length);
      }
      reader.end = end;
    }
    reader.at = reader.end;
    reader.leave(outer);
  }

  #readData(kind: number, head: DataView, headFrom: number, headTo: number): void {
    const reader = this.#reader;
    const first = reader.at;
    let temporality = 0;
    let isMonotonic = false;
    if (kind !== KIND.gauge) {
      // Temporality comes after the points, so points are passed over first.
      for (let field = reader.next(); field !== 0; field = reader.next()) {
        if (field === DATA.temporality && reader.type === WIRE.varint)
          temporality = Math.min(3, reader.uint());
        else if (field === DATA.isMonotonic && reader.type === WIRE.varint) isMonotonic = reader.uint() !== 0;
        else reader.skip();
      }
    }
    const parent = this.#scopeEntry.id * 128 + kind * 8 + temporality * 2 + (isMonotonic ? 1 : 0);
    const metric =
      this.#metrics.find(parent, head, headFrom, headTo) ??
      this.#metrics.add(parent, head, headFrom, headTo, { kind, temporality, isMonotonic });
    reader.at = first;
    this.#where.kind = kind;
    this.#where.point = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === DATA.points) {
        reader.expect(WIRE.bytes, 'data_points');
        this.#readPoint(metric);
        this.#where.point++;
      } else reader.skip();
    }
  }

  #readPoint(metric: ByteEntry<Manner>): void {
    const reader = this.#reader;
    const point = this.#point;
    const outer = reader.enter();
    const body = this.#points.read(this.#body, metric.value.kind, point);
    reader.leave(outer);
    const text = body === this.#body ? this.#text : viewOf(body);
    const { from, to } = this.#points.attributes;
    const stream =
      this.#known.find(metric.id, text, from, to) ??
      this.#known.add(metric.id, text, from, to, this.#openStream(metric.value, body));
    this.#count++;
    const fault = this.#streams.put(this.#batch, stream.value, point);
    if (fault) this.#refuse(fault);
  }

  #refuse(fault: SampleFault): void {
    this.#batch.refusals.add(fault.code, () => ({ path: pathOf(this.#where), message: fault.describe() }));
  }

  #openOrigin(): Origin {
    const attributes = new Map<string, string>();
    readAttributes(this.#at(this.#body, this.#resource), 1, attributes);
    return this.#streams.openOrigin(attributes);
  }

  #openStream(manner: Manner, body: Buffer): Stream {
    const scope = new Map<string, string>();
    const point = new Map<string, string>();
    this.#readScopeInto(scope);
    readAttributes(this.#at(body, this.#points.attributes), attributesField(manner.kind), point);
    return this.#streams.openStream(this.#origin.value, {
      name: this.#slice(this.#name).toString('utf8'),
      unit: this.#slice(this.#unit).toString('utf8'),
      manner,
      scope,
      point,
    });
  }

  #readScopeInto(into: Map<string, string>): void {
    const reader = this.#at(this.#body, this.#scope);
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === SCOPE.name && reader.type === WIRE.bytes) into.set('otel.scope.name', reader.string());
      else if (field === SCOPE.version && reader.type === WIRE.bytes)
        into.set('otel.scope.version', reader.string());
      else reader.skip();
    }
    readAttributes(this.#at(this.#body, this.#scope), SCOPE.attributes, into);
  }

  #at(body: Buffer, { from, to }: Span): WireReader {
    this.#aside.open(body);
    this.#aside.at = from;
    this.#aside.end = to;
    return this.#aside;
  }

  #slice({ from, to }: Span): Buffer {
    return this.#body.subarray(from, to);
  }
}

const ZERO = Buffer.alloc(1);

function isKind(field: number): boolean {
  return field === 5 || field === 7 || field === 9 || field === 10 || field === 11;
}
