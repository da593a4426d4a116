import { type RobustLine, type TheilSenScratch, theilSen } from './theil-sen.js';

/** A line that was fitted to points `from <= i < to` of a column. */
export interface KnownLine {
  readonly column: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly score: number;
  readonly line: RobustLine | null;
}

/** The Theil-Sen line of a column of the points on x. Several shapes ask for the same one: it is kept with the points. */
export function lineOf(
  points: { readonly x: Float64Array; readonly lines: KnownLine[] },
  column: Float64Array,
  from: number,
  to: number,
  score: number,
  scratch: TheilSenScratch,
): RobustLine | null {
  const { lines } = points;
  for (let i = 0; i < lines.length; i++) {
    const known = lines[i];
    if (known.from === from && known.to === to && known.column === column && known.score === score)
      return known.line;
  }
  const line = theilSen(points.x, column, from, to, score, scratch);
  lines.push({ column, from, to, score, line });
  return line;
}
