import { SIGNALS } from '../../telemetry/index.js';
import type { Identity, Metric, NamesFile, Table, Where } from './schema.js';
import { makeTarget, type Target } from './target.js';

export type Tags = ReadonlyMap<string, string>;

/** How lines of one kind are read: who the node is, which tags are labels, which fields are signals. */
export interface Shape {
  readonly identity: Identity;
  /** By name of the field. A trap is there, with undefined, so that it is not taken by its canonical name either. */
  readonly fields: ReadonlyMap<string, Target | undefined>;
}

const ANYBODY: Identity = { node: [], notLabels: [], onlyLabels: undefined };

/** Measurement under which metric_version 2 of Telegraf's inputs.prometheus sends every metric as a field. */
const PROMETHEUS_V2 = 'prometheus';

interface PrometheusGroup extends Identity {
  readonly metrics: readonly Metric[];
}

/** The tables of names, ready for use. The canonical names are signals in every measurement. */
export class Names {
  readonly #plain: Shape;
  readonly #tables = new Map<string, { where: Where; shape: Shape }[]>();
  readonly #prometheus: readonly PrometheusGroup[];
  readonly #byMetric = new Map<string, PrometheusGroup>();
  /** Shapes made for combinations of Prometheus metrics, by their indices. */
  readonly #combined = new Map<string, Shape>();

  constructor(files: readonly NamesFile[]) {
    this.#plain = { identity: ANYBODY, fields: canonicalFields() };
    for (const table of files.flatMap((file) => file.tables)) {
      const known = this.#tables.get(table.measurement) ?? [];
      known.push({ where: table.where, shape: shapeOfTable(table) });
      this.#tables.set(table.measurement, known);
    }
    this.#prometheus = files.flatMap((file) => (file.prometheus ? [file.prometheus] : []));
    for (const group of this.#prometheus) {
      for (const { metric } of group.metrics) {
        if (!this.#byMetric.has(metric)) this.#byMetric.set(metric, group);
      }
    }
  }

  /** How a line with this measurement and these tags is read. Equal answers are the same object. */
  shapeOf(measurement: string, tags: Tags): Shape {
    const table = this.#tables.get(measurement)?.find(({ where }) => matches(where, tags));
    if (table) return table.shape;
    const group = measurement === PROMETHEUS_V2 ? this.#prometheus[0] : this.#groupOf(measurement);
    return group ? this.#prometheusShape(measurement, tags, group) : this.#plain;
  }

  /** What a metric under its Prometheus name is; undefined where it is no signal. */
  metricOf(name: string, tags: Tags): { identity: Identity; target: Target } | undefined {
    for (const group of this.#prometheus) {
      const found = group.metrics.find(({ metric, where }) => metric === name && matches(where, tags));
      if (found) return { identity: group, target: makeTarget(found.signal, found.read) };
    }
    return undefined;
  }

  #groupOf(measurement: string): PrometheusGroup | undefined {
    return ['', '_sum', '_count'].map((end) => this.#byMetric.get(measurement + end)).find(Boolean);
  }

  #prometheusShape(measurement: string, tags: Tags, group: PrometheusGroup): Shape {
    const all = this.#prometheus.flatMap(({ metrics }) => metrics);
    const isV2 = measurement === PROMETHEUS_V2;
    const names = isV2 ? undefined : [measurement, `${measurement}_sum`, `${measurement}_count`];
    const fitting = all
      .map((metric, index) => ({ metric, index }))
      .filter(({ metric }) => (names?.includes(metric.metric) ?? true) && matches(metric.where, tags));
    const key = `${isV2} ${fitting.map(({ index }) => index)}`;
    let shape = this.#combined.get(key);
    if (!shape) {
      const fields = canonicalFields();
      for (const { metric } of fitting.reverse()) {
        const target = makeTarget(metric.signal, metric.read);
        for (const field of isV2 ? [metric.metric] : v1Fields(measurement, metric.metric))
          fields.set(field, target);
      }
      shape = { identity: group, fields };
      this.#combined.set(key, shape);
    }
    return shape;
  }
}

/** Field names of metric_version 1: the measurement is the metric, or the stem of a histogram or summary. */
function v1Fields(measurement: string, metric: string): readonly string[] {
  return metric === measurement ? ['gauge', 'counter', 'value'] : [metric.slice(measurement.length + 1)];
}

function canonicalFields(): Map<string, Target | undefined> {
  return new Map(SIGNALS.map((signal) => [signal, makeTarget(signal)]));
}

function shapeOfTable(table: Table): Shape {
  const fields = canonicalFields();
  for (const trap in table.traps) fields.set(trap, undefined);
  for (const signal of SIGNALS) {
    const source = table.signals[signal];
    if (source === undefined) continue;
    if ('firstOf' in source) {
      source.firstOf.forEach((read, rank) => {
        fields.set(read.field, makeTarget(signal, read, rank));
      });
    } else if ('allOf' in source) {
      for (const read of source.allOf) fields.set(read.field, makeTarget(signal, read, 0));
    } else {
      fields.set(source.field, makeTarget(signal, source));
    }
  }
  return { identity: table, fields };
}

function matches(where: Where, tags: Tags): boolean {
  return Object.entries(where).every(([tag, condition]) => {
    const value = tags.get(tag) ?? '';
    if (typeof condition === 'string') return value === condition;
    if (Array.isArray(condition)) return condition.includes(value);
    return typeof condition.not === 'string' ? value !== condition.not : !condition.not.includes(value);
  });
}
