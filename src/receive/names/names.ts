import { SIGNALS } from '../../telemetry/index.js';
import { Kinds } from './kinds.js';
import { type Mapping, mappingsOf, matches } from './mappings.js';
import type { Identity, NamesFile, Read, Table, Where } from './schema.js';
import { makeTarget, type Target } from './target.js';

export type Tags = ReadonlyMap<string, string>;

/** How lines of one kind are read: who the node is, which tags are labels, which fields are signals. */
export interface Shape {
  readonly identity: Identity;
  /** By name of the field. A trap is there, with undefined, so that it is not taken by its canonical name either. */
  readonly fields: ReadonlyMap<string, Target | undefined>;
  /** Whether any field is a part of a sum. */
  readonly hasSums: boolean;
}

export interface TableShape {
  readonly table: Table;
  readonly where: Where;
  readonly shape: Shape;
}

const ANYBODY: Identity = { nodeTag: true, node: [], notLabels: [], onlyLabels: undefined, labels: {} };

/** Measurement under which metric_version 2 of Telegraf's inputs.prometheus sends every metric as a field. */
const PROMETHEUS_V2 = 'prometheus';

/** The files of names, ready for use. The canonical names are signals in every measurement. */
export class Names {
  readonly kinds: Kinds;
  /** In the order of the files, so that a user's come first. */
  readonly mappings: readonly Mapping[];
  readonly traps = new Map<string, string>();
  readonly #plain: Shape;
  readonly #tables = new Map<string, TableShape[]>();
  readonly #byMetric = new Map<string, Mapping[]>();
  /** Shapes made for combinations of Prometheus metrics, by their indices. */
  readonly #combined = new Map<string, Shape>();

