import { Registry, Rows, type Signal } from '../../../src/telemetry/index.js';
import { type Resource, Trend } from '../../../src/trend/index.js';
import type { Need } from '../../../src/trend/scales.js';
import type { Sent } from './node.js';

/** Several nodes in one trend room. */
export class SeveralNodes {
  readonly trend: Trend;
  readonly registry = new Registry();
  readonly #rows = new Rows(1);

  constructor(needs: readonly Need[]) {
    this.trend = new Trend(needs);
  }

  send(name: string, time: number, sent: Sent, labels: Readonly<Record<string, string>> = {}): void {
    const node = this.registry.intern(name, labels);
    this.#rows.length = 0;
    const row = this.#rows.add(node.id, node.labels, time);
    for (const [signal, value] of Object.entries(sent)) this.#rows.set(row, signal as Signal, value);
    this.trend.observe(this.#rows, this.registry);
  }

  process(name: string) {
    const node = this.registry.find(name);
    const process = node && this.trend.node(node.id);
    if (!process) throw new Error(`${name} has sent nothing`);
    return process;
  }

  outlook(name: string, resource: Resource, horizonMs: number) {
    const node = this.registry.find(name);
    if (!node) throw new Error(`${name} has sent nothing`);
    return this.trend.outlook(node.id, resource, horizonMs, this.process(name).lastSeen);
  }
}
