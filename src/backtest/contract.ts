import type { Labels, Registry, Rows } from '../telemetry/index.js';
import type { Resource } from '../trend/index.js';

/** Where the past comes from. Times are unix ms, or ms of the trace. */
export interface HistorySource {
  /** As people know it: a folder, an address, files. */
  readonly name: string;
  /** `traces` are read as they were recorded, whole; a store is cut to a stretch of time and thinned. */
  readonly kind: 'traces' | 'store';
  /** What there is; undefined when there is nothing. @throws Problem */
  extent(signal: AbortSignal): Promise<Extent | undefined>;
  /**
   * Rows with `from <= time < to`, in time order within their world, one world after the other; `stepMs` as in
   * `History.scan`. @throws Problem
   */
  scan(from: number, to: number, stepMs: number, signal: AbortSignal): AsyncIterable<Piece>;
  close(): Promise<void>;
}

export interface Extent {
  readonly oldest: number;
  readonly newest: number;
}

/** Rows of one world: nodes that share a time and a registry. A store is one world, each trace is one. */
export interface Piece {
  /** Empty for a store, else the name of the trace. */
  readonly world: string;
  readonly rows: Rows;
  readonly registry: Registry;
  /** How much of all there is has been read with it, 0 to 1; undefined where the time tells it. */
  readonly done?: number;
}

/** Memory of a node around something that happened: [ms, bytes], in time order, and the limit in force. */
export interface Curve {
  readonly signal: Resource;
  readonly limit: number;
  readonly used: readonly (readonly [number, number])[];
  readonly live: readonly (readonly [number, number])[];
}

/**
 * How a process met its limit. `reached`: use was seen at the limit or above. `died`: it was restarted when its use was
 * near the limit. `vanished`: it fell silent near the limit and was not seen again.
 */
export type BreachHow = 'reached' | 'died' | 'vanished';

export interface Breach {
  readonly world: string;
  readonly node: string;
  /** Of the node, then. */
  readonly labels: Labels;
  readonly at: number;
  readonly signal: Resource;
  readonly how: BreachHow;
  /** First sample of the process that met the limit: it tells processes of a node apart. */
  readonly since: number;
  readonly curve: Curve | null;
}

/** Why a process was seen no more. */
export type EndedBy = 'restart' | 'version' | 'silence';

/** One alert from firing to resolved, and what became of the process that it spoke of. */
export interface Episode {
  readonly world: string;
  readonly node: string;
  readonly rule: string;
  readonly firedAt: number;
  /** Null while it fires at the end of the history. */
  resolvedAt: number | null;
  readonly reason: string;
  readonly signal: Resource | null;
  readonly probability: number | null;
  readonly breachP10: number | null;
  readonly breachP50: number | null;
  readonly breachP90: number | null;
  /** First sample of the process. */
  readonly since: number;
  /** When that process ended, and how; null while it lived on. */
  endedAt: number | null;
  endedBy: EndedBy | null;
  /** Highest use after it fired, as a share of the limit, over the time that its forecast has to come true. */
  peakShare: number;
  curve: Curve | null;
}

/** What one part of the nodes has to tell; plain data, it travels between threads. */
export interface PartOutcome {
  readonly world: string;
  readonly nodes: number;
  readonly rows: number;
  readonly breaches: readonly Breach[];
  /** By rule set, in the order in which they were given. */
  readonly episodes: readonly (readonly Episode[])[];
  /** First and last moment of its history. */
  readonly begin: number;
  readonly end: number;
}
