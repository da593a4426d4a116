import { needsOf, type Rule } from '../evaluate/index.js';
import {
  isNoLimit,
  type Registry,
  type Rows,
  SIGNAL_FACTS,
  SIGNALS,
  type Signal,
} from '../telemetry/index.js';
import { Trend } from '../trend/index.js';
import type { KnownNode, Said } from './history.js';
import { median } from './watched.js';
import { Witness } from './witness.js';

/** Gaps between samples that are remembered of a node: enough for a middle, whatever the record's length. */
const GAPS_AT_MOST = 999;

interface Seen {
  first: number;
  last: number;
  labels: number;
  readonly gaps: number[];
  readonly highest: Map<Signal, number>;
  /** Newest values, to see counters move and collections happen. */
  gcCount: number;
  afterGc: number;
  collections: number;
  majorCollections: number;
}

/** Goes through one record in time order, once, and notes what checks ask about. */
export class Survey {
  readonly #trend: Trend;
  readonly #seen = new Map<number, Seen>();
  readonly #witnesses: readonly Witness[];
  #registry: Registry | undefined;

  constructor(rules: readonly Rule[]) {
    this.#trend = new Trend(rules.flatMap(needsOf));
    this.#witnesses = rules.flatMap((rule) => (rule.kind === 'forecast' ? [new Witness(rule)] : []));
  }

  /** Rows in time order, and the registry that knows their nodes; the same one with every call. */
  take(rows: Rows, registry: Registry): void {
    this.#registry = registry;
    this.#trend.observe(rows, registry);
    for (let row = 0; row < rows.length; row++) {
      this.#note(rows, row);
      for (const witness of this.#witnesses) witness.look(this.#trend, rows, row, registry);
    }
  }

  finish(): { readonly nodes: readonly KnownNode[]; readonly said: ReadonlyMap<string, Said> } {
    const registry = this.#registry;
    const nodes = registry ? [...this.#seen].map(([id, seen]) => nodeOf(id, seen, registry)) : [];
    return { nodes, said: new Map(this.#witnesses.map((witness) => [witness.rule, witness.said()])) };
  }

  #note(rows: Rows, row: number): void {
    const time = rows.time[row];
    const seen = this.#seen.get(rows.node[row]) ?? this.#begin(rows.node[row], time);
    if (time > seen.last && seen.gaps.length < GAPS_AT_MOST) seen.gaps.push(time - seen.last);
    seen.last = time;
    seen.labels = rows.labels[row];
    for (const signal of SIGNALS) {
      const value = rows.get(row, signal);
      if (Number.isNaN(value) || (SIGNAL_FACTS[signal].kind === 'limit' && isNoLimit(value))) continue;
      const before = seen.highest.get(signal);
      if (before === undefined || value > before) seen.highest.set(signal, value);
    }
    noteCollections(seen, rows.get(row, 'gc_count'), rows.get(row, 'heap_after_gc'));
  }

  #begin(id: number, time: number): Seen {
    const counts = { gcCount: Number.NaN, afterGc: Number.NaN, collections: 0, majorCollections: 0 };
    const seen: Seen = { first: time, last: time, labels: 0, gaps: [], highest: new Map(), ...counts };
    this.#seen.set(id, seen);
    return seen;
  }
}

/** A counter that falls is that of a new process; a live set that changes tells of a major collection. */
function noteCollections(seen: Seen, gcCount: number, afterGc: number): void {
  if (gcCount > seen.gcCount) seen.collections += gcCount - seen.gcCount;
  if (!Number.isNaN(gcCount)) seen.gcCount = gcCount;
  if (!Number.isNaN(afterGc) && !Number.isNaN(seen.afterGc) && afterGc !== seen.afterGc)
    seen.majorCollections++;
  if (!Number.isNaN(afterGc)) seen.afterGc = afterGc;
}

function nodeOf(id: number, seen: Seen, registry: Registry): KnownNode {
  const { first, last, gaps, highest, collections, majorCollections } = seen;
  const spanMs = last - first;
  const every = (count: number) => (count > 0 ? spanMs / count : null);
  return {
    name: registry.nodes[id].name,
    labels: registry.labelSets[seen.labels].labels,
    signals: new Set(highest.keys()),
    highest,
    intervalMs: gaps.length < 2 ? null : (median(gaps) ?? null),
    gcEveryMs: every(collections > 0 ? collections : majorCollections),
    majorGcEveryMs: every(majorCollections),
    spanMs,
  };
}
