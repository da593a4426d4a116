import { nearest } from '../../evaluate/index.js';
import { readTrace, TRACE_SIGNALS, type TraceRow } from '../../replay/index.js';
import type { Labels, Signal } from '../../telemetry/index.js';
import { InputFault, type Sample } from './samples.js';

/** All rows of a trace file. @throws Problem bad-trace */
export async function readWholeTrace(file: string): Promise<TraceRow[]> {
  const rows: TraceRow[] = [];
  for await (const row of readTrace(file)) rows.push(row);
  return rows;
}

/**
 * What one node of a trace sent, under the name that it has in the test.
 * @param wanted the name in the trace; by default the same name, else the only one
 * @throws InputFault
 */
export function samplesOfTrace(
  node: string,
  rows: readonly TraceRow[],
  wanted: string | undefined,
  labels: Labels,
): Sample[] {
  const known = [...new Set(rows.map((row) => row.node))];
  const chosen = wanted ?? (known.length === 1 ? known[0] : node);
  if (!known.includes(chosen)) {
    const meant = nearest(chosen, known);
    const cure = meant ? `did you mean \`${meant}\`?` : `write traceNode: ${known[0] ?? 'r-1'}`;
    throw new InputFault(
      wanted === undefined ? 'trace' : 'traceNode',
      `the trace has no node ${chosen}; it has ${known.slice(0, 10).join(', ') || 'none'}`,
      cure,
    );
  }
  return rows
    .filter((row) => row.node === chosen)
    .map((row) => ({
      at: row.time * 1000,
      node,
      labels: row.version === '' ? labels : { ...labels, version: row.version },
      values: valuesOf(row),
    }));
}

function valuesOf(row: TraceRow): Map<Signal, number> {
  const values = new Map<Signal, number>();
  row.values.forEach((value, i) => {
    if (!Number.isNaN(value)) values.set(TRACE_SIGNALS[i], value);
  });
  return values;
}
