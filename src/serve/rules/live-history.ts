import type { Extent, HistorySource, Piece } from '../../backtest/index.js';
import type { History } from '../../check/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { isNoLimit, SIGNAL_FACTS, SIGNALS, type Signal } from '../../telemetry/index.js';

/** What the running service knows of its nodes, for checks: their newest values and how often they send. */
export function historyOfPipeline({ registry, trend }: Pipeline): History {
  const nodes = registry.nodes.map((node) => {
    const process = trend.node(node.id);
    const highest = new Map<Signal, number>();
    SIGNALS.forEach((signal, column) => {
      const value = process?.latest[column] ?? Number.NaN;
      const isNone = SIGNAL_FACTS[signal].kind === 'limit' && isNoLimit(value);
      if (!Number.isNaN(value) && !isNone) highest.set(signal, value);
    });
    const interval = process?.interval;
    return {
      name: node.name,
      labels: registry.labelsOf(node),
      signals: new Set(highest.keys()),
      highest,
      intervalMs: interval !== undefined && Number.isFinite(interval) ? interval : null,
      gcEveryMs: null,
      majorGcEveryMs: null,
      spanMs: process ? process.lastSeen - process.startedAt : 0,
    };
  });
  return { name: 'this service', nodes, labels: null, said: new Map() };
}

/** The stored history of the running service, for backtests. */
export function sourceOfPipeline({ registry, store }: Pipeline): HistorySource {
  const { history } = store;
  return {
    name: 'this service',
    kind: 'store',
    async extent(): Promise<Extent | undefined> {
      const { oldest, newest } = await history.stats();
      return oldest === undefined || newest === undefined ? undefined : { oldest, newest };
    },
    async *scan(from, to, stepMs): AsyncGenerator<Piece> {
      for await (const rows of history.scan(from, to, stepMs)) yield { world: '', rows, registry };
    },
    close: async () => {},
  };
}
