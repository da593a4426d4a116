import { traceClock } from '../../replay/index.js';
import { formatDuration } from '../../telemetry/index.js';
import type { BacktestResult } from '../backtest.js';

const DAY_MS = 24 * 3_600_000;

/** How moments, spans and names of one result are written. */
export class Words {
  readonly #result: BacktestResult;

  constructor(result: BacktestResult) {
    this.#result = result;
  }

  get isElapsed(): boolean {
    return this.#result.source.kind === 'traces';
  }

  /** `2026-10-04 12:30:15`, UTC; of a trace `1:31:34`. */
  time(ms: number): string {
    return this.isElapsed ? traceClock(ms) : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  }

  span(ms: number): string {
    return formatDuration(ms);
  }

  lead(ms: number | null): string {
    return ms === null ? '' : this.span(Math.max(0, ms));
  }

  /** A rate a week; of less than a day none can be told. */
  weekly(value: number): string {
    return this.#result.spanMs < DAY_MS ? '-' : this.figure(value);
  }

  /** `, 3.5 a week`, or nothing. */
  aWeek(value: number): string {
    const rate = this.weekly(value);
    return rate === '-' ? '' : `, ${rate} a week`;
  }

  figure(value: number): string {
    return value === 0 ? '0' : value < 10 ? value.toFixed(1) : String(Math.round(value));
  }

  /** The node, with its trace where there is one. */
  node({ world, node }: { readonly world: string; readonly node: string }): string {
    return world === '' ? node : `${world} ${node}`;
  }

  scope(): string {
    const { source, from, to, nodes, rows, spanMs } = this.#result;
    const counts = `${nodes} ${nodes === 1 ? 'node' : 'nodes'}, ${rows.toLocaleString('en')} samples`;
    if (this.isElapsed) return `${source.name}: ${this.span(spanMs)} in all, ${counts}.`;
    return `${source.name}: ${this.time(from)} to ${this.time(to)} UTC (${this.span(spanMs)}), ${counts}.`;
  }
}
