import { testTime } from '../run/times.js';
import type { ChartSeries } from './chart-series.js';

/** A moment below the time axis, shown by one character. */
export interface ChartMark {
  readonly at: number;
  readonly sign: string;
}

type Kind = 'limit' | 'line';

export interface ChartLook {
  /** Dots of braille, eight to a character, where the terminal can show them; else one plain character. */
  readonly isFine: boolean;
  paint(kind: Kind, text: string): string;
}

const WIDTH = 60;
const HEIGHT = 7;

/** Bits of the dots in a braille character, by row and column (Unicode 2800). */
const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** A small picture of a series in lines of text: the values, the limit above them, time from 0 to `end`, marks. */
export function drawChart(
  series: ChartSeries,
  end: number,
  marks: readonly ChartMark[],
  look: ChartLook,
): string[] {
  const [dotsX, dotsY] = look.isFine ? [2, 4] : [1, 1];
  const [columns, rows] = [WIDTH * dotsX, HEIGHT * dotsY];
  const top = series.points.reduce((most, [, value]) => Math.max(most, value), series.limit?.value ?? 0) || 1;
  const rowOf = (value: number) => rows - 1 - Math.round((Math.max(0, value) / top) * (rows - 1));
  const columnOf = (at: number, width: number) =>
    Math.min(width - 1, Math.floor((at / Math.max(1, end)) * width));
  const cells = Array.from({ length: HEIGHT }, () => new Array<number>(WIDTH).fill(0));
  const dot = (x: number, y: number) => {
    cells[Math.floor(y / dotsY)][Math.floor(x / dotsX)] |= BRAILLE[y % dotsY][x % dotsX];
  };
  for (const [x, [low, high]] of spans(series.points, (at) => columnOf(at, columns)))
    for (let y = rowOf(high); y <= rowOf(low); y++) dot(x, y);
  const limitRow = series.limit ? Math.floor(rowOf(series.limit.value) / dotsY) : -1;
  const labels = cells.map((_, row) =>
    row === limitRow && series.limit
      ? series.format(series.limit.value)
      : row === 0
        ? series.format(top)
        : row === HEIGHT - 1
          ? series.format(0)
          : '',
  );
  const margin = Math.max(...labels.map(({ length }) => length));
  const lines = cells.map((line, row) => {
    const text = painted(
      line.map((bits) => {
        if (bits === 0) return row === limitRow ? ['limit', look.isFine ? '┈' : '-'] : [undefined, ' '];
        return ['line', look.isFine ? String.fromCodePoint(0x2800 + bits) : '*'];
      }),
      look,
    );
    const name = row === limitRow && series.limit ? ` ${look.paint('limit', series.limit.name)}` : '';
    return `${labels[row].padStart(margin)} ${look.isFine ? '┤' : '|'}${text}${name}`.trimEnd();
  });
  const under = new Array<string>(WIDTH).fill(' ');
  for (const { at, sign } of marks) under[columnOf(at, WIDTH)] = sign;
  const blank = ' '.repeat(margin + 2);
  const last = testTime(end);
  const axis = `${blank}0s${series.name.padStart((WIDTH + series.name.length) / 2 - 2).padEnd(WIDTH - 2 - last.length)}${last}`;
  return [...lines, ...(marks.length > 0 ? [`${blank}${under.join('')}`.trimEnd()] : []), axis];
}

/** A line of characters, those of one kind after the other painted together. */
function painted(characters: readonly (readonly [Kind | undefined, string])[], look: ChartLook): string {
  let text = '';
  for (let from = 0, to = 0; from < characters.length; from = to) {
    const [kind] = characters[from];
    while (to < characters.length && characters[to][0] === kind) to++;
    const run = characters
      .slice(from, to)
      .map(([, character]) => character)
      .join('');
    text += kind ? look.paint(kind, run) : run;
  }
  return text;
}

/** Least and greatest value of each column that has any; columns between two samples take the way between them. */
function spans(
  points: ChartSeries['points'],
  columnOf: (at: number) => number,
): Map<number, readonly [number, number]> {
  const found = new Map<number, readonly [number, number]>();
  const note = (column: number, value: number) => {
    const [low, high] = found.get(column) ?? [value, value];
    found.set(column, [Math.min(low, value), Math.max(high, value)]);
  };
  const usual = usualGap(points);
  for (const [i, [at, value]] of points.entries()) {
    const column = columnOf(at);
    note(column, value);
    const [before, last] = points[i - 1] ?? [Number.NEGATIVE_INFINITY, value];
    if (at - before > 2 * usual) continue;
    const from = columnOf(before);
    for (let between = from + 1; between < column; between++)
      note(between, last + ((value - last) * (between - from)) / (column - from));
  }
  return found;
}

/** The median time between two samples; a longer one than twice this is a gap. */
function usualGap(points: ChartSeries['points']): number {
  const gaps = points.slice(1).map(([at], i) => at - points[i][0]);
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}
