import type { Labels, Signal } from '../telemetry/index.js';

/** What was recorded of one node. Times in ms, sizes in bytes. */
export interface KnownNode {
  readonly name: string;
  readonly labels: Labels;
  /** Signals that it has ever sent; of a limit only if it limits anything. */
  readonly signals: ReadonlySet<Signal>;
  /** The highest value of each signal. */
  readonly highest: ReadonlyMap<Signal, number>;
  /** Usual time between two samples; null with fewer than three. */
  readonly intervalMs: number | null;
  /** Usual time between two collections, and between two major ones; null where none was seen. */
  readonly gcEveryMs: number | null;
  readonly majorGcEveryMs: number | null;
  /** From its first sample to its last. */
  readonly spanMs: number;
}

/** What the models said of a forecast rule over the record. */
export interface Said {
  /** How many nodes came to the level. */
  readonly breaches: number;
  /** The highest probability that was said of one of these before it did; null when nothing was said. */
  readonly highest: number | null;
}

/** What was recorded, boiled down to what checks ask about. */
export interface History {
  /** Where it comes from, for people: `3 traces`, `http://127.0.0.1:8420`. */
  readonly name: string;
  readonly nodes: readonly KnownNode[];
  /** Labels that the source can know; null for all. A trace has no other than `version`. */
  readonly labels: ReadonlySet<string> | null;
  /** By the name of a forecast rule; rules that the record says nothing of are missing. */
  readonly said: ReadonlyMap<string, Said>;
}
