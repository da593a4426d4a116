import type { Pipeline } from '../../pipeline/index.js';
import type { Outline } from '../../store/index.js';
import type { NodeRecord } from '../../telemetry/index.js';

/** A stretch of history, and of how many points a picture of it may be. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

/** So many rows a point are not worth folding: uneven numbers of them in stretches would look like waves. */
const FEW_INTERVALS = 2;

/**
 * A node's rows for a picture: every one where they are few, else folded by the store where it can.
 * `stepMs` is the stretch that one point is to stand for, 0 when each row is one.
 */
export async function readPicture(
  { store, trend }: Pipeline,
  { id }: NodeRecord,
  { from, to, points }: Stretch,
): Promise<{ readonly outline: Outline; readonly stepMs: number }> {
  const { history } = store;
  const stepMs = Math.max(1, Math.ceil((to - from) / points));
  const isFew = stepMs <= FEW_INTERVALS * (trend.node(id)?.interval ?? 0);
  if (history.outline && !isFew) return { outline: await history.outline(id, from, to, stepMs), stepMs };
  const rows = await history.read(id, from, to);
  return { outline: { low: rows, high: rows }, stepMs: rows.length <= FEW_INTERVALS * points ? 0 : stepMs };
}
