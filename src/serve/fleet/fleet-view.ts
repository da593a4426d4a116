import { setImmediate as nextTurn } from 'node:timers/promises';
import { labelsOf } from '../../dispatch/index.js';
import { horizonOf, type Pipeline } from '../../pipeline/index.js';
import { COLUMN, isNoLimit, type NodeRecord } from '../../telemetry/index.js';
import type { Outlook, ProcessTrend, Resource } from '../../trend/index.js';
import { type FleetColumns, type FleetShape, NODE_STATES, type NodeState } from '../shapes.js';
import { sparkOf } from './spark.js';

const RESOURCES: readonly Resource[] = ['rss', 'heap'];
/** Longer than so many of its usual intervals without a sample, and than this, a node is silent. */
const SILENT_INTERVALS = 4;
const SILENT_MS = 15_000;
/** Asked again sooner, the answer is the one before. */
const FRESH_MS = 900;
/** So many rows are worked out at a stretch: a few ms, after which whoever waits has a turn. */
const STRETCH_ROWS = 100;

type Row = { readonly [Column in keyof FleetColumns]: FleetColumns[Column][number] };

interface Kept {
  readonly revision: number;
  /** What the row depends on; while it is the same, so is the row. */
  readonly key: string;
  readonly row: Row;
}

/** The fleet as the page shows it. Each node's row is kept with the number of its last change, so that changes alone can be told. */
export class FleetView {
  readonly #pipeline: Pipeline;
  readonly #run: string;
  readonly #rows: (Kept | undefined)[] = [];
  #revision = 0;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;

  constructor(pipeline: Pipeline, run: string) {
    this.#pipeline = pipeline;
    this.#run = run;
  }

