import { join } from 'node:path';
import { pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts } from '../../../src/alert/index.js';
import { loadRules, needsOf } from '../../../src/evaluate/index.js';
import { packageRoot } from '../../../src/paths.js';
import { Evaluation } from '../../../src/pipeline/index.js';
import { openMemoryStore } from '../../../src/store/index.js';
import { Registry, Rows, type Signal } from '../../../src/telemetry/index.js';
import { type Resource, Trend } from '../../../src/trend/index.js';
import type { Sent } from './node.js';

const shipped = loadRules(join(packageRoot, 'rules')).rules;

/** One node under the rules that ship, from its samples to its alerts. */
export class WatchedNode {
  /** What was told of it, as alerts fired. */
  readonly fired: AlertNews[] = [];
  readonly #registry = new Registry();
  readonly #trend = new Trend(shipped.flatMap(needsOf));
  readonly #alerts = new Alerts({
    ledger: openMemoryStore().ledger,
    log: pino({ level: 'silent' }),
    metrics: new Metrics(),
    prepare: (news) => {
      this.fired.push(...news.filter(({ state }) => state === 'firing'));
      return [];
    },
    committed: () => {},
  });
  readonly #evaluation = new Evaluation(this.#registry, this.#trend, this.#alerts, shipped);
  readonly #rows = new Rows(1);

  /** Sends one row and lets the rules look at it. */
  async send(time: number, sent: Sent, labels: Readonly<Record<string, string>>): Promise<void> {
    const node = this.#registry.intern('r-1', labels);
    this.#rows.length = 0;
    const row = this.#rows.add(node.id, node.labels, time);
    for (const [signal, value] of Object.entries(sent)) this.#rows.set(row, signal as Signal, value);
    this.#trend.observe(this.#rows, this.#registry);
    this.#evaluation.noteArrivals(this.#rows);
    this.#evaluation.round(time);
    await this.#alerts.commit();
  }

  probability(resource: Resource, horizonMs: number, at: number): number | null {
    return this.#trend.outlook(0, resource, horizonMs, at)?.probability ?? null;
  }
}
