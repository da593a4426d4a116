import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMIT_OF } from '../store/index.js';
import { COLUMN, isNoLimit, type NodeRecord, type Registry } from '../telemetry/index.js';
import { isStale, type Outlook, type ProcessTrend, type Resource, type Trend } from '../trend/index.js';
import { type Family, headOf, labelPair, sampleLine } from './exposition.js';
import type { MetricsOptions } from './options.js';
import { PoolFacts } from './pool-facts.js';

/** What is told of nodes and pools, in the order of the page. */
export const FLEET_METRICS = {
  headroom_pool_nodes: {
    type: 'gauge',
    help: 'Nodes of the pool that are known; silent ones are, for a day.',
  },
  headroom_pool_ready_nodes: {
    type: 'gauge',
    help: 'Nodes of the pool that report and are ready; one that never sends readiness counts as ready while it reports.',
  },
  headroom_pool_expected_ready_nodes: {
    type: 'gauge',
    help: 'Ready nodes, each counted by the probability that it meets no limit within the horizon.',
  },
  headroom_pool_expected_ready_ratio: {
    type: 'gauge',
    help: 'Expected ready nodes as a share of those that are known.',
  },
  headroom_pool_nearest_breach_seconds: {
    type: 'gauge',
    help: 'Time to the nearest breach in the pool, by its median; absent when none is expected.',
  },
  headroom_node_used_bytes: { type: 'gauge', help: 'Use that counts against the limit.' },
  headroom_node_limit_bytes: { type: 'gauge', help: 'The limit in force.' },
  headroom_node_breach_probability: {
    type: 'gauge',
    help: 'Probability that the limit is reached within the horizon of the rule; absent while there is too little history.',
  },
  headroom_node_breach_seconds: {
    type: 'summary',
    help: 'Time to the breach, as quantiles of its distribution; absent when none is expected.',
  },
  headroom_node_growth_bytes_per_second: {
    type: 'gauge',
    help: 'Growth of what survives collections; absent while it cannot be told.',
  },
  headroom_node_ready: {
    type: 'gauge',
    help: '1 when the readiness check passes, 0 when not; absent when never sent.',
  },
  headroom_node_gc_pause_seconds_total: {
    type: 'counter',
    help: 'Time paused for collections since the start of the process.',
  },
} as const satisfies Record<string, Family>;

type Name = keyof typeof FLEET_METRICS;
const NAMES = Object.keys(FLEET_METRICS) as Name[];

const SIGNALS_OF = {
  rss: [COLUMN.rss, COLUMN.memory_limit],
  heap: [COLUMN.heap_used, COLUMN.heap_limit],
} as const;
const RESOURCES: readonly Resource[] = ['rss', 'heap'];

/** Nodes written in one go: about a millisecond, then others have their turn. */
const NODES_A_TURN = 200;

export interface FleetSource {
  readonly registry: Registry;
  readonly trend: () => Trend;
}

/**
 * Forecasts as the rounds have made them, as Prometheus reads them. A scrape works out nothing: what it costs is the writing of
 * text, which is done in turns so that a large fleet does not hold up anybody.
 */
export class FleetMetrics {
  readonly #source: FleetSource;
  readonly #options: MetricsOptions;

