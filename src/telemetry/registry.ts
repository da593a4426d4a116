import { Problem } from '../problem.js';
import { Sources } from './sources.js';

export type Labels = Readonly<Record<string, string>>;

export interface NodeRecord {
  readonly id: number;
  readonly name: string;
  /** Id of the labels that the node has now. */
  labels: number;
}

export interface LabelSet {
  readonly id: number;
  readonly labels: Labels;
}

export interface RegistryLimits {
  readonly nodes: number;
  readonly labelsPerNode: number;
}

/**
 * Gives every node name and every set of labels a small number, so that rows carry two integers instead of strings.
 * Ids are dense, start at 0, and never change; the store keeps them with the rows.
 *
 * Two agents may report one node with different labels: labels are merged key by key, the latest value wins.
 */
export class Registry {
  readonly nodes: NodeRecord[] = [];
  readonly labelSets: LabelSet[] = [];
  /** Where the signals of each node are read from. */
  readonly sources = new Sources();
  readonly #nodeByName = new Map<string, NodeRecord>();
  readonly #labelsByKey = new Map<string, LabelSet>();
  #limits: RegistryLimits;

  constructor(limits: RegistryLimits = { nodes: 50_000, labelsPerNode: 32 }) {
    this.#limits = limits;
    this.internLabels({});
  }

  /** Puts back what a store kept; call before anything else is interned. Ids must be dense. */
  restore(labelSets: readonly LabelSet[], nodes: readonly Readonly<NodeRecord>[]): void {
    for (const set of labelSets) {
      if (set.id < this.labelSets.length) continue;
      this.labelSets.push(set);
      this.#labelsByKey.set(labelKey(set.labels), set);
    }
    for (const node of nodes) {
      const record = { ...node };
      this.nodes.push(record);
      this.#nodeByName.set(node.name, record);
    }
    this.sources.knownBefore = this.nodes.length;
  }

  find(name: string): NodeRecord | undefined {
    return this.#nodeByName.get(name);
  }

  labelsOf(node: NodeRecord): Labels {
    return this.labelSets[node.labels].labels;
  }

  /**
   * The node of that name, made if it is new, with `labels` merged into the labels it has.
   * @throws Problem too-many-nodes, too-many-labels
   */
  intern(name: string, labels: Labels): NodeRecord {
    let node = this.#nodeByName.get(name);
    if (!node) {
      if (this.nodes.length >= this.#limits.nodes) {
        throw new Problem(
          'too-many-nodes',
          `${this.nodes.length} nodes are known, the most that are allowed`,
          {
            retryAfterMs: 60_000,
          },
        );
      }
      const set = this.internLabels(labels);
      node = { id: this.nodes.length, name, labels: set.id };
      this.nodes.push(node);
      this.#nodeByName.set(name, node);
      return node;
    }
    const current = this.labelSets[node.labels].labels;
    for (const key in labels) {
      if (current[key] !== labels[key]) {
        node.labels = this.internLabels({ ...current, ...labels }).id;
        break;
      }
    }
    return node;
  }

  /** @throws Problem too-many-labels */
  internLabels(labels: Labels): LabelSet {
    const key = labelKey(labels);
    const known = this.#labelsByKey.get(key);
    if (known) return known;
    const count = Object.keys(labels).length;
    if (count > this.#limits.labelsPerNode) {
      throw new Problem(
        'too-many-labels',
        `a node has ${count} labels, ${this.#limits.labelsPerNode} are allowed`,
      );
    }
    const set = { id: this.labelSets.length, labels: Object.freeze({ ...labels }) };
    this.labelSets.push(set);
    this.#labelsByKey.set(key, set);
    return set;
  }
}

function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
