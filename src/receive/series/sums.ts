import {
  COLUMN,
  isNoLimit,
  type NodeRecord,
  type Registry,
  SIGNAL_COUNT,
  type Signal,
} from '../../telemetry/index.js';
import type { Batch } from '../intake.js';
import type { Target } from '../names/index.js';
import { SumGroup } from './sum-group.js';

/** Beyond these a part is refused: a label that never stops having new values must not take the memory. */
const MOST_PARTS_OF_ONE = 2000;
const MOST_PARTS = 500_000;
/** A sum that nothing was added to for so long gives its place away. */
const IDLE_MS = 3_600_000;

/** The sums under way, of all nodes; shared by all protocols. Also keeps what shares are shares of. */
export class Sums {
  readonly #groups = new Map<string, SumGroup>();
  readonly #dirty = new WeakMap<Batch, Set<SumGroup>>();
  readonly #touched = new WeakMap<Batch, Set<string>>();
  /** Sums that began anew and have had no part since. */
  readonly #lost = new Set<string>();
  #limits = new Float64Array(1024).fill(Number.NaN);
  #parts = 0;

  constructor(private readonly registry: Registry) {}

  /**
   * Takes the value of one part, in the signal's unit. Returns why it cannot be taken; undefined where it was, or where
   * it changes nothing since its time is past.
   */
  put(
    batch: Batch,
    node: NodeRecord,
    target: Target,
    part: string,
    time: number,
    value: number,
  ): string | undefined {
    const key = `${node.id} ${target.sum!.id}`;
    let group = this.#groups.get(key);
    if (!group) {
      const isHeld = node.id < this.registry.sources.knownBefore || this.#lost.delete(key);
      group = new SumGroup(node, target, isHeld);
      this.#groups.set(key, group);
    }
    if (!group.hasPart(part)) {
      if (this.#parts >= MOST_PARTS) this.#forgetIdle(batch.now);
      if (group.partCount >= MOST_PARTS_OF_ONE || this.#parts >= MOST_PARTS)
        return `${target.metric}: found more than ${Math.min(group.partCount, MOST_PARTS)} series of one signal, expected fewer`;
      this.#parts++;
    }
    group.touchedAt = batch.now;
    if (!group.put(part, time, value)) return undefined;
    addTo(this.#dirty, batch, group);
    addTo(this.#touched, batch, key);
    return undefined;
  }

  /** The series of a part has ended. */
  stop(node: NodeRecord, target: Target, part: string): void {
    this.#groups.get(`${node.id} ${target.sum!.id}`)?.stop(part);
  }

  /** Ends a body: hands out the sums that have become complete with it. Those of sources that are not used stay behind. */
  settle(batch: Batch, write: (node: NodeRecord, target: Target, time: number, value: number) => void): void {
    const { sources } = this.registry;
    for (const group of this.#dirty.get(batch) ?? []) {
      const { node, target } = group;
      for (const { time, value, hasOtherParts } of group.settle()) {
        const isUsed =
          sources.isElected(node.id, target.source) ||
          sources.consider(node.id, target.source, originOf(target), batch.now, time);
        if (!isUsed) continue;
        if (hasOtherParts) sources.changeParts(node.id, target.source, time);
        if (target.kind === 'limit') this.noteLimit(node.id, target, value);
        write(node, target, time, value);
      }
    }
    this.#dirty.delete(batch);
  }

  /**
   * The rows of a body could not be kept, and it will come again: what its sums took for settled is not. They begin anew,
   * with their first time held back as after a start of the service.
   */
  abandon(batch: Batch): void {
    for (const key of this.#touched.get(batch) ?? []) {
      this.#parts -= this.#groups.get(key)?.partCount ?? 0;
      this.#groups.delete(key);
      this.#lost.add(key);
    }
  }

  noteLimit(node: number, { column }: Target, value: number): void {
    const slot = node * SIGNAL_COUNT + column;
    if (slot >= this.#limits.length) {
      const grown = new Float64Array(2 * slot).fill(Number.NaN);
      grown.set(this.#limits);
      this.#limits = grown;
    }
    this.#limits[slot] = value;
  }

  /** The newest limit of a node, bytes; undefined where none is known. */
  limitOf(node: number, limit: Signal): number | undefined {
    const value = this.#limits[node * SIGNAL_COUNT + COLUMN[limit]];
    return isNoLimit(value) ? undefined : value;
  }

  #forgetIdle(now: number): void {
    for (const [key, group] of this.#groups) {
      if (now - group.touchedAt <= IDLE_MS) continue;
      this.#parts -= group.partCount;
      this.#groups.delete(key);
    }
  }
}

function addTo<T>(sets: WeakMap<Batch, Set<T>>, batch: Batch, item: T): void {
  const set = sets.get(batch);
  if (set) set.add(item);
  else sets.set(batch, new Set([item]));
}

/** Where a target's samples come from, for people. */
export function originOf({ metric }: Target, protocol = metric.includes('.') ? 'OTLP' : 'Prometheus') {
  return { metric, protocol };
}
