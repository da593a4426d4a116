import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;
/** Seconds between samples, between collections and between major ones. */
export const INTERVAL_S = 30;
export const GC_EVERY_S = 120;
export const MAJOR_EVERY_S = 600;
const END_S = 5 * 3600;

const HEADER =
  'time_s,node,version,rss_bytes,heap_used_bytes,heap_after_gc_bytes,memory_limit_bytes,heap_limit_bytes,gc_pause_seconds_total,gc_cycles_total,ready';

/**
 * Writes a trace of five hours. router-1 leaks and comes to its memory limit, router-2 is at rest; both send everything.
 * worker-1 sends rss and readiness, and its limit says that there is none.
 */
export function writeRecording(folder: string, name = 'nodes'): string {
  const lines = [HEADER];
  for (let time = 0; time <= END_S; time += INTERVAL_S) {
    const wave = Math.sin(time / 90) * 4 * MIB;
    const leak = 300 * MIB + (time / END_S) * 720 * MIB;
    lines.push(routerRow(time, 'router-1', Math.min(leak + wave, 1024 * MIB)));
    lines.push(routerRow(time, 'router-2', 300 * MIB + wave));
    lines.push(`${time},worker-1,7,${Math.round(200 * MIB + wave)},,,0,,,,1`);
  }
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function routerRow(time: number, node: string, rss: number): string {
  const live = 80 * MIB + Math.floor(time / MAJOR_EVERY_S) * MIB;
  const collections = Math.floor(time / GC_EVERY_S);
  const heap = live + (time % GC_EVERY_S) * 1e5;
  const cells = [rss, heap, live, 1024 * MIB, 512 * MIB].map(Math.round);
  return [time, node, 7, ...cells, (collections * 0.05).toFixed(2), collections, 1].join(',');
}
