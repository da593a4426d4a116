import { type LabelSet, type NodeRecord, type Registry, Rows } from '../telemetry/index.js';
import type { NewNames } from './line.js';

/**
 * Nodes of a pool share strength, so they stay together, up to this many: with more, the others of a half say as much as the
 * others of the whole.
 */
const MOST_NODES = 500;

/** Rows of a part that are ready to be sent to its worker. */
export interface Parcel {
  readonly part: number;
  readonly rows: Rows;
  readonly names: NewNames;
}

interface Part {
  readonly index: number;
  readonly nodes: NodeRecord[];
  nodesTold: number;
  labelSetsTold: number;
  rows: Rows;
}

interface Membership {
  readonly part: Part;
  /** Number of the node within its part. */
  readonly id: number;
}

/**
 * Splits the rows of one world by pool. A node belongs where it was first seen; which part that is depends on the
 * history alone, not on how many workers there are.
 */
export class Parts {
  readonly #registry: Registry;
  readonly #isWanted: (node: NodeRecord, labels: number) => boolean;
  readonly #isSplit: boolean;
  readonly #firstIndex: number;
  readonly #members: (Membership | null | undefined)[] = [];
  readonly #parts: Part[] = [];
  readonly #open = new Map<string, Part>();

  /** `isSplit` false keeps the world together, as a replay does. */
  constructor(
    registry: Registry,
    isSplit: boolean,
    firstIndex: number,
    isWanted: (node: NodeRecord, labels: number) => boolean,
  ) {
    this.#registry = registry;
    this.#isSplit = isSplit;
    this.#firstIndex = firstIndex;
    this.#isWanted = isWanted;
  }

  get count(): number {
    return this.#parts.length;
  }

  /** The rows by part, in the order in which they came. */
  split(rows: Rows): Parcel[] {
    const touched = new Set<Part>();
    for (let i = 0; i < rows.length; i++) {
      const id = rows.node[i];
      const labels = rows.labels[i];
      let member = this.#members[id];
      if (member === undefined) member = this.#join(id, labels);
      if (member === null) continue;
      const into = member.part.rows;
      const row = into.addFrom(rows, i);
      into.node[row] = member.id;
      touched.add(member.part);
    }
    return [...touched].map((part) => this.#parcel(part));
  }

  #join(id: number, labels: number): Membership | null {
    const record = this.#registry.nodes[id];
    if (!this.#isWanted(record, labels)) {
      this.#members[id] = null;
      return null;
    }
    const pool = this.#isSplit ? (this.#registry.labelSets[labels].labels.pool ?? '') : '';
    let part = this.#open.get(pool);
    if (!part || (this.#isSplit && part.nodes.length >= MOST_NODES)) {
      const index = this.#firstIndex + this.#parts.length;
      part = { index, nodes: [], nodesTold: 0, labelSetsTold: 0, rows: new Rows() };
      this.#parts.push(part);
      this.#open.set(pool, part);
    }
    const member = { part, id: part.nodes.length };
    part.nodes.push({ id: member.id, name: record.name, labels });
    this.#members[id] = member;
    return member;
  }

  #parcel(part: Part): Parcel {
    const labelSets: LabelSet[] = this.#registry.labelSets.slice(part.labelSetsTold);
    const names = { nodes: part.nodes.slice(part.nodesTold), labelSets };
    part.nodesTold = part.nodes.length;
    part.labelSetsTold = this.#registry.labelSets.length;
    const { rows } = part;
    part.rows = new Rows(Math.max(16, rows.length));
    return { part: part.index, rows, names };
  }
}
