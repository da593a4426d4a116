import { type Registry, Rows } from '../../telemetry/index.js';
import { extentOf, onlyNodes } from './laid-over.js';
import type { Overlay } from './overlay.js';
import { RowTable } from './row-table.js';
import { EARLIEST_MS, LATEST_MS, type RemoteServer, type TornStep } from './server.js';

export interface RemoteScan {
  readonly server: RemoteServer;
  readonly overlay: Overlay;
  readonly registry: Registry;
  readonly from: number;
  readonly to: number;
  /** 0 for every row. */
  readonly step: number;
  readonly onUnknown: (series: number) => void;
}

/**
 * Rows that one slice aims at: about 10 MB here, and a few MB of text from the database. A thinned row is put together
 * from several answers, and takes twice the room.
 */
const SLICE_ROWS = { raw: 40_000, thinned: 20_000 };
/** How often a node is expected to report, for the length of the first slice. */
const EXPECTED_INTERVAL_MS = 15_000;
/** More nodes than that are not named in a query, which would grow too long. */
const NAMED_NODES = 50;

/**
 * Walks through history slice by slice, as the database gives series after series and rows are wanted in time order.
 * Slices lengthen and shorten with the rows that come.
 */
export async function* scanRemote(scan: RemoteScan): AsyncGenerator<Rows, void, undefined> {
  const { server, overlay, step } = scan;
  const from = Math.max(EARLIEST_MS, Math.ceil(scan.from));
  const to = Math.min(LATEST_MS, Math.ceil(scan.to));
  if (from >= to) return;
  const extent = await extentOf(server, overlay, from, to);
  if (!extent) return;
  const end = Math.min(to, extent.newest + 1);
  let cursor = Math.max(from, step > 0 ? Math.floor(extent.oldest / step) * step : extent.oldest);
  const perRow = EXPECTED_INTERVAL_MS / Math.max(1, scan.registry.nodes.length);
  const lengths = {
    raw: SLICE_ROWS.raw * perRow,
    thinned: SLICE_ROWS.thinned * Math.max(perRow, step / Math.max(1, scan.registry.nodes.length)),
  };
  while (cursor < end) {
    const covered = overlay.oldest(cursor, end);
    const firstRaw = covered === undefined ? end : step > 0 ? Math.floor(covered / step) * step : covered;
    const isThinned = step > 0 && server.readThinned !== undefined && cursor < firstRaw;
    const length = isThinned ? 'thinned' : 'raw';
    const reach = cursor + Math.max(1, Math.round(lengths[length]));
    const aligned = step > 0 ? Math.ceil(reach / step) * step : reach;
    const until = Math.min(end, isThinned ? Math.min(aligned, firstRaw) : aligned);
    const { rows, read } = isThinned
      ? await thinnedSlice(scan, cursor, until)
      : await rawSlice(scan, cursor, until);
    cursor = until;
    lengths[length] *= Math.min(4, Math.max(1 / 4, SLICE_ROWS[length] / Math.max(1, read)));
    if (rows.length > 0) yield rows;
  }
}

interface Slice {
  readonly rows: Rows;
  /** How many rows were taken together for it. */
  readonly read: number;
}

async function rawSlice(
  scan: RemoteScan,
  from: number,
  to: number,
  only?: ReadonlySet<string>,
): Promise<Slice> {
  const { server, overlay, registry, step, onUnknown } = scan;
  const table = new RowTable(registry, from, to);
  const lay = await overlay.snapshot(from, to);
  const sink = only ? onlyNodes(table, only) : table;
  const nodes = only && only.size <= NAMED_NODES ? { nodes: [...only] } : {};
  await server.read({ from, to, ...nodes }, sink);
  lay(sink);
  if (table.unknown > 0) onUnknown(table.unknown);
  return { rows: step > 0 ? table.thinned(step) : table.rows(), read: table.size };
}

/** What the database can thin, and from the samples what it cannot. */
async function thinnedSlice(scan: RemoteScan, from: number, to: number): Promise<Slice> {
  const { server, registry, step, onUnknown } = scan;
  const table = new RowTable(registry, from, to);
  const torn = (await server.readThinned?.({ from, to }, step, table)) ?? [];
  if (table.unknown > 0) onUnknown(table.unknown);
  const slices = [table.rows()];
  for (const [at, nodes] of byStep(torn)) {
    const begin = Math.max(from, at * step);
    slices.push((await rawSlice(scan, begin, Math.min(to, (at + 1) * step), nodes)).rows);
  }
  return { rows: inOrder(slices), read: slices.reduce((sum, { length }) => sum + length, 0) };
}

function byStep(torn: readonly TornStep[]): Map<number, Set<string>> {
  const steps = new Map<number, Set<string>>();
  for (const { node, step } of torn) steps.set(step, (steps.get(step) ?? new Set()).add(node));
  return steps;
}

/** All rows in time order, ties by node. */
function inOrder(pieces: readonly Rows[]): Rows {
  const [first, ...others] = pieces;
  if (first && others.length === 0) return first;
  const places = pieces.flatMap((rows) => Array.from({ length: rows.length }, (_, row) => ({ rows, row })));
  places.sort((a, b) => a.rows.time[a.row] - b.rows.time[b.row] || a.rows.node[a.row] - b.rows.node[b.row]);
  const joined = new Rows(Math.max(1, places.length));
  for (const { rows, row } of places) joined.addFrom(rows, row);
  return joined;
}
