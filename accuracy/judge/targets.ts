import type { Quality, Score } from './score.js';

/** What must be reached, and what was. Values are shares, but for the false alarms. */
export interface Target {
  readonly what: string;
  readonly value: number | null;
  readonly least?: number;
  readonly most?: number;
}

/** The sets whose nodes are nearly all harmless, recorded by others: only their false alarms count. */
export const HARMLESS = 'public';

interface Bounds {
  readonly caught: number;
  readonly precision: number;
  readonly timeError: number;
  readonly coverage: readonly [number, number];
  readonly width: number;
  readonly causeRight: number;
}

const ON_DEV: Bounds = {
  caught: 0.97,
  precision: 0.9,
  timeError: 0.25,
  coverage: [0.72, 0.88],
  width: 1.2,
  causeRight: 0.9,
};

/** Of recordings with runtimes and patterns that the models have not seen. */
const ELSEWHERE: Bounds = {
  caught: 0.93,
  precision: 0.85,
  timeError: 0.3,
  coverage: [0.7, 0.9],
  width: 1.4,
  causeRight: 0.85,
};

/** The figures of a set beside what they must be. */
export function targetsOf(set: string, score: Score, quality: Quality): Target[] {
  if (set === HARMLESS) {
    return [{ what: 'false alarms in 1,000 node-hours', value: score.falsePer1000h, most: 1 }];
  }
  const bounds = set === 'dev' ? ON_DEV : ELSEWHERE;
  const [least, most] = bounds.coverage;
  return [
    { what: 'caught at least 15 min ahead', value: score.caught, least: bounds.caught },
    { what: 'precision', value: score.precision, least: bounds.precision },
    {
      what: 'median error of the predicted time, share of the time left',
      value: quality.timeError,
      most: bounds.timeError,
    },
    { what: 'p10 to p90 holds the breach', value: quality.coverage, least, most },
    { what: 'median width of p10 to p90, in times the time left', value: quality.width, most: bounds.width },
    { what: 'cause right, of those caught', value: quality.causeRight, least: bounds.causeRight },
  ];
}

export function isReached({ value, least, most }: Target): boolean {
  return value !== null && value >= (least ?? value) && value <= (most ?? value);
}
