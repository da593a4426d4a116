import { BUCKETS } from './window.js';

/** What a question to the past needs of the window that answers it, as widths of its widest bucket in ms. */
export interface Need {
  readonly least: number;
  readonly best: number;
  readonly most: number;
  /** How far ahead is forecast, ms; undefined where nothing is. */
  readonly horizonMs?: number;
}

/** A window keeps at least this share of BUCKETS when its oldest quarter goes. */
const KEPT = (BUCKETS * 3) / 4;

/** A forecast looks back over six to twelve horizons; four are the least. */
export function forecastNeed(horizonMs: number): Need {
  return { least: (4 * horizonMs) / KEPT, best: horizonMs / 12, most: horizonMs / 8, horizonMs };
}

/** A slope over a stretch: all of it, in at least twelve buckets. */
export function growthNeed(overMs: number): Need {
  return { least: overMs / KEPT, best: overMs / 48, most: overMs / 12 };
}

/** A share over a stretch beside the stretch before it. */
export function shareNeed(overMs: number): Need {
  return { least: (2 * overMs) / KEPT, best: overMs / 16, most: overMs / 4 };
}

/**
 * The fewest widths that serve all needs, ascending: the classic greedy cover of intervals by points. A width that
 * serves several needs is the one that the longest-sighted of them likes best, as far as the others allow.
 */
export function planWidths(needs: readonly Need[]): number[] {
  const widths: number[] = [];
  let open = [...needs].sort((a, b) => a.most - b.most);
  while (open.length > 0) {
    const { most } = open[0];
    const served = open.filter((need) => need.least <= most);
    const least = Math.max(...served.map((need) => need.least));
    const best = Math.max(...served.map((need) => need.best));
    widths.push(Math.min(most, Math.max(least, best)));
    open = open.filter((need) => need.least > most);
  }
  return widths;
}

/** The widest of the planned widths that still serves the need; the nearest when none does. */
export function chooseWidth(widths: readonly number[], need: Need): number {
  let chosen = 0;
  for (let i = 1; i < widths.length; i++) {
    if (distance(widths[i], need) <= distance(widths[chosen], need)) chosen = i;
  }
  return chosen;
}

function distance(width: number, need: Need): number {
  if (width < need.least) return need.least / width;
  return width > need.most ? width / need.most : 1;
}
