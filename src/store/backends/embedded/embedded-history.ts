import { COLUMN, type Registry, type Rows, SIGNALS, type Signal } from '../../../telemetry/index.js';
import type { History, HistoryStats, Outline } from '../../contract.js';
import { adopt } from './batch.js';
import type { Channel } from './channel.js';
import type { GroupCommit } from './group-commit.js';
import type { KnownNames } from './known-names.js';

/** History as the main thread sees it: all work is the worker's. */
export class EmbeddedHistory implements History {
  readonly #channel: Channel;
  readonly #commits: GroupCommit;
  readonly #names: KnownNames;
  readonly #assertOpen: () => void;

  constructor(channel: Channel, commits: GroupCommit, names: KnownNames, assertOpen: () => void) {
    this.#channel = channel;
    this.#commits = commits;
    this.#names = names;
    this.#assertOpen = assertOpen;
  }

  async append(rows: Rows, registry: Registry): Promise<void> {
    this.#assertOpen();
    await this.#commits.addRows(rows, registry);
  }

  async read(node: number, from: number, to: number, signals: readonly Signal[] = SIGNALS): Promise<Rows> {
    this.#assertOpen();
    const columns = signals.map((signal) => COLUMN[signal]);
    return adopt(await this.#channel.call('read', { node, from, to, columns }));
  }

  async outline(node: number, from: number, to: number, stepMs: number): Promise<Outline> {
    this.#assertOpen();
    const { low, high } = await this.#channel.call('outline', { node, from, to, stepMs });
    return { low: adopt(low), high: adopt(high) };
  }

  async *scan(from: number, to: number, stepMs: number): AsyncGenerator<Rows, void, undefined> {
    this.#assertOpen();
    const scan = await this.#channel.call('scanOpen', { from, to, stepMs });
    try {
      let next = this.#channel.call('scanNext', scan);
      for (;;) {
        const rows = await next;
        if (!rows) return;
        // The worker reads on while the caller is busy with these rows.
        next = this.#channel.call('scanNext', scan);
        next.catch(() => undefined);
        yield adopt(rows);
      }
    } finally {
      await this.#channel.call('scanClose', scan);
    }
  }

  async loadRegistry(registry: Registry): Promise<void> {
    this.#assertOpen();
    const { nodes, labelSets } = await this.#channel.call('registry', undefined);
    registry.restore(labelSets, nodes);
    this.#names.loaded(nodes);
  }

  async retain(before: number): Promise<number> {
    this.#assertOpen();
    return this.#channel.call('retain', { before });
  }

  async stats(): Promise<HistoryStats> {
    this.#assertOpen();
    return this.#channel.call('stats', undefined);
  }
}
