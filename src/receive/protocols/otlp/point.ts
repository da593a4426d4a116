/** The kinds of a metric's data, by the number of their field in `Metric`. */
export const KIND = { gauge: 5, sum: 7, histogram: 9, exponentialHistogram: 10, summary: 11 } as const;

export const TEMPORALITY = { unspecified: 0, delta: 1, cumulative: 2 } as const;

/** How the points of one metric are to be understood. */
export interface Manner {
  readonly kind: number;
  readonly temporality: number;
  readonly isMonotonic: boolean;
}

/** Whether the points of a kind are a count and perhaps a sum, instead of one value. */
export function isCounted(kind: number): boolean {
  return kind !== KIND.gauge && kind !== KIND.sum;
}

/** One data point; the same object is filled for each point of a body. */
export class Point {
  /** Unix ns; 0 where the sender left it out. Above 2^53, so exact to a quarter of a microsecond. */
  time = 0;
  /** Unix ns of the start of the interval; 0 where it is not known. */
  start = 0;
  /** The value of a number, the count of the others; NaN also where there is none. */
  value = Number.NaN;
  hasValue = false;
  /** Of a histogram or summary; absent where the sender could not add its values up. */
  sum = Number.NaN;
  hasSum = false;
  flags = 0;

  clear(): void {
    this.time = 0;
    this.start = 0;
    this.value = Number.NaN;
    this.hasValue = false;
    this.sum = Number.NaN;
    this.hasSum = false;
    this.flags = 0;
  }
}
