import type { AlertNews } from '../alert/index.js';
import type { Rule } from '../evaluate/index.js';
import { type LabelSet, type NodeRecord, Registry, Rows } from '../telemetry/index.js';
import type { Episode, PartOutcome } from './contract.js';
import { followMsOf } from './definitions.js';
import { NodeWatch } from './node-watch.js';
import { openRooms, type Room } from './room.js';

export interface LineOptions {
  readonly world: string;
  readonly sets: readonly (readonly Rule[])[];
  /** What fires before this is not told: the models were warming up. */
  readonly countFrom: number;
  readonly stepMs: number;
  /** Whether nodes at rest are asked about less often, see PatientTrend. */
  readonly isPatient: boolean;
  /** How often rules are looked at without a sample. */
  readonly roundMs: number;
  /** Width of a point in pictures. */
  readonly bucketMs: number;
}

/** Names that rows speak of and that were not told before. */
export interface NewNames {
  readonly nodes: readonly NodeRecord[];
  readonly labelSets: readonly LabelSet[];
}

/** As in src/pipeline/pipeline.ts: silent for so long, a node is gone. */
const GONE_AFTER_MS = 24 * 3_600_000;
const HOUSEKEEPING_MS = 3_600_000;

/**
 * The rooms of the live pipeline for one part of the nodes, on the history's own time. Each node is looked at with each
 * of its samples; between samples the rounds go on, so that a `for` can end and silence is noticed.
 */
export class PastLine {
  readonly #options: LineOptions;
  readonly #registry = new Registry({
    nodes: Number.POSITIVE_INFINITY,
    labelsPerNode: Number.POSITIVE_INFINITY,
  });
  readonly #rooms: readonly Room[];
  readonly #row = new Rows(1);
  readonly #watches: NodeWatch[] = [];
  readonly #episodes: Episode[][];
  readonly #firing = new Map<string, Episode>();
  readonly #rules: readonly ReadonlyMap<string, Rule>[];
  #rows = 0;
  #begin = Number.NaN;
  #roundAt = Number.NaN;
  #housekeepingAt = Number.NaN;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#episodes = options.sets.map(() => []);
    this.#rules = options.sets.map((rules) => new Map(rules.map((rule) => [rule.id, rule])));
    this.#rooms = openRooms(options.sets, this.#registry, options.isPatient, (set, news) =>
      this.#take(set, news),
    );
  }

  /** Takes rows in time order; their ids are those of this line's names. */
  async take(rows: Rows, { nodes, labelSets }: NewNames): Promise<void> {
    this.#registry.restore(labelSets, nodes);
    for (let i = 0; i < rows.length; i++) {
      const time = rows.time[i];
      await this.#passTime(time);
      this.#takeRow(rows, i, time);
    }
  }

  /** The history ends at `end`. */
  async finish(end: number): Promise<PartOutcome> {
    await this.#passTime(end);
    for (const room of this.#rooms) await room.round(end);
    for (const node of this.#registry.nodes) this.#endNode(node, end);
    const breaches = this.#watches.flatMap((watch) => watch?.breaches ?? []);
    return {
      world: this.#options.world,
      nodes: this.#registry.nodes.length,
      rows: this.#rows,
      breaches: breaches.filter(({ at }) => at >= this.#options.countFrom),
      episodes: this.#episodes,
      begin: this.#begin,
      end,
    };
  }

  #takeRow(rows: Rows, i: number, time: number): void {
    const row = this.#row;
    const node = this.#registry.nodes[rows.node[i]];
    // Rules see the labels as they were then, as they would have.
    node.labels = rows.labels[i];
    row.length = 0;
    row.addFrom(rows, i);
    for (const room of this.#rooms) room.take(row, this.#registry, node, time);
    this.#rows++;
    const process = this.#rooms[0].trend.node(node.id);
    if (!process) return;
    this.#watchOf(node).observe(time, process, this.#registry.labelsOf(node));
  }

  #watchOf(node: NodeRecord): NodeWatch {
    const known = this.#watches[node.id];
    if (known) return known;
    const { world, bucketMs } = this.#options;
    const watch = new NodeWatch({ world, name: node.name }, bucketMs);
    this.#watches[node.id] = watch;
    return watch;
  }

  async #passTime(until: number): Promise<void> {
    const { roundMs } = this.#options;
    if (Number.isNaN(this.#roundAt)) {
      this.#begin = until;
      this.#roundAt = until + roundMs;
      this.#housekeepingAt = until + HOUSEKEEPING_MS;
    }
    for (; this.#roundAt < until; this.#roundAt += roundMs) {
      for (const room of this.#rooms) await room.round(this.#roundAt);
      if (this.#roundAt < this.#housekeepingAt) continue;
      this.#housekeepingAt += HOUSEKEEPING_MS;
      await this.#forgetGone(this.#roundAt);
    }
  }

  async #forgetGone(at: number): Promise<void> {
    for (const node of this.#registry.nodes) {
      const process = this.#rooms[0].trend.node(node.id);
      if (!process || at - process.lastSeen < GONE_AFTER_MS) continue;
      this.#endNode(node, at);
      for (const room of this.#rooms) await room.forget(node, at);
    }
  }

  #endNode(node: NodeRecord, at: number): void {
    const process = this.#rooms[0].trend.node(node.id);
    if (!process) return;
    this.#watches[node.id]?.finish(at, process, this.#registry.labelsOf(node), 4 * this.#options.stepMs);
  }

  #take(set: number, news: AlertNews): void {
    const key = `${set} ${news.rule} ${news.node}`;
    if (news.state === 'resolved') {
      const episode = this.#firing.get(key);
      if (episode) episode.resolvedAt = news.at;
      this.#firing.delete(key);
      return;
    }
    const node = this.#registry.find(news.node);
    const rule = this.#rules[set].get(news.rule);
    if (!node || !rule || news.at < this.#options.countFrom) return;
    const watch = this.#watchOf(node);
    const { outlook, reason, at: firedAt } = news;
    const episode: Episode = {
      world: this.#options.world,
      node: news.node,
      rule: news.rule,
      firedAt,
      resolvedAt: null,
      reason,
      signal: outlook?.signal ?? (rule.kind === 'growth' ? rule.condition.of : null),
      probability: outlook?.probability ?? null,
      breachP10: outlook?.breachP10 ?? null,
      breachP50: outlook?.breachP50 ?? null,
      breachP90: outlook?.breachP90 ?? null,
      since: watch.processAt(firedAt),
      endedAt: null,
      endedBy: null,
      peakShare: 0,
      curve: null,
    };
    this.#firing.set(key, episode);
    this.#episodes[set].push(episode);
    watch.watch({ episode, until: firedAt + followMsOf(rule) });
  }
}
