import type { DuckDBConnection } from '@duckdb/node-api';
import { COLUMN, Rows, SIGNAL_COUNT, SIGNAL_FACTS, SIGNALS } from '../../../../telemetry/index.js';
import { type RawOutline, rawOf } from '../protocol.js';
import { type Engine, whole } from './engine.js';
import type { Partition } from './partitions.js';
import { doubles, integers } from './row-reader.js';
import { mergedRows } from './sql.js';

/** Those of which the lowest and the highest matter; of the others the last. */
const RANGED = SIGNALS.filter((signal) => ['gauge', 'state'].includes(SIGNAL_FACTS[signal].kind));
const LAST = SIGNALS.filter((signal) => !RANGED.includes(signal));

/** One node's history folded by the database, partition by partition; see History.outline. */
export async function readOutline(
  engine: Engine,
  node: number,
  from: number,
  to: number,
  stepMs: number,
): Promise<RawOutline> {
  const found = { low: new Rows(2048), high: new Rows(2048) };
  const where = `node = ${Math.trunc(node)} AND time >= ${whole(from)} AND time < ${whole(to)}`;
  const step = `(time - ${whole(from)}) // ${Math.max(1, Math.round(stepMs))}`;
  await engine.reading(async (connection) => {
    const partitions = engine.partitions.within(from, to).filter(({ segments }) => segments.length > 0);
    for (const group of togetherWhereTidy(partitions)) {
      // As in Engine.read, one node's rows are merged without asking whether any meet.
      const sources = group.map(({ segments }) =>
        mergedRows(
          segments.map(({ table, isSorted }) => ({ table, isUnique: isSorted })),
          where,
        ),
      );
      await addFolded(connection, foldedRows(sources.join(' UNION ALL '), step), found);
    }
  });
  return { low: rawOf(found.low), high: rawOf(found.high) };
}

/** Partitions whose rows need no merging are read by one query; the others by one each, so that memory is bounded. */
function togetherWhereTidy(partitions: readonly Partition[]): Partition[][] {
  const isTidy = ({ segments }: Partition): boolean => segments.length === 1 && segments[0].isSorted;
  const groups: Partition[][] = [];
  for (const partition of partitions) {
    const group = groups.at(-1);
    if (group && isTidy(group[0]) && isTidy(partition)) group.push(partition);
    else groups.push([partition]);
  }
  return groups;
}

function foldedRows(source: string, step: string): string {
  const absent = "'nan'::DOUBLE";
  const folded = [
    ...RANGED.flatMap((signal) => [`min(${signal})`, `max(${signal})`]),
    ...LAST.map((signal) => (signal === 'start_time' ? signal : `arg_max(${signal}, time)`)),
  ].map((value) => `coalesce(${value}, ${absent})`);
  return (
    `SELECT min(time)::DOUBLE AS first, max(time)::DOUBLE, node, labels, ${folded.join(', ')} FROM (${source}) ` +
    `GROUP BY node, ${step}, labels, start_time ORDER BY first`
  );
}

async function addFolded(
  connection: DuckDBConnection,
  sql: string,
  { low, high }: { readonly low: Rows; readonly high: Rows },
): Promise<void> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const count = chunk.rowCount;
    const base = low.length;
    const [first, last] = [doubles(chunk, 0, count), doubles(chunk, 1, count)];
    const [node, labels] = [integers(chunk, 2, count), integers(chunk, 3, count)];
    for (let i = 0; i < count; i++) {
      low.add(node[i], labels[i], first[i]);
      high.add(node[i], labels[i], last[i]);
    }
    const take = (rows: Rows, signal: (typeof SIGNALS)[number], column: number): void => {
      const values = doubles(chunk, column, count);
      let at = base * SIGNAL_COUNT + COLUMN[signal];
      for (let i = 0; i < count; i++, at += SIGNAL_COUNT) rows.values[at] = values[i];
    };
    RANGED.forEach((signal, i) => {
      take(low, signal, 4 + 2 * i);
      take(high, signal, 5 + 2 * i);
    });
    LAST.forEach((signal, i) => {
      take(low, signal, 4 + 2 * RANGED.length + i);
      take(high, signal, 4 + 2 * RANGED.length + i);
    });
  }
}
