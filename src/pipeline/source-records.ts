import type { Ledger, LedgerEntry } from '../store/index.js';
import type { Registry, SourceRecord } from '../telemetry/index.js';

const COLLECTION = 'sources';

/** Puts back from which sources the signals of each node are read, before history is seen by the models. */
export async function loadSources(ledger: Ledger, registry: Registry, startedAt: number): Promise<void> {
  for (const [name, record] of await ledger.load(COLLECTION)) {
    const node = registry.find(name);
    if (node) registry.sources.restore(node.id, record as SourceRecord, startedAt);
  }
}

/**
 * Makes what has changed durable. To be called before the samples that follow from it are, so that a boundary is never
 * lost where the samples beyond it were kept.
 */
export async function keepSources(ledger: Ledger, registry: Registry): Promise<void> {
  const { sources, nodes } = registry;
  if (!sources.hasChanges) return;
  const entries = sources
    .takeChanges()
    .map(([node, record]): LedgerEntry => ({ collection: COLLECTION, key: nodes[node].name, value: record }));
  try {
    await ledger.append(entries);
  } catch (error) {
    sources.putBack(entries.flatMap(({ key }) => registry.find(key)?.id ?? []));
    throw error;
  }
}