  /** The number of the newest change. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Looks at all nodes anew; where few have changed it is done when this returns, else when it resolves: the first look at
   * thousands of nodes takes turns with everything else. `at` is unix ms.
   */
  refresh(at: number): Promise<void> {
    this.#refreshing ??= this.#lookAtAll(at).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #lookAtAll(at: number): Promise<void> {
    if (Math.abs(at - this.#refreshedAt) < FRESH_MS) return;
    this.#refreshedAt = at;
    const { registry, trend } = this.#pipeline;
    const alerts = this.#alerts(at);
    const revision = this.#revision + 1;
    let changes = 0;
    for (const node of registry.nodes) {
      const process = trend.node(node.id);
      const state = stateOf(alerts.get(node.name), process, at);
      const rules = alerts.get(node.name)?.rules.sort().join(', ') ?? '';
      const key = `${process?.lastSeen} ${node.labels} ${state} ${rules}`;
      if (this.#rows[node.id]?.key === key) continue;
      const row = this.#rowOf(node, process, state, rules, at);
      this.#rows[node.id] = { revision, key, row };
      changes++;
      if (changes % STRETCH_ROWS === 0) await nextTurn();
    }
    // Not before: who has this number has all of its changes.
    if (changes > 0) this.#revision = revision;
  }

  /** The whole, or what has changed since that number of this run. */
  async answer(
    since: { readonly run: string; readonly revision: number } | undefined,
    at: number,
  ): Promise<FleetShape> {
    await this.refresh(at);
    const { registry, armed } = this.#pipeline;
    const isWhole = since?.run !== this.#run || since.revision > this.#revision;
    const from = isWhole ? 0 : since.revision;
    const columns = emptyColumns();
    const places = new Map<number, number>();
    const sets: Record<string, string>[] = [];
    for (const kept of this.#rows) {
      if (!kept || kept.revision <= from) continue;
      const { row } = kept;
      let place = places.get(row.labels);
      if (place === undefined) {
        place = sets.push({ ...registry.labelSets[row.labels].labels }) - 1;
        places.set(row.labels, place);
      }
      for (const name in columns) {
        const column = name as keyof FleetColumns;
        (columns[column] as unknown[]).push(column === 'labels' ? place : row[column]);
      }
    }
    return {
      run: this.#run,
      revision: this.#revision,
      at,
      is_whole: isWhole,
      horizon_s: horizonOf(armed, 'rss') / 1000,
      label_sets: sets,
      columns,
    };
  }

  #alerts(at: number) {
    const { alerts, people } = this.#pipeline;
    const byNode = new Map<string, { state: NodeState; rules: string[] }>();
    for (const alert of alerts.all()) {
      const isHeld = people.silences.silencing(labelsOf({ ...alert, ...alert.about }), at).length > 0;
      const held = people.acks.of(alert.id, at) ? 'acknowledged' : isHeld ? 'silenced' : 'firing';
      const state = alert.phase === 'firing' ? held : 'pending';
      const known = byNode.get(alert.node);
      if (!known) byNode.set(alert.node, { state, rules: [alert.rule] });
      else {
        known.rules.push(alert.rule);
        if (NODE_STATES.indexOf(state) < NODE_STATES.indexOf(known.state)) known.state = state;
      }
    }
    return byNode;
  }

  #rowOf(
    node: NodeRecord,
    process: ProcessTrend | undefined,
    state: NodeState,
    rules: string,
    at: number,
  ): Row {
    const view = process && this.#pipeline.evaluation.view(node, at);
    const outlooks = RESOURCES.map((resource) =>
      view?.outlook(resource, horizonOf(this.#pipeline.armed, resource)),
    );
    const nearest = outlooks.filter((outlook) => !!outlook).sort(nearestFirst)[0];
    const rss = finite(process?.latest[COLUMN.rss]);
    const signal = nearest?.signal ?? (process ? (rss === null ? 'heap' : 'rss') : null);
    const [use, limit] =
      signal === 'heap' ? (['heap_used', 'heap_limit'] as const) : (['rss', 'memory_limit'] as const);
    const sent = finite(process?.latest[COLUMN[limit]]);
    return {
      node: node.name,
      labels: node.labels,
      state: NODE_STATES.indexOf(state),
      rules,
      last_seen: finite(process?.lastSeen),
      ready: finite(process?.ready),
      signal,
      // An outlook that is kept for a while knows only the use of then.
      use: finite(process?.latest[COLUMN[use]]) ?? nearest?.now ?? null,
      limit: nearest?.limit ?? (sent === null || isNoLimit(sent) ? null : sent),
      probability: rounded(nearest?.probability, 3),
      breach_p10: rounded(nearest?.breachP10, 0),
      breach_p50: rounded(nearest?.breachP50, 0),
      breach_p90: rounded(nearest?.breachP90, 0),
      cause: nearest?.cause ?? null,
      per_hour: rounded(nearest?.growth?.perHour, 0),
      spark: process && signal ? sparkOf(process, signal) : '',
    };
  }
}

function stateOf(
  alert: { readonly state: NodeState } | undefined,
  process: ProcessTrend | undefined,
  at: number,
): NodeState {
  if (alert) return alert.state;
  const silent = Math.max(SILENT_MS, SILENT_INTERVALS * (process?.interval || 0));
  return !process || at - process.lastSeen > silent ? 'silent' : 'well';
}

function nearestFirst(a: Outlook, b: Outlook): number {
  const byTime = (a.breachP50 ?? Number.MAX_VALUE) - (b.breachP50 ?? Number.MAX_VALUE);
  return byTime || b.now / b.limit - a.now / a.limit;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function rounded(value: number | null | undefined, digits: number): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  return Number(value.toFixed(digits));
}

function emptyColumns(): FleetColumns {
  return {
    node: [],
    labels: [],
    state: [],
    rules: [],
    last_seen: [],
    ready: [],
    signal: [],
    use: [],
    limit: [],
    probability: [],
    breach_p10: [],
    breach_p50: [],
    breach_p90: [],
    cause: [],
    per_hour: [],
    spark: [],
  };
}
