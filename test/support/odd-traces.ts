const MIB = 2 ** 20;
const COLUMNS = {
  rss: 'rss_bytes',
  heap: 'heap_used_bytes',
  live: 'heap_after_gc_bytes',
  heapLimit: 'heap_limit_bytes',
  limit: 'memory_limit_bytes',
  collections: 'gc_cycles_total',
  ready: 'ready',
  requests: 'requests_total',
  start: 'start_time_s',
};
type Cells = Partial<Record<keyof typeof COLUMNS, number | string>>;

/** Rows as CSV; cells that are left out are empty. */
export function traceOf(count: number, cells: (i: number) => Cells, node = 'a'): string {
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  const rows = Array.from({ length: count }, (_, i) => {
    const each = cells(i);
    return [i * 15, node, ...names.map((name) => each[name] ?? '')].join(',');
  });
  return `${[['time_s', 'node', ...Object.values(COLUMNS)].join(','), ...rows].join('\n')}\n`;
}

/** A process that grows, in all signals. */
export function growing(i: number): Cells {
  return {
    rss: (300 + i) * MIB,
    heap: (100 + i) * MIB,
    live: (90 + i) * MIB,
    heapLimit: 1024 * MIB,
    limit: 1024 * MIB,
    collections: i,
    ready: 1,
    requests: 10 * i,
    start: 0,
  };
}

/** Telemetry that is odd, each with the codes that say so. */
export const ODD_TRACES: Readonly<
  Record<string, { readonly text: string; readonly codes: readonly string[] }>
> = {
  constant: {
    text: traceOf(900, (i) => ({ ...growing(i), rss: 500 * MIB, heap: 200 * MIB, live: 150 * MIB })),
    codes: ['constant'],
  },
  'one-sample': { text: traceOf(1, growing), codes: ['one-sample'] },
  'all-gaps': { text: traceOf(300, () => ({})), codes: ['no-memory'] },
  'limits-of-0': {
    text: traceOf(300, (i) => ({ ...growing(i), limit: 0, heapLimit: 0 })),
    codes: ['no-limit'],
  },
  'limits-of-minus-1': {
    text: traceOf(300, (i) => ({ ...growing(i), limit: -1, heapLimit: -1 })),
    codes: ['no-limit'],
  },
  'limits-of-2-63': {
    text: traceOf(300, (i) => ({ ...growing(i), limit: '9223372036854775807', heapLimit: 2 ** 63 })),
    codes: ['no-limit'],
  },
  'above-its-limit': {
    text: traceOf(300, (i) => ({ ...growing(i), limit: 250 * MIB, heapLimit: 80 * MIB })),
    codes: ['rss-above-limit', 'heap-above-limit'],
  },
  'limit-in-kib': { text: traceOf(300, (i) => ({ ...growing(i), limit: MIB })), codes: ['wrong-limit-unit'] },
  'use-in-kib': {
    text: traceOf(300, (i) => ({ ...growing(i), rss: (300 + i) * 1024 })),
    codes: ['small-use'],
  },
  'units-in-turn': {
    text: traceOf(300, (i) => ({ ...growing(i), rss: (300 + i) * (i % 2 ? MIB : 1024) })),
    codes: ['changing-unit'],
  },
  'a-unit-that-changes-for-good': {
    text: traceOf(300, (i) => ({
      rss: (300 + i) * (i < 150 ? MIB : 1024),
      limit: i < 150 ? 1024 * MIB : MIB,
    })),
    codes: ['changing-unit'],
  },
};
