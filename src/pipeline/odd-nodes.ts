import { Gauge, type Registry as Metrics } from 'prom-client';
import type { Registry } from '../telemetry/index.js';
import { findOddities, ODDITIES, type OddityCode, type Trend } from '../trend/index.js';

/** Rounds in which all nodes are looked at once: a minute of them, so that a round costs next to nothing. */
const ROUNDS = 120;

const CODES = Object.keys(ODDITIES) as OddityCode[];

/** Counts nodes with odd telemetry for the metrics, a share of the nodes with every round. */
export class OddNodes {
  readonly #registry: Registry;
  readonly #gauge: Gauge<'code'>;
  #counting = noneYet();
  #next = 0;

  constructor(registry: Registry, metrics: Metrics) {
    this.#registry = registry;
    this.#gauge = new Gauge({
      name: 'headroom_odd_nodes',
      help: 'Nodes whose telemetry is odd, by code (docs/oddities.md), as counted within the last two minutes.',
      labelNames: ['code'],
      registers: [metrics],
    });
    this.#tell();
  }

  /** Looks at the next share of the nodes; once all have been, the counts are told and it begins anew. */
  round(trend: Trend, at: number): void {
    const { nodes } = this.#registry;
    const end = Math.min(nodes.length, this.#next + Math.ceil(nodes.length / ROUNDS));
    for (; this.#next < end; this.#next++) {
      const process = trend.node(nodes[this.#next].id);
      if (!process) continue;
      for (const { code } of findOddities(process, at)) this.#counting[code]++;
    }
    if (this.#next < nodes.length) return;
    this.#tell();
    this.#counting = noneYet();
    this.#next = 0;
  }

  #tell(): void {
    for (const code of CODES) this.#gauge.set({ code }, this.#counting[code]);
  }
}

function noneYet(): Record<OddityCode, number> {
  return Object.fromEntries(CODES.map((code) => [code, 0])) as Record<OddityCode, number>;
}
