import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { nearest } from '../evaluate/index.js';
import { type Place, Problem } from '../problem.js';
import {
  type NodeRecord,
  parseBytes,
  type Registry,
  type Rows,
  SIGNAL_OF_COLUMN,
  type Signal,
} from '../telemetry/index.js';

/** One row of a trace; NaN where a cell is empty. */
export interface TraceRow {
  /** Of the file, from 1. */
  readonly line: number;
  /** Seconds of the trace. */
  readonly time: number;
  readonly node: string;
  readonly version: string;
  /** In the order of TRACE_SIGNALS. */
  readonly values: readonly number[];
}

/** Signals of `TraceRow.values`, in their order. */
export const TRACE_SIGNALS: readonly Signal[] = Object.values(SIGNAL_OF_COLUMN);

/** A row of a trace as the one row of `into`; its node is made known. */
export function takeRow(row: TraceRow, at: number, registry: Registry, into: Rows): NodeRecord {
  const node = registry.intern(row.node, row.version === '' ? {} : { version: row.version });
  into.length = 0;
  into.add(node.id, node.labels, at);
  row.values.forEach((value, i) => {
    into.set(0, TRACE_SIGNALS[i], value);
  });
  // A row that is taken as of another time is of a process that began as much later.
  const later = (at - row.time * 1000) / 1000;
  if (later !== 0) into.set(0, 'start_time', into.get(0, 'start_time') + later);
  return node;
}

const REQUIRED = ['time_s', 'node'];

/** The trace's name: its file without folder and `.csv`. */
export function traceName(file: string): string {
  return basename(file).replace(/\.csv$/, '');
}

/** Told of each row with a fault, and its text; the row is left out and reading goes on. */
export type OnFault = (fault: Problem, text: string) => void;

/**
 * Reads a trace file (docs/replay.md has the format) row by row. Columns may come in any order; unknown ones are
 * refused.
 * @throws Problem bad-trace with file, line and column at the first fault; with `onFault` only where the file cannot be
 *   read or its header is wrong
 */
export async function* readTrace(file: string, onFault?: OnFault): AsyncGenerator<TraceRow> {
  const input = createReadStream(file, 'utf8');
  const opened = new Promise<void>((resolve, reject) => {
    input.once('open', () => resolve());
    input.once('error', reject);
  });
  try {
    await opened;
    yield* readRows(file, input, onFault);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const cure = 'Check its name, and that it may be read.';
    throw new Problem('bad-trace', `cannot be read: ${(cause as Error).message}`, {
      place: { file },
      cure,
      cause,
    });
  }
}

async function* readRows(
  file: string,
  input: Readable,
  onFault: OnFault | undefined,
): AsyncGenerator<TraceRow> {
  let parse: ((text: string, line: number) => TraceRow) | undefined;
  let line = 0;
  let before = Number.NEGATIVE_INFINITY;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text === '') continue;
    if (!parse) {
      parse = rowParser(file, line, text);
      continue;
    }
    let row: TraceRow;
    try {
      row = parse(text, line);
      checkOrder(row, before, file);
    } catch (fault) {
      if (!onFault || !(fault instanceof Problem)) throw fault;
      onFault(fault, text);
      continue;
    }
    before = row.time;
    yield row;
  }
  if (!parse) throw traceFault({ file, line: 1, column: 1 }, 'is empty; expected a header line', HEADER_CURE);
}

function checkOrder({ time, line }: TraceRow, before: number, file: string): void {
  if (time >= before) return;
  const message = `time_s goes back from ${before} to ${time}; rows must be in time order`;
  throw traceFault({ file, line, column: 1 }, message, 'Sort the rows by time_s, or correct this one.');
}

const HEADER_CURE = 'Begin with a header such as time_s,node,rss_bytes,memory_limit_bytes.';

function traceFault(place: Place, message: string, cure: string): Problem {
  return new Problem('bad-trace', message, { place, cure });
}

function rowParser(
  file: string,
  headerLine: number,
  header: string,
): (text: string, line: number) => TraceRow {
  const names = header.replace(/^\uFEFF/, '').split(',');
  const place = (line: number, cells: readonly string[], index: number) => ({
    file,
    line,
    column: 1 + cells.slice(0, index).reduce((sum, cell) => sum + cell.length + 1, 0),
  });
  checkHeader(names, (index) => place(headerLine, names, index));
  const at = (name: string): number => names.indexOf(name);
  const [timeAt, nodeAt, versionAt] = [at('time_s'), at('node'), at('version')];
  const valueAt = TRACE_COLUMNS.map(at);
  return (text, line) => {
    const cells = text.split(',');
    if (cells.length !== names.length) {
      const message = `has ${cells.length} cells, the header has ${names.length}`;
      const cure = 'Write one cell a column, empty where there is no value, and no comma within a cell.';
      throw traceFault({ file, line, column: 1 }, message, cure);
    }
    const number = (index: number): number => {
      const cell = index < 0 ? '' : cells[index];
      if (cell === '') return Number.NaN;
      const value = Number(cell);
      // Number('  ') is 0.
      if (Number.isFinite(value) && cell.trim() !== '') return value;
      const message = `${names[index]} is "${cell}"; expected a number or nothing`;
      throw traceFault(place(line, cells, index), message, cureOfCell(cell));
    };
    const time = number(timeAt);
    const node = cells[nodeAt];
    if (Number.isNaN(time) || node === '') {
      const index = node === '' ? nodeAt : timeAt;
      const cure =
        node === ''
          ? 'Name the node that the row is of.'
          : 'Write seconds since the trace began, such as 15.';
      throw traceFault(place(line, cells, index), `${names[index]} is empty`, cure);
    }
    return { line, time, node, version: versionAt < 0 ? '' : cells[versionAt], values: valueAt.map(number) };
  };
}

function checkHeader(names: readonly string[], placeOf: (index: number) => Place): void {
  names.forEach((name, index) => {
    const isKnown = ALL_COLUMNS.includes(name);
    if (isKnown && names.indexOf(name) === index) return;
    const fault = isKnown ? `column ${name} is there twice` : `unknown column "${name}"`;
    const word = name.trim().toLowerCase();
    const meant = ALL_COLUMNS.find((each) => each.startsWith(`${word}_`)) ?? nearest(word, ALL_COLUMNS);
    const slip = meant
      ? `Did you mean ${meant}?`
      : 'Leave the column out, or give it the name that it has here.';
    const message = `${fault}; expected time_s, node, version and ${TRACE_COLUMNS.join(', ')}`;
    throw traceFault(placeOf(index), message, isKnown ? 'Keep one of the two.' : slip);
  });
  for (const name of REQUIRED) {
    if (!names.includes(name)) throw traceFault({ ...placeOf(0) }, `has no column ${name}`, HEADER_CURE);
  }
}

/** Sizes as people write them are read nowhere in a trace; they are the slip that is made most. */
function cureOfCell(cell: string): string {
  const bytes = parseBytes(cell);
  if (bytes !== undefined) return `Write ${bytes}: sizes are bytes, without a unit.`;
  if (cell.trim() === '') return 'Leave the cell empty, without blanks.';
  return 'Write a number with a point for decimals, without a unit or quotes, or leave the cell empty.';
}

const TRACE_COLUMNS = Object.keys(SIGNAL_OF_COLUMN);
const ALL_COLUMNS = [...REQUIRED, 'version', ...TRACE_COLUMNS];
