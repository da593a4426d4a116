import { readTrace, takeRow, traceName } from '../../replay/index.js';
import { Registry, Rows } from '../../telemetry/index.js';
import type { HistorySource, Piece } from '../contract.js';

const PIECE_ROWS = 4096;

/** History in trace files (docs/replay.md), each a world of its own. @throws Problem bad-trace with file, line, column */
export function openTraceFiles(files: readonly string[]): HistorySource {
  return {
    name: files.length === 1 ? files[0] : `${files.length} traces`,
    kind: 'traces',
    extent: async () => ({ oldest: Number.NEGATIVE_INFINITY, newest: Number.POSITIVE_INFINITY }),
    async *scan(): AsyncGenerator<Piece> {
      for (const [index, file] of files.entries()) yield* scanTrace(file, (index + 1) / files.length);
    },
    close: async () => {},
  };
}

async function* scanTrace(file: string, done: number): AsyncGenerator<Piece> {
  const world = traceName(file);
  const registry = new Registry({ nodes: Number.POSITIVE_INFINITY, labelsPerNode: 1 });
  const one = new Rows(1);
  let rows = new Rows(PIECE_ROWS);
  for await (const row of readTrace(file)) {
    takeRow(row, row.time * 1000, registry, one);
    rows.addFrom(one, 0);
    if (rows.length < PIECE_ROWS) continue;
    yield { world, rows, registry, done };
    rows = new Rows(PIECE_ROWS);
  }
  yield { world, rows, registry, done };
}
