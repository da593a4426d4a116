import { SIGNAL_COUNT, SIGNALS } from './signals.js';

/** A kind of measurement that a signal can be read from, such as `working set` for rss. One object a signal and kind. */
export interface Source {
  readonly kind: string;
  readonly column: number;
  /** Lower is better; equal ones do not replace each other. The canonical names have 0. */
  readonly rank: number;
}

/** The signals under their own names, by column: the best source of each. */
export const CANONICAL: readonly Source[] = SIGNALS.map((_, column) => ({
  kind: 'canonical',
  column,
  rank: 0,
}));

/** From `at` (unix ms) on, a signal of a node is measured otherwise: no trend may be fitted across it. */
export interface SourceSwitch {
  readonly column: number;
  at: number;
  readonly from: string;
  readonly to: string;
}

/** Where samples of one source come from, as people know it. */
export interface Origin {
  readonly metric: string;
  readonly protocol: string;
}

export interface SourceView extends Origin {
  readonly kind: string;
  /** Unix ms at which it was elected or first seen; 0 where it was before anything was noted. */
  readonly since: number;
}

interface Other extends SourceView {
  readonly source: Source;
  lastSeen: number;
  /** Samples in a row, with no longer pause than SILENT_MS. */
  run: number;
  unused: number;
}

interface Slot {
  source: Source;
  metric: string;
  protocol: string;
  since: number;
  /** Unix ms at which the signal's first sample arrived; 0 where that was in an earlier run. */
  readonly bornAt: number;
  /** Unix ms: when it arrived last, as far as others have asked. */
  lastSeen: number;
  readonly others: Map<string, Other>;
}

/** What is kept of a node for the next start of the service. */
export interface SourceRecord {
  readonly elected: Readonly<Record<string, SourceView & { readonly rank: number }>>;
  readonly switches: readonly SourceSwitch[];
}

/** A source that has sent nothing for so long has ended; as Prometheus looks back. */
export const SILENT_MS = 5 * 60_000;
/** So many samples in a row show that a source is there to stay. */
const SETTLED_RUN = 3;
/** So soon after the first sample of a signal, a better source need not show that it stays: agents start one by one. */
const YOUNG_MS = 60_000;
/** A trend looks back over less. */
const MOST_SWITCHES = 16;
const MOST_OTHERS = 16;

/**
 * Which source each signal of each node is read from. One is elected and kept: a better one replaces it once it has shown
 * that it stays, a worse one when it has fallen silent. Each change is a switch, a boundary for trends. Samples of the
 * other sources are counted, and not kept.
 */
export class Sources {
  /**
   * By node * SIGNAL_COUNT + column. Taken out when another source sends, so that the next sample of the one in use shows
   * itself: nothing need be noted of samples while nobody asks.
   */
  readonly #elected: (Source | undefined)[] = [];
  readonly #slots: (Slot | undefined)[] = [];
  readonly #switches: (SourceSwitch[] | undefined)[] = [];
  readonly #changed = new Set<number>();
  #undated: SourceSwitch[] = [];
  /** Nodes with lower ids were known when the service started. */
  knownBefore = 0;
  /** Samples that were not kept since another source is used. */
  unused = 0;

  /** Whether `source` is the one in use. The way of nearly all samples: one comparison. */
  isElected(node: number, source: Source): boolean {
    return this.#elected[node * SIGNAL_COUNT + source.column] === source;
  }

  /**
   * The same for a source that is not, or not yet: says whether it is elected now. `time` is that of the sample, unix ms;
   * NaN where it is not known yet, and then `date` must follow.
   */
  consider(node: number, source: Source, origin: Origin, now: number, time: number): boolean {
    const { column } = source;
    const index = node * SIGNAL_COUNT + column;
    const slot = this.#slots[index] ?? this.#first(node, index, source, origin, now);
    if (slot.source.kind === source.kind) {
      // Another object where it was kept by an earlier run, whose files may have ranked it otherwise.
      slot.source = source;
      slot.lastSeen = now;
      this.#elected[index] = source;
      return true;
    }
    if (this.#elected[index] !== undefined) {
      slot.lastSeen = now;
      this.#elected[index] = undefined;
    }
    const other = this.#note(slot, source, origin, now);
    const isYoung = now - slot.bornAt < YOUNG_MS;
    const isBetter = source.rank < slot.source.rank && (isYoung || other.run >= SETTLED_RUN);
    const isNext = now - slot.lastSeen > SILENT_MS && other.run >= SETTLED_RUN;
    if (!isBetter && !isNext) {
      other.unused++;
      this.unused++;
      return false;
    }
    this.#switch(node, index, slot, other, now, time);
    return true;
  }

