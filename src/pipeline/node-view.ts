import type { NodeView } from '../evaluate/index.js';
import { COLUMN, type Labels, type NodeRecord, type Registry } from '../telemetry/index.js';
import { isStale, type ProcessTrend, type Resource, type Target, type Trend } from '../trend/index.js';

/** What the rules see of one node at one moment; a thin layer over the trend room. */
export class TrendView implements NodeView {
  readonly name: string;
  readonly labels: Labels;
  readonly at: number;
  readonly #trend: Trend;
  readonly #id: number;
  readonly #process: ProcessTrend;

  constructor(trend: Trend, registry: Registry, node: NodeRecord, process: ProcessTrend, at: number) {
    this.name = node.name;
    this.labels = registry.labelsOf(node);
    // An agent's clock may run ahead of ours; its newest sample is then the present.
    this.at = Math.max(at, process.lastSeen);
    this.#trend = trend;
    this.#id = node.id;
    this.#process = process;
  }

  get lastSeen(): number {
    return this.#process.lastSeen;
  }

  get processSince(): number {
    return this.#process.startedAt;
  }

  latest(signal: 'rss' | 'memory_limit' | 'heap_used' | 'heap_after_gc' | 'heap_limit'): number | undefined {
    const value = this.#process.latest[COLUMN[signal]];
    return Number.isNaN(value) ? undefined : value;
  }

  outlook(resource: Resource, horizonMs: number, target?: Target) {
    return this.#isStale() ? null : this.#trend.outlook(this.#id, resource, horizonMs, this.at, target);
  }

  growth(resource: Resource, overMs: number) {
    return this.#isStale() ? null : this.#trend.growth(this.#id, resource, overMs);
  }

  gcShare(overMs: number) {
    return this.#isStale() ? null : this.#trend.gcShare(this.#id, overMs, this.at);
  }

  readiness(overMs: number) {
    return this.#trend.readiness(this.#id, overMs, this.at);
  }

  #isStale(): boolean {
    return isStale(this.#process, this.at);
  }
}
