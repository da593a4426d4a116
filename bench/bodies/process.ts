import type { Signal } from '../../src/telemetry/index.js';

const STARTED_S = Math.floor(Date.now() / 1000) - 3600;

/**
 * What process number `i` tells of a signal at `time`, unix ms: memory that moves, limits and a start that stay, counters that grow. One
 * that seemed to restart with every sample would be other work than that of a fleet.
 */
export function valueAt(signal: Signal, time: number, i: number): number {
  const elapsed = time - STARTED_S * 1000;
  switch (signal) {
    case 'memory_limit':
      return 1_073_741_824;
    case 'heap_limit':
      return 536_870_912;
    case 'ready':
      return 1;
    case 'start_time':
      return STARTED_S;
    case 'gc_pause_total':
      return elapsed / 100_000;
    case 'gc_count':
    case 'requests_total':
      return elapsed;
    default:
      return 200_000_000 + ((time * 1000 + i * 7919) % 100_000_000);
  }
}