  /** Gives the switches of a line its time, now that it is known. */
  date(time: number): void {
    if (this.#undated.length === 0) return;
    for (const each of this.#undated) each.at = time;
    this.#undated = [];
  }

  /** The same source measures something else from `at` on: a part of a sum has come or gone. */
  changeParts(node: number, source: Source, at: number): void {
    this.#add(node, { column: source.column, at, from: source.kind, to: source.kind });
  }

  /** In the order in which they happened. */
  switchesOf(node: number): readonly SourceSwitch[] | undefined {
    return this.#switches[node];
  }

  /** Of one signal: the source in use, and the others that were seen. */
  view(
    node: number,
    column: number,
  ):
    | { used: SourceView; others: readonly (SourceView & { unused: number; lastSeen: number })[] }
    | undefined {
    const slot = this.#slots[node * SIGNAL_COUNT + column];
    if (!slot) return undefined;
    const { source, metric, protocol, since } = slot;
    return { used: { kind: source.kind, metric, protocol, since }, others: [...slot.others.values()] };
  }

  /** Puts back what was kept of a node. Before anything is received; `startedAt` (unix ms) counts as its last arrival. */
  restore(node: number, record: SourceRecord, startedAt: number): void {
    SIGNALS.forEach((signal, column) => {
      const kept = record.elected[signal];
      if (!kept) return;
      const index = node * SIGNAL_COUNT + column;
      const source =
        kept.kind === 'canonical' ? CANONICAL[column] : { kind: kept.kind, rank: kept.rank, column };
      const { metric, protocol, since } = kept;
      this.#slots[index] = {
        source,
        metric,
        protocol,
        since,
        bornAt: 0,
        lastSeen: startedAt,
        others: new Map(),
      };
    });
    if (record.switches.length > 0) this.#switches[node] = record.switches.map((each) => ({ ...each }));
  }

  /** What has changed since the last call, by node: to be durable before the samples that follow from it. */
  takeChanges(): [number, SourceRecord][] {
    const changes = [...this.#changed].map((node): [number, SourceRecord] => [node, this.#recordOf(node)]);
    this.#changed.clear();
    return changes;
  }

  /** Changes that could not be made durable; they come again with the next ones. */
  putBack(nodes: readonly number[]): void {
    for (const node of nodes) this.#changed.add(node);
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  #first(node: number, index: number, source: Source, { metric, protocol }: Origin, now: number): Slot {
    // What an earlier run took without a note were canonical names.
    const isKnown = node < this.knownBefore && source.rank !== 0;
    const slot: Slot = isKnown
      ? {
          source: CANONICAL[source.column],
          metric: SIGNALS[source.column],
          protocol: '',
          since: 0,
          bornAt: 0,
          lastSeen: Number.NEGATIVE_INFINITY,
          others: new Map(),
        }
      : { source, metric, protocol, since: now, bornAt: now, lastSeen: now, others: new Map() };
    this.#slots[index] = slot;
    if (!isKnown) this.#elected[index] = source;
    if (!isKnown && source.rank !== 0) this.#changed.add(node);
    return slot;
  }

  #note(slot: Slot, source: Source, origin: Origin, now: number): Other {
    let other = slot.others.get(source.kind);
    if (!other) {
      const { metric, protocol } = origin;
      other = { source, kind: source.kind, metric, protocol, since: now, lastSeen: now, run: 0, unused: 0 };
      if (slot.others.size >= MOST_OTHERS) slot.others.delete(slot.others.keys().next().value!);
      slot.others.set(source.kind, other);
    }
    other.run = now - other.lastSeen > SILENT_MS ? 1 : other.run + 1;
    other.lastSeen = now;
    return other;
  }

  #switch(node: number, index: number, slot: Slot, other: Other, now: number, time: number): void {
    const { source, metric, protocol, since } = slot;
    slot.others.delete(other.kind);
    slot.others.set(source.kind, {
      source,
      kind: source.kind,
      metric,
      protocol,
      since,
      lastSeen: slot.lastSeen,
      run: 0,
      unused: 0,
    });
    const { column } = source;
    const change = { column, at: Number.isNaN(time) ? now : time, from: source.kind, to: other.kind };
    if (Number.isNaN(time)) this.#undated.push(change);
    Object.assign(slot, {
      source: other.source,
      metric: other.metric,
      protocol: other.protocol,
      since: now,
      lastSeen: now,
    });
    this.#elected[index] = other.source;
    this.#add(node, change);
  }

  #add(node: number, change: SourceSwitch): void {
    const switches = this.#switches[node] ?? [];
    // A copy, so that who has read the list can tell that it is another.
    this.#switches[node] = [...switches.slice(-(MOST_SWITCHES - 1)), change];
    this.#changed.add(node);
  }

  #recordOf(node: number): SourceRecord {
    const elected: Record<string, SourceView & { rank: number }> = {};
    SIGNALS.forEach((signal, column) => {
      const slot = this.#slots[node * SIGNAL_COUNT + column];
      if (!slot) return;
      const { source, metric, protocol, since } = slot;
      elected[signal] = { kind: source.kind, rank: source.rank, metric, protocol, since };
    });
    return { elected, switches: this.#switches[node] ?? [] };
  }
}