  /** The first `userFiles` of the files are a user's. */
  constructor(files: readonly NamesFile[], userFiles = 0) {
    this.kinds = new Kinds(files);
    this.#plain = makeShape(ANYBODY, canonicalFields());
    files.forEach((file, index) => {
      for (const table of file.tables) {
        const known = this.#tables.get(table.measurement) ?? [];
        known.push({ table, where: table.where, shape: this.#shapeOfTable(table, index < userFiles) });
        this.#tables.set(table.measurement, known);
      }
      for (const group of [file.prometheus, file.otlp]) {
        for (const name in group?.traps) if (!this.traps.has(name)) this.traps.set(name, group.traps[name]);
      }
    });
    this.mappings = files.flatMap(({ prometheus, otlp }, index) => [
      ...(prometheus ? mappingsOf(prometheus, 'Prometheus', this.kinds, index < userFiles) : []),
      ...(otlp ? mappingsOf(otlp, 'OTLP', this.kinds, index < userFiles) : []),
    ]);
    for (const mapping of this.mappings) {
      const known = this.#byMetric.get(mapping.metric);
      if (known) known.push(mapping);
      else this.#byMetric.set(mapping.metric, [mapping]);
    }
  }

  /** How a line with this measurement and these tags is read. Equal answers are the same object. */
  shapeOf(measurement: string, tags: Tags): Shape {
    const table = this.tablesOf(measurement).find(({ where }) => matches(where, tags));
    if (table) return table.shape;
    const isPrometheus =
      measurement === PROMETHEUS_V2 ||
      ['', '_sum', '_count'].some((end) => this.entriesOf(measurement + end).length > 0);
    return isPrometheus ? this.#prometheusShape(measurement, tags) : this.#plain;
  }

  tablesOf(measurement: string): readonly TableShape[] {
    return this.#tables.get(measurement) ?? [];
  }

  get tables(): readonly TableShape[] {
    return [...this.#tables.values()].flat();
  }

  /** What a metric is, by its name and labels: one mapping a signal, none where it is no signal. */
  metricsOf(name: string, tags: Tags): readonly Mapping[] {
    const fitting: Mapping[] = [];
    for (const mapping of this.entriesOf(name)) {
      // A metric that is a signal may be a part of others, too; of one signal the first entry counts.
      const isTaken = fitting.some(({ target }) => target.signal === mapping.target.signal);
      if (!isTaken && matches(mapping.where, tags)) fitting.push(mapping);
    }
    return fitting;
  }

  /** Entries of a metric whatever its labels; of one with a prefix, those of the longest name that it ends in. */
  entriesOf(name: string): readonly Mapping[] {
    const exact = this.#byMetric.get(name);
    if (exact || this.traps.has(name)) return exact ?? [];
    for (let at = name.indexOf('_'); at !== -1; at = name.indexOf('_', at + 1)) {
      const rest = name.slice(at + 1);
      if (this.traps.has(rest)) return [];
      const entries = this.#byMetric.get(rest)?.filter(({ allowsPrefix }) => allowsPrefix);
      if (entries && entries.length > 0) return entries;
    }
    return [];
  }

  #prometheusShape(measurement: string, tags: Tags): Shape {
    const isV2 = measurement === PROMETHEUS_V2;
    const names = ['', '_sum', '_count'].map((end) => measurement + end);
    const fitting = this.mappings
      .map((mapping, index) => ({ mapping, index }))
      .filter(({ mapping }) => {
        const isNamed = isV2 ? mapping.protocol === 'Prometheus' : this.#isOf(names, mapping);
        return isNamed && matches(mapping.where, tags);
      });
    const key = `${isV2} ${isV2 ? '' : measurement} ${fitting.map(({ index }) => index)}`;
    let shape = this.#combined.get(key);
    if (!shape) {
      const fields = canonicalFields();
      for (const { mapping } of [...fitting].reverse()) {
        const own = isV2 ? undefined : names.find((name) => this.#isOf([name], mapping));
        const written = own === undefined ? [mapping.metric] : v1Fields(measurement, own);
        for (const field of written) fields.set(field, mapping.target);
      }
      shape = makeShape(fitting[0]?.mapping.identity ?? ANYBODY, fields);
      this.#combined.set(key, shape);
    }
    return shape;
  }

  #isOf(names: readonly string[], mapping: Mapping): boolean {
    return names.some((name) => this.entriesOf(name).includes(mapping));
  }

  #shapeOfTable(table: Table, isUsers: boolean): Shape {
    const fields = canonicalFields();
    for (const trap in table.traps) fields.set(trap, undefined);
    for (const signal of SIGNALS) {
      const reading = table.signals[signal];
      if (reading === undefined) continue;
      const isOne = !('firstOf' in reading) && !('allOf' in reading);
      const reads: readonly Read[] = isOne
        ? [reading]
        : 'firstOf' in reading
          ? reading.firstOf
          : reading.allOf;
      reads.forEach((how, index) => {
        const named = 'allOf' in reading ? reads[0] : how;
        const own = `${table.measurement}.${named.field}`;
        const id = `${signal} ${own}`;
        const sum = how.sumOver ? { id, over: how.sumOver, part: '', least: 1 } : undefined;
        const source = this.kinds.of(signal, named.source, own, isUsers);
        const rank = isOne ? undefined : 'firstOf' in reading ? index : 0;
        fields.set(
          how.field,
          makeTarget(signal, { how, rank, source, metric: `${table.measurement}.${how.field}`, sum }),
        );
      });
    }
    return makeShape(table, fields);
  }
}

/** Field names of metric_version 1: the measurement is the metric, or the stem of a histogram or summary. */
function v1Fields(measurement: string, metric: string): readonly string[] {
  return metric === measurement ? ['gauge', 'counter', 'value'] : [metric.slice(measurement.length + 1)];
}

function canonicalFields(): Map<string, Target | undefined> {
  return new Map(SIGNALS.map((signal) => [signal, makeTarget(signal)]));
}

function makeShape(identity: Identity, fields: ReadonlyMap<string, Target | undefined>): Shape {
  return { identity, fields, hasSums: [...fields.values()].some((target) => target?.sum !== undefined) };
}
