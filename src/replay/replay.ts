import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import type { AlertNews, AlertsOptions } from '../alert/index.js';
import { needsOf, type Rule } from '../evaluate/index.js';
import { Evaluation, horizonOf } from '../pipeline/index.js';
import { openMemoryStore } from '../store/index.js';
import { Registry, Rows } from '../telemetry/index.js';
import { type Outlook, type Resource, Trend } from '../trend/index.js';
import { AlertsBeside, type Trial } from './beside.js';
import { type OddNode, OddTelemetry } from './odd-telemetry.js';
import { readTrace, type TraceRow, takeRow, traceName } from './trace-file.js';

/** What happened in a replay, in the order of the trace's time. */
export type ReplayEvent =
  | { readonly type: 'alert'; readonly trace: string; readonly news: AlertNews }
  | {
      readonly type: 'forecast';
      readonly trace: string;
      readonly node: string;
      /** Milliseconds of the trace, and `shiftMs`. */
      readonly at: number;
      readonly outlook: Outlook;
    };

export interface ReplayOptions {
  readonly rules: readonly Rule[];
  /** Rules that are tried on the same outlooks; their alerts are told by their names, and change nothing of what is told of `rules`. */
  readonly beside?: readonly Trial[];
  /** As if the trace had begun so much later, ms; all times that are told are later, too. Default 0. */
  readonly shiftMs?: number;
  /** Every so many ms of the trace a forecast of each node and limit is told; undefined for none. */
  readonly forecastsMs?: number;
  readonly onEvent: (event: ReplayEvent) => void;
  /** Told after each of the trace's rows: how many so far. */
  readonly onRow?: (rows: number) => void;
  /** Told, when the trace has ended or breaks off at a fault, what is odd about the telemetry of its nodes. */
  readonly onOdd?: (odd: readonly OddNode[]) => void;
}

/** Between two samples the rounds go on at least this often, as the service's do, so that a `for` can end there. */
const ROUND_MS = 5000;

const RESOURCES: readonly Resource[] = ['rss', 'heap'];

/**
 * Runs one trace through the rooms of the service (trend, evaluate, alert) on the trace's own time.
 * @throws Problem bad-trace with file, line and column; what came before the fault has been told.
 */
export async function replayTrace(file: string, options: ReplayOptions): Promise<void> {
  const line = new TraceLine(traceName(file), options);
  const { shiftMs = 0 } = options;
  try {
    for await (const row of readTrace(file)) {
      const at = row.time * 1000 + shiftMs;
      await line.passTime(at);
      line.observe(row, at);
      await line.round(at);
      options.onRow?.(line.rows);
    }
  } finally {
    line.end();
  }
}

/** The rooms of one replay, and what has been told so far. */
class TraceLine {
  rows = 0;
  readonly #trace: string;
  readonly #options: ReplayOptions;
  readonly #registry = new Registry();
  readonly #trend: Trend;
  readonly #alerts: AlertsBeside;
  readonly #evaluation: Evaluation;
  readonly #row = new Rows(1);
  readonly #odd = new OddTelemetry();
  #roundedAt = Number.NaN;
  #forecastAt = Number.NaN;

  constructor(trace: string, options: ReplayOptions) {
    this.#trace = trace;
    this.#options = options;
    const { rules, beside = [] } = options;
    const all = [...rules, ...beside.map(({ eager }) => eager)];
    this.#trend = new Trend(all.flatMap(needsOf));
    this.#alerts = new AlertsBeside(this.#alertsOptions(), beside, this.#alertsOptions());
    this.#evaluation = new Evaluation(this.#registry, this.#trend, this.#alerts, all);
  }

  #alertsOptions(): AlertsOptions {
    return {
      ledger: openMemoryStore().ledger,
      log: pino({ level: 'silent' }),
      metrics: new Metrics(),
      prepare: (news) => {
        for (const item of news) this.#options.onEvent({ type: 'alert', trace: this.#trace, news: item });
        return [];
      },
      committed: () => {},
    };
  }

  observe(row: TraceRow, at: number): void {
    const node = takeRow(row, at, this.#registry, this.#row);
    this.#trend.observe(this.#row, this.#registry);
    this.#evaluation.noteArrivals(this.#row);
    if (this.#options.onOdd) this.#odd.note(this.#trend, node, row.time, row.line);
    this.rows++;
  }

  end(): void {
    this.#options.onOdd?.(this.#odd.finish(this.#trend));
  }

  async round(at: number): Promise<void> {
    this.#evaluation.round(at);
    await this.#alerts.commit();
    this.#roundedAt = at;
  }

  /** Does what falls due before `until`: rounds without samples, and forecasts. */
  async passTime(until: number): Promise<void> {
    if (Number.isNaN(this.#roundedAt)) {
      this.#forecastAt = until + (this.#options.forecastsMs ?? Number.POSITIVE_INFINITY);
      return;
    }
    for (let at = this.#roundedAt + ROUND_MS; at < until; at += ROUND_MS) {
      this.#tellForecasts(at);
      await this.round(at);
    }
    this.#tellForecasts(until);
  }

  #tellForecasts(until: number): void {
    const { forecastsMs, rules, onEvent } = this.#options;
    if (forecastsMs === undefined) return;
    for (; this.#forecastAt <= until; this.#forecastAt += forecastsMs) {
      for (const node of this.#registry.nodes) {
        for (const resource of RESOURCES) {
          const at = this.#forecastAt;
          const outlook = this.#evaluation.view(node, at)?.outlook(resource, horizonOf(rules, resource));
          if (outlook) onEvent({ type: 'forecast', trace: this.#trace, node: node.name, at, outlook });
        }
      }
    }
  }
}
