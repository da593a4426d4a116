import type { Labels } from '../../telemetry/index.js';
import type { SampleSink } from './line-reader.js';

/** A stretch of history: `from <= time < to`, unix ms, both within what a date of the database can be. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Only these nodes; when left out, all. */
  readonly nodes?: readonly string[];
  /** Only these columns; when left out, all. */
  readonly columns?: readonly number[];
}

/** A node in a step that the database cannot thin as `History.scan` has it, because a process was restarted in it. */
export interface TornStep {
  readonly node: string;
  /** Number of the step, counted from the epoch. */
  readonly step: number;
}

/**
 * What a database must do to hold history behind the queue; each backend has one. Calls reject with a RemoteFault when
 * writing and a Problem (store-unreachable, store-failed) when reading.
 */
export interface RemoteServer {
  /** What it is called in messages, such as `InfluxDB at http://127.0.0.1:8086`. */
  readonly name: string;
  /** For how long what was written may not be found yet, ms: the queue's rows stand in for it meanwhile. */
  readonly visibleAfterMs: number;
  /** Whether fields may be text; false when left out. */
  readonly takesText?: boolean;
  /** Whether a point takes the place of an earlier one of its series and time, and may lie days ahead; false when left out. */
  readonly replacesPoints?: boolean;
  /** Writes lines of line protocol, times in ms. Resolves when the database has them. @throws RemoteFault */
  write(lines: string): Promise<void>;
  /** Gives every sample of a stretch; in time order within a series, else in any. */
  read(stretch: Stretch, sink: SampleSink): Promise<void>;
  /**
   * Gives the samples of a stretch, which begins and ends between steps, thinned as `History.scan` has it, each step's
   * under its last time. What cannot be thinned there is left out and returned. Absent where the database cannot do so.
   */
  readThinned?(stretch: Stretch, stepMs: number, sink: SampleSink): Promise<readonly TornStep[]>;
  /** Every series' node and labels with the time of its newest sample, unix ms. */
  names(found: (node: string, labels: Labels, newest: number) => void): Promise<void>;
  /** Times of the oldest and the newest sample with `from <= time < to`; undefined when there is none. */
  extent(from: number, to: number): Promise<{ oldest: number; newest: number } | undefined>;
  /** About how many rows it holds. */
  countRows(): Promise<number>;
}

/** Earliest and latest time that is asked for: the years 1970 and 2261, for databases that count ns in 64 bits. */
export const EARLIEST_MS = 0;
export const LATEST_MS = Date.UTC(2261, 0, 1);
