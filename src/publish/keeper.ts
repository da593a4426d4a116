import { LIMIT_OF, type SaidForecast } from '../store/index.js';
import type { Registry } from '../telemetry/index.js';
import { isStale, type Outlook, type Resource, type Trend } from '../trend/index.js';

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

function coneOf(
  trend: Trend,
  node: number,
  { signal, horizonMs }: Outlook,
  at: number,
): SaidForecast['cone'] {
  const portrait = trend.portrait(node, signal, horizonMs, at);
  if (!portrait) return [];
  // The fit begins at the start of its stretch; from now on it has a point for each of the cone.
  const middles = portrait.fit.slice(portrait.fit.length - portrait.cone.length);
  return portrait.cone.map(([time, low, high], i) => [
    Math.round(time),
    Math.round(low),
    Math.round(middles[i][1]),
    Math.round(high),
  ]);
}

function saidOf(
  outlook: Outlook,
  node: string,
  pool: string,
  at: number,
  cone: SaidForecast['cone'],
): SaidForecast {
  const { signal, now, limit, horizonMs, probability, breachP10, breachP50, breachP90 } = outlook;
  const { shape, cause, growth } = outlook;
  const perHour = growth?.perHour ?? null;
  const times = { breachP10, breachP50, breachP90 };
  return {
    node,
    pool,
    at,
    signal,
    now,
    limit,
    horizonMs,
    probability,
    ...times,
    perHour,
    shape,
    cause,
    cone,
  };
}
