import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Problem } from '../problem.js';
import type { Signal } from '../telemetry/index.js';

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

const COLUMN_OF_SIGNAL = {
  rss_bytes: 'rss',
  heap_used_bytes: 'heap_used',
  heap_after_gc_bytes: 'heap_after_gc',
  heap_limit_bytes: 'heap_limit',
  memory_limit_bytes: 'memory_limit',
  gc_pause_seconds_total: 'gc_pause_total',
  gc_cycles_total: 'gc_count',
  ready: 'ready',
  requests_total: 'requests_total',
  start_time_s: 'start_time',
} as const satisfies Record<string, Signal>;

/** Signals of `TraceRow.values`, in their order. */
export const TRACE_SIGNALS: readonly Signal[] = Object.values(COLUMN_OF_SIGNAL);

const REQUIRED = ['time_s', 'node'];

/** The trace's name: its file without folder and `.csv`. */
export function traceName(file: string): string {
  return basename(file).replace(/\.csv$/, '');
}

/**
 * Reads a trace file (traces/FORMAT.md) row by row. Columns may come in any order; unknown ones are refused.
 * @throws Problem bad-trace with file, line and column at the first fault.
 */
export async function* readTrace(file: string): AsyncGenerator<TraceRow> {
  const input = createReadStream(file, 'utf8');
  const opened = new Promise<void>((resolve, reject) => {
    input.once('open', () => resolve());
    input.once('error', reject);
  });
  try {
    await opened;
    yield* readRows(file, input);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('bad-trace', `cannot be read: ${(cause as Error).message}`, { place: { file }, cause });
  }
}

async function* readRows(file: string, input: Readable): AsyncGenerator<TraceRow> {
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
    const row = parse(text, line);
    if (row.time < before) {
      throw new Problem(
        'bad-trace',
        `time_s goes back from ${before} to ${row.time}; rows must be in time order`,
        {
          place: { file, line, column: 1 },
        },
      );
    }
    before = row.time;
    yield row;
  }
  if (!parse)
    throw new Problem('bad-trace', 'is empty; expected a header line', { place: { file, line: 1 } });
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
  names.forEach((name, index) => {
    const known = Object.hasOwn(COLUMN_OF_SIGNAL, name) || REQUIRED.includes(name) || name === 'version';
    if (!known || names.indexOf(name) !== index) {
      const fault = known ? `column ${name} is there twice` : `unknown column "${name}"`;
      throw new Problem(
        'bad-trace',
        `${fault}; expected time_s, node, version and ${TRACE_COLUMNS.join(', ')}`,
        {
          place: place(headerLine, names, index),
        },
      );
    }
  });
  for (const name of REQUIRED) {
    if (!names.includes(name)) {
      throw new Problem('bad-trace', `has no column ${name}`, {
        place: { file, line: headerLine, column: 1 },
      });
    }
  }
  const at = (name: string): number => names.indexOf(name);
  const [timeAt, nodeAt, versionAt] = [at('time_s'), at('node'), at('version')];
  const valueAt = TRACE_COLUMNS.map(at);
  return (text, line) => {
    const cells = text.split(',');
    if (cells.length !== names.length) {
      throw new Problem('bad-trace', `has ${cells.length} cells, the header has ${names.length}`, {
        place: { file, line, column: 1 },
      });
    }
    const number = (index: number): number => {
      const cell = index < 0 ? '' : cells[index];
      if (cell === '') return Number.NaN;
      const value = Number(cell);
      // Number('  ') is 0.
      if (!Number.isFinite(value) || cell.trim() === '') {
        throw new Problem('bad-trace', `${names[index]} is "${cell}"; expected a number or nothing`, {
          place: place(line, cells, index),
        });
      }
      return value;
    };
    const time = number(timeAt);
    const node = cells[nodeAt];
    if (Number.isNaN(time) || node === '') {
      const index = node === '' ? nodeAt : timeAt;
      throw new Problem('bad-trace', `${names[index]} is empty`, { place: place(line, cells, index) });
    }
    return { line, time, node, version: versionAt < 0 ? '' : cells[versionAt], values: valueAt.map(number) };
  };
}

const TRACE_COLUMNS = Object.keys(COLUMN_OF_SIGNAL);
