import { Problem } from '../../../problem.js';
import type { Batch } from '../../intake.js';
import { locateFault } from '../json-fault.js';
import { textOfJson } from './json-attributes.js';
import { arrayAt, type Fields, fieldsAt, numberAt, textAt } from './json-fields.js';
import { pathOf, type Where } from './place.js';
import { isCounted, KIND, type Manner, Point } from './point.js';
import type { Attributes, Origin, Stream, Streams } from './streams.js';

const KINDS = Object.entries(KIND);

/** Streams that are remembered; then all are forgotten, and opened again when they come. */
const MOST_KNOWN = 50_000;

/**
 * Reads `ExportMetricsServiceRequest` from JSON: names in lowerCamelCase, 64-bit integers as numbers or in quotes, enums
 * as integers; unknown fields are ignored. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export class OtlpJsonReader {
  readonly #streams: Streams;
  readonly #origins = new Map<string, Origin>();
  readonly #known = new Map<string, Stream>();
  readonly #point = new Point();

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** @throws Problem bad-json when the body is no such message; then nothing of it may be kept */
  read(body: Buffer, batch: Batch): void {
    const request = fieldsAt(parse(body), '') ?? {};
    this.#streams.desk.begin();
    try {
      arrayAt(request, 'resourceMetrics', '').forEach((each, resource) => {
        this.#readResource(each, { resource, scope: 0, metric: 0, point: 0, kind: 0 }, batch);
      });
    } finally {
      this.#streams.desk.end(batch);
    }
  }

  #readResource(found: unknown, where: Where, batch: Batch): void {
    const path = `resourceMetrics[${where.resource}]`;
    const fields = fieldsAt(found, path) ?? {};
    const resource = fieldsAt(fields.resource, `${path}.resource`) ?? {};
    const attributes = attributesOf(resource, `${path}.resource`);
    const key = keyOf(attributes);
    let origin = this.#origins.get(key);
    if (!origin) {
      if (this.#origins.size >= MOST_KNOWN) this.#forgetAll();
      origin = this.#streams.openOrigin(attributes);
      this.#origins.set(key, origin);
    }
    this.#streams.forget(origin);
    arrayAt(fields, 'scopeMetrics', path).forEach((each, scope) => {
      this.#readScope(each, { ...where, scope }, `${path}.scopeMetrics[${scope}]`, key, origin, batch);
    });
  }

  #readScope(found: unknown, where: Where, path: string, key: string, origin: Origin, batch: Batch): void {
    const fields = fieldsAt(found, path) ?? {};
    const scope = fieldsAt(fields.scope, `${path}.scope`) ?? {};
    const labels = new Map(attributesOf(scope, `${path}.scope`));
    for (const part of ['name', 'version']) {
      const text = textAt(scope, part, `${path}.scope`);
      if (text !== '') labels.set(`otel.scope.${part}`, text);
    }
    const scopeKey = `${key}\u0001${keyOf(labels)}`;
    arrayAt(fields, 'metrics', path).forEach((each, metric) => {
      const at = `${path}.metrics[${metric}]`;
      this.#readMetric(each, { ...where, metric }, at, { key: scopeKey, origin, scope: labels }, batch);
    });
  }

  #readMetric(
    found: unknown,
    where: Where,
    path: string,
    { key, origin, scope }: { key: string; origin: Origin; scope: Attributes },
    batch: Batch,
  ): void {
    const fields = fieldsAt(found, path) ?? {};
    const name = textAt(fields, 'name', path);
    const unit = textAt(fields, 'unit', path);
    for (const [kindName, kind] of KINDS) {
      const at = `${path}.${kindName}`;
      const data = fieldsAt(fields[kindName], at);
      if (!data) continue;
      const manner: Manner = {
        kind,
        temporality: numberAt(data, 'aggregationTemporality', at, 'integer') ?? 0,
        isMonotonic: data.isMonotonic === true,
      };
      const metricKey = [key, name, unit, kind, manner.temporality, manner.isMonotonic].join('\u0001');
      arrayAt(data, 'dataPoints', at).forEach((each, index) => {
        const pointAt = `${at}.dataPoints[${index}]`;
        const pointFields = fieldsAt(each, pointAt) ?? {};
        readPoint(pointFields, kind, pointAt, this.#point);
        const point = attributesOf(pointFields, pointAt);
        const streamKey = `${metricKey}\u0001${keyOf(point)}`;
        let stream = this.#known.get(streamKey);
        if (!stream) {
          if (this.#known.size >= MOST_KNOWN) this.#forgetAll();
          stream = this.#streams.openStream(origin, { name, unit, manner, scope, point });
          this.#known.set(streamKey, stream);
        }
        const fault = this.#streams.put(batch, stream, this.#point);
        if (!fault) return;
        const path = pathOf({ ...where, point: index, kind });
        batch.refusals.add(fault.code, () => ({ path, message: fault.describe() }));
      });
    }
  }

  #forgetAll(): void {
    this.#origins.clear();
    this.#known.clear();
  }
}

function parse(body: Buffer): unknown {
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, found, expected } = locateFault(text);
    throw new Problem('bad-json', `found ${found}, expected ${expected}`, {
      place: { line, column },
      cure: CURE,
    });
  }
}

const CURE = 'Send an ExportMetricsServiceRequest as OTLP writes it in JSON.';

function readPoint(fields: Fields, kind: number, path: string, point: Point): void {
  point.clear();
  point.time = numberAt(fields, 'timeUnixNano', path, 'integer') ?? 0;
  point.start = numberAt(fields, 'startTimeUnixNano', path, 'integer') ?? 0;
  point.flags = numberAt(fields, 'flags', path, 'integer') ?? 0;
  if (isCounted(kind)) {
    point.value = numberAt(fields, 'count', path, 'integer') ?? 0;
    point.hasValue = true;
    const sum = numberAt(fields, 'sum', path, 'double') ?? (kind === KIND.summary ? 0 : undefined);
    point.hasSum = sum !== undefined;
    point.sum = sum ?? Number.NaN;
  } else {
    const value = numberAt(fields, 'asDouble', path, 'double') ?? numberAt(fields, 'asInt', path, 'integer');
    point.hasValue = value !== undefined;
    point.value = value ?? Number.NaN;
  }
}

function attributesOf(fields: Fields, path: string): Map<string, string> {
  const attributes = new Map<string, string>();
  arrayAt(fields, 'attributes', path).forEach((each, index) => {
    const at = `${path}.attributes[${index}]`;
    const pair = fieldsAt(each, at) ?? {};
    const key = textAt(pair, 'key', at);
    const text = textOfJson(pair.value, `${at}.value`);
    if (key !== '' && text !== undefined) attributes.set(key, text);
  });
  return attributes;
}

/** Unambiguous, whatever the attributes contain. */
function keyOf(attributes: Attributes): string {
  let key = '';
  for (const [name, value] of attributes) key += `${name.length}:${name}${value.length}:${value}`;
  return key;
}
