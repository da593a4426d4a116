import { LIMIT_OF, type SaidForecast } from '../store/index.js';
import type { Registry } from '../telemetry/index.js';
import { isStale, type Outlook, type Resource, type Trend } from '../trend/index.js';
import { coneOf, saidOf } from './said.js';

/** Rounds in which all nodes are looked at once, and the fewest nodes of a round. */
const ROUNDS = 20;
const LEAST_A_ROUND = 100;

/** A forecast that matters is kept after this share of its horizon: once in two minutes of two hours. */
const MATTERS_SHARE = 1 / 60;
/** One in which nothing is to be feared, so that it can be told later that nothing was. */
const CALM_SHARE = 1 / 4;
const MATTERS_PROBABILITY = 0.05;

/** Of how many forecasts the cone is drawn in one round: each costs about as much as a forecast. */
const CONES_A_ROUND = 20;

const RESOURCES = Object.keys(LIMIT_OF) as Resource[];

interface Kept {
  readonly at: number;
  readonly matters: boolean;
}

/** Chooses which forecasts are worth keeping, a share of the nodes with every round. */
export class ForecastKeeper {
  readonly #registry: Registry;
  readonly #last: Record<Resource, (Kept | undefined)[]> = { rss: [], heap: [] };
  #next = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Forecasts that are due at `at`, unix ms. */
  round(trend: Trend, at: number): SaidForecast[] {
    const { nodes } = this.#registry;
    const found: SaidForecast[] = [];
    let cones = 0;
    const count = Math.min(nodes.length, Math.max(LEAST_A_ROUND, Math.ceil(nodes.length / ROUNDS)));
    for (let looked = 0; looked < count && cones < CONES_A_ROUND; looked++) {
      if (this.#next >= nodes.length) this.#next = 0;
      const node = nodes[this.#next++];
      const process = trend.node(node.id);
      if (!process || isStale(process, at)) continue;
      for (const resource of RESOURCES) {
        const outlook = trend.known(node.id, resource, at);
        if (!outlook || !this.#isDue(node.id, outlook, at)) continue;
        const isExpected = outlook.breachP50 !== null;
        if (isExpected) cones++;
        const cone = isExpected ? coneOf(trend, node.id, outlook, at) : [];
        const pool = this.#registry.labelsOf(node).pool ?? '';
        found.push(saidOf(outlook, node.name, pool, at, cone));
      }
    }
    return found;
  }

  #isDue(node: number, { signal, horizonMs, probability, breachP50 }: Outlook, at: number): boolean {
    const last = this.#last[signal][node];
    const matters = breachP50 !== null || (probability ?? 0) >= MATTERS_PROBABILITY;
    const keptMs = horizonMs * (matters ? MATTERS_SHARE : CALM_SHARE);
    if (last && last.matters === matters && at - last.at < keptMs) return false;
    this.#last[signal][node] = { at, matters };
    return true;
  }
}
