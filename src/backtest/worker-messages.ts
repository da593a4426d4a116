import type { Rows } from '../telemetry/index.js';
import type { PartOutcome } from './contract.js';
import type { LineOptions, NewNames } from './line.js';

/** Rows as they cross between threads: their arrays are transferred, not copied. */
export type RawRows = Pick<Rows, 'length' | 'node' | 'labels' | 'time' | 'values'>;

/** What the main thread sends to a worker. Options come with the first rows of a part; `end` finishes it. */
export type ToWorker =
  | {
      readonly part: number;
      readonly options?: LineOptions;
      readonly rows: RawRows;
      readonly names: NewNames;
    }
  | { readonly part: number; readonly end: number };

/** Rows are answered when they are done with; an `end` with the outcome. */
export type FromWorker =
  | { readonly taken: number }
  | { readonly part: number; readonly outcome: PartOutcome }
  | { readonly failure: string };