  constructor(source: FleetSource, options: MetricsOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** The text in pieces; `at` is unix ms. */
  async *write(at: number): AsyncGenerator<string, void, undefined> {
    const { registry, trend } = this.#source;
    const pages = new Map<Name, string[]>(NAMES.map((name) => [name, []]));
    const pools = new Map<string, PoolFacts>();
    for (let first = 0; first < registry.nodes.length; first += NODES_A_TURN) {
      const lines = new Map<Name, string>();
      const tell = (name: Name, labels: string, value: number): void => {
        lines.set(name, (lines.get(name) ?? '') + sampleLine(name, labels, value));
      };
      for (const node of registry.nodes.slice(first, first + NODES_A_TURN)) {
        const process = trend().node(node.id);
        if (process) this.#tellNode(node, process, at, pools, tell);
      }
      for (const [name, text] of lines) pages.get(name)?.push(text);
      await nextTurn();
    }
    for (const [pool, facts] of pools) {
      for (const [name, value] of valuesOf(facts)) {
        if (value !== undefined) pages.get(name)?.push(sampleLine(name, labelPair('pool', pool), value));
      }
    }
    for (const [name, texts] of pages) {
      if (texts.length === 0) continue;
      yield headOf(name, FLEET_METRICS[name]);
      yield* texts;
    }
  }

  #tellNode(
    node: NodeRecord,
    process: ProcessTrend,
    at: number,
    pools: Map<string, PoolFacts>,
    tell: (name: Name, labels: string, value: number) => void,
  ): void {
    const { registry, trend } = this.#source;
    const labels = registry.labelsOf(node);
    const isSilent = isStale(process, at);
    const outlooks = isSilent
      ? []
      : RESOURCES.flatMap((resource) => trend().known(node.id, resource, at) ?? []);
    const poolName = labels.pool ?? '';
    const pool = pools.get(poolName) ?? new PoolFacts();
    pools.set(poolName, pool);
    const isReady = !isSilent && !(process.ready <= 0);
    pool.add(
      isReady,
      Math.max(0, ...outlooks.map(({ probability }) => probability ?? 0)),
      nearest(outlooks, at),
    );
    // What a node said long ago is not how it is: without samples a series ends, as that of a target that is gone.
    if (!this.#options.nodes || isSilent) return;
    const along = this.#options.labels.flatMap((name) =>
      labels[name] ? `,${labelPair(name, labels[name])}` : [],
    );
    const own = labelPair('node', node.name) + along.join('');
    if (!Number.isNaN(process.ready)) tell('headroom_node_ready', own, process.ready > 0 ? 1 : 0);
    const pause = process.latest[COLUMN.gc_pause_total];
    if (!Number.isNaN(pause)) tell('headroom_node_gc_pause_seconds_total', own, pause);
    for (const resource of RESOURCES) {
      const [used, limit] = SIGNALS_OF[resource].map((column) => process.latest[column]);
      if (Number.isNaN(used)) continue;
      const ofLimit = `${own},limit="${LIMIT_OF[resource]}"`;
      tell('headroom_node_used_bytes', ofLimit, used);
      if (!isNoLimit(limit)) tell('headroom_node_limit_bytes', ofLimit, limit);
    }
    for (const outlook of outlooks)
      tellOutlook(outlook, `${own},limit="${LIMIT_OF[outlook.signal]}"`, at, tell);
  }
}

function tellOutlook(
  { probability, growth, breachP10, breachP50, breachP90 }: Outlook,
  labels: string,
  at: number,
  tell: (name: Name, labels: string, value: number) => void,
): void {
  if (probability !== null) tell('headroom_node_breach_probability', labels, probability);
  if (growth) tell('headroom_node_growth_bytes_per_second', labels, growth.perHour / 3600);
  for (const [quantile, time] of [
    ['0.1', breachP10],
    ['0.5', breachP50],
    ['0.9', breachP90],
  ] as const) {
    if (time === null) continue;
    const seconds = Math.max(0, time - at) / 1000;
    tell('headroom_node_breach_seconds', `${labels},quantile="${quantile}"`, seconds);
  }
}

/** Ms to the nearest breach that is expected, by its median. */
function nearest(outlooks: readonly Outlook[], at: number): number | undefined {
  const times = outlooks.flatMap(({ breachP50 }) => breachP50 ?? []);
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - at);
}

function valuesOf({ nodes, ready, expectedReady, nearestBreach }: PoolFacts): [Name, number | undefined][] {
  return [
    ['headroom_pool_nodes', nodes],
    ['headroom_pool_ready_nodes', ready],
    ['headroom_pool_expected_ready_nodes', expectedReady],
    ['headroom_pool_expected_ready_ratio', expectedReady / nodes],
    ['headroom_pool_nearest_breach_seconds', nearestBreach === undefined ? undefined : nearestBreach / 1000],
  ];
}
