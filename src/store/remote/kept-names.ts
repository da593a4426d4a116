import type { LabelSet, Labels, NodeRecord, Registry, Rows } from '../../telemetry/index.js';
import type { Ledger, LedgerEntry } from '../contract.js';

const NODES = 'remote-nodes';
const LABELS = 'remote-labels';

interface KeptNode {
  readonly id: number;
  readonly labels: number;
}

/**
 * Names behind the numbers in rows, in the ledger beside the queue: rows in the database carry their names themselves,
 * but the numbers and the order of names are to be the same after a restart.
 */
export class KeptNames {
  readonly #ledger: Ledger;
  /** Labels of each node as the ledger has them. */
  readonly #labels: number[] = [];
  #labelSets = 1;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Keeps what is new in the registry, or has changed for the nodes of these rows. @throws Problem store-failed */
  async note(rows: Rows, registry: Registry): Promise<void> {
    const entries: LedgerEntry[] = registry.labelSets
      .slice(this.#labelSets)
      .map(({ id, labels }) => ({ collection: LABELS, key: String(id), value: labels }));
    const changed = new Set(registry.nodes.slice(this.#labels.length));
    for (let row = 0; row < rows.length; row++) {
      const node = registry.nodes[rows.node[row]];
      if (node && this.#labels[node.id] !== node.labels) changed.add(node);
    }
    if (entries.length === 0 && changed.size === 0) return;
    for (const { name, id, labels } of changed)
      entries.push({ collection: NODES, key: name, value: { id, labels } satisfies KeptNode });
    const setsBefore = this.#labelSets;
    this.#labelSets = registry.labelSets.length;
    for (const { id, labels } of changed) this.#labels[id] = labels;
    try {
      await this.#ledger.append(entries);
    } catch (error) {
      // They are kept with the next write.
      this.#labelSets = Math.min(this.#labelSets, setsBefore);
      for (const { id } of changed) this.#labels[id] = -1;
      throw error;
    }
  }

  /**
   * Fills an empty registry. Numbers that were never kept leave no holes: rows in the database do not know them, so that
   * those behind may move up.
   */
  async load(registry: Registry): Promise<void> {
    const sets = byNumber(
      [...(await this.#ledger.load(LABELS))].map(([id, labels]) => ({
        id: Number(id),
        labels: labels as Labels,
      })),
    );
    const place = new Map(sets.map(({ id }, index) => [id, index + 1]));
    const nodes = byNumber(
      [...(await this.#ledger.load(NODES))].map(([name, node]) => ({ name, ...(node as KeptNode) })),
    ).map(({ name, labels }, id): NodeRecord => ({ id, name, labels: place.get(labels) ?? 0 }));
    registry.restore(
      sets.map(({ labels }, index): LabelSet => ({ id: index + 1, labels })),
      nodes,
    );
    for (const { id, labels } of nodes) this.#labels[id] = labels;
    this.#labelSets = sets.length + 1;
  }
}

function byNumber<Item extends { readonly id: number }>(items: Item[]): Item[] {
  return items.sort((a, b) => a.id - b.id);
}
