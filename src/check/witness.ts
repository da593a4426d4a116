import { matches, type Rule } from '../evaluate/index.js';
import type { Registry, Rows } from '../telemetry/index.js';
import type { Trend } from '../trend/index.js';
import type { Said } from './history.js';

/** A forecast is asked for so often within its horizon: finer than any rule's `for`. */
const LOOKS_A_HORIZON = 48;
/** A node that comes this near its level has reached it: some die a little below. */
const REACHED_SHARE = 0.95;

interface Watch {
  /** When it was looked at last. */
  at: number;
  highest: number | null;
  hasReached: boolean;
}

/** What the models said, over a record, of the nodes of one forecast rule before they came to its level. */
export class Witness {
  readonly #rule: Rule<'forecast'>;
  readonly #nodes = new Map<number, Watch>();

  constructor(rule: Rule<'forecast'>) {
    this.#rule = rule;
  }

  get rule(): string {
    return this.#rule.id;
  }

  /** After the trend room has taken the row. */
  look(trend: Trend, rows: Rows, row: number, registry: Registry): void {
    const node = registry.nodes[rows.node[row]];
    const time = rows.time[row];
    if (!matches(this.#rule, registry.labelsOf(node), node.name)) return;
    const watch = this.#nodes.get(node.id) ?? { at: -Infinity, highest: null, hasReached: false };
    this.#nodes.set(node.id, watch);
    const { of, reaches, withinMs } = this.#rule.condition;
    if (watch.hasReached) return;
    const used = rows.get(row, of === 'rss' ? 'rss' : 'heap_used');
    const isDue = time - watch.at >= withinMs / LOOKS_A_HORIZON;
    if (!isDue && Number.isNaN(used)) return;
    const outlook = trend.outlook(node.id, of, withinMs, time, reaches.target);
    if (!outlook) return;
    watch.at = time;
    if (used >= outlook.effectiveLimit * REACHED_SHARE) watch.hasReached = true;
    else if (outlook.probability !== null) watch.highest = Math.max(watch.highest ?? 0, outlook.probability);
  }

  said(): Said {
    const reached = [...this.#nodes.values()].filter(({ hasReached }) => hasReached);
    const known = reached.flatMap(({ highest }) => highest ?? []);
    return { breaches: reached.length, highest: known.length > 0 ? Math.max(...known) : null };
  }
}
