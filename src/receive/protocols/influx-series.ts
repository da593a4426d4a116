import type { Labels, NodeRecord } from '../../telemetry/index.js';
import { ByteTable } from '../byte-table.js';
import type { Batch } from '../intake.js';
import { labelsOf, type Names, nodeNameOf, type Shape, type Tags, type Target } from '../names/index.js';
import { Pattern } from '../pattern.js';
import { KEY_SPECIAL, unescapeName } from './influx-bytes.js';
import type { LineFault } from './line-row.js';

/** A field's name with its `=`, as it is written, and what becomes of the field. */
export interface KnownField {
  readonly written: Pattern;
  readonly name: string;
  readonly target: Target | undefined;
}

/** Fields in the order in which lines of this kind have them; shared by all their series. */
export interface Layout {
  readonly shape: Shape;
  readonly fields: KnownField[];
}

/** One measurement with one set of tags, as it is written. What follows from it is found out once. */
export interface Series {
  readonly key: Pattern;
  readonly layout: Layout;
  readonly nodeName: string | undefined;
  readonly labels: Labels;
  /** Kept where parts of sums are told by them. */
  readonly tags: Tags;
  /** What tells it from the other parts of a sum, where it is one. */
  parts: Map<Target, string> | undefined;
  /** Set when a line first has a signal: nodes without any are not known. */
  node: NodeRecord | undefined;
  /** Id of the node's labels just after ours were merged. Another one means that somebody else changed them. */
  mergedLabels: number;
  /** Why the node was not let in, valid for that body only. */
  refusal: { readonly batch: Batch; readonly fault: LineFault } | undefined;
  /** start_time that was last derived from an uptime, in s. */
  start: number;
  /** The series whose line came after this one's last time: agents send theirs in the same order. */
  next: Series | undefined;
}

const NO_TAGS: Tags = new Map();

/** Beyond these the caches begin anew. A series takes about 400 bytes. */
const MAX_SERIES = 131_072;
const MAX_LAYOUTS = 16_384;
/** Fields of a layout that are looked for; others are decoded each time. */
export const MAX_KNOWN_FIELDS = 64;

/** Series by their written bytes. */
export class SeriesCache {
  readonly #table = new ByteTable<Series>();
  #layouts = new Map<string, Map<Shape, Layout>>();

  constructor(private readonly names: Names) {}

  find(hash: number, text: DataView, from: number, to: number): Series | undefined {
    return this.#table.find(hash, text, from, to);
  }

  /** Makes the series known that is written so. */
  add(hash: number, written: Buffer, measurement: string, tags: ReadonlyMap<string, string>): Series {
    if (this.#table.count >= MAX_SERIES) {
      this.#table.clear();
      this.#layouts = new Map();
    }
    const series = this.#make(written, measurement, tags);
    this.#table.add(hash, series);
    return series;
  }

  #make(written: Buffer, measurement: string, tags: ReadonlyMap<string, string>): Series {
    const shape = this.names.shapeOf(measurement, tags);
    const nodeName = nodeNameOf(shape.identity, tags);
    return {
      key: this.#table.keyOf(written),
      layout: this.#layoutOf(measurement, shape),
      nodeName,
      labels: labelsOf(shape.identity, tags, nodeName),
      tags: shape.hasSums ? tags : NO_TAGS,
      parts: undefined,
      node: undefined,
      mergedLabels: -1,
      refusal: undefined,
      start: Number.NaN,
      next: undefined,
    };
  }

  #layoutOf(measurement: string, shape: Shape): Layout {
    if (this.#layouts.size >= MAX_LAYOUTS) this.#layouts = new Map();
    let byShape = this.#layouts.get(measurement);
    if (!byShape) {
      byShape = new Map();
      this.#layouts.set(measurement, byShape);
    }
    let layout = byShape.get(shape);
    if (!layout) {
      layout = { shape, fields: [] };
      byShape.set(shape, layout);
    }
    return layout;
  }
}

/** The field whose name with `=` stands from `from` to `to`; remembered in the layout while there is room. */
export function fieldOf(layout: Layout, body: Buffer, text: DataView, from: number, to: number): KnownField {
  const known = layout.fields.find(({ written }) => written.length === to - from && written.isAt(text, from));
  if (known) return known;
  const name = unescapeName(body.toString('utf8', from, to - 1), KEY_SPECIAL);
  const field: KnownField = {
    written: new Pattern(body.subarray(from, to)),
    name,
    target: layout.shape.fields.get(name),
  };
  if (layout.fields.length < MAX_KNOWN_FIELDS) layout.fields.push(field);
  return field;
}
