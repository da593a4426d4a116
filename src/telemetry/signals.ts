/** The canonical signals; their order is the order of columns in a row, on disk too. Append, never reorder. */
export const SIGNALS = [
  'rss',
  'memory_limit',
  'heap_used',
  'heap_after_gc',
  'heap_limit',
  'gc_pause_total',
  'gc_count',
  'ready',
  'requests_total',
  'start_time',
] as const;

export type Signal = (typeof SIGNALS)[number];

/** How many columns a row has. */
export const SIGNAL_COUNT = SIGNALS.length;

/** Column of each signal in a row. */
export const COLUMN = Object.fromEntries(SIGNALS.map((signal, column) => [signal, column])) as Readonly<
  Record<Signal, number>
>;

export interface SignalFacts {
  readonly unit: 'bytes' | 's' | '1' | 'unix s';
  /** A counter only grows until its process restarts; a limit is a ceiling that may be absent. */
  readonly kind: 'gauge' | 'limit' | 'counter' | 'state' | 'start';
  readonly about: string;
}

export const SIGNAL_FACTS: Readonly<Record<Signal, SignalFacts>> = {
  rss: { unit: 'bytes', kind: 'gauge', about: 'physical memory that counts against the limit' },
  memory_limit: { unit: 'bytes', kind: 'limit', about: 'where the node is killed' },
  heap_used: { unit: 'bytes', kind: 'gauge', about: 'managed heap in use, garbage included' },
  heap_after_gc: { unit: 'bytes', kind: 'gauge', about: 'live after the last major collection' },
  heap_limit: { unit: 'bytes', kind: 'limit', about: 'ceiling of the managed heap' },
  gc_pause_total: { unit: 's', kind: 'counter', about: 'time paused for collections since the start' },
  gc_count: { unit: '1', kind: 'counter', about: 'collections since the start' },
  ready: { unit: '1', kind: 'state', about: 'readiness check: 1 ready, 0 not' },
  requests_total: { unit: '1', kind: 'counter', about: 'requests since the start' },
  start_time: { unit: 'unix s', kind: 'start', about: 'changes at a restart' },
};

export function isSignal(name: string): name is Signal {
  return Object.hasOwn(COLUMN, name);
}

/**
 * Ways in which agents say "no limit": zero, minus one, 2^63 and near it (cgroup v1 rounds it down to a page). Less
 * than a byte limits nothing, either.
 */
export function isNoLimit(bytes: number): boolean {
  return !(bytes >= 1) || bytes >= 2 ** 62;
}

/** Columns of a trace file, in the order in which they are written; docs/replay.md has the format. */
export const SIGNAL_OF_COLUMN = {
  rss_bytes: 'rss',
  heap_used_bytes: 'heap_used',
  heap_after_gc_bytes: 'heap_after_gc',
  heap_limit_bytes: 'heap_limit',
  memory_limit_bytes: 'memory_limit',
  gc_pause_seconds_total: 'gc_pause_total',
  gc_cycles_total: 'gc_count',
  ready: 'ready',
  requests_total: 'requests_total',
  start_time_s: 'start_time',
} as const satisfies Record<string, Signal>;
