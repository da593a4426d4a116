import { Rows } from '../../src/telemetry/index.js';

const INTERVAL_MS = 15_000;
const BODY_ROWS = 1000;

/** Bodies of 1,000 rows in time order, shared by all writers; each is made when it is asked for. */
export function* makeBodies(nodes: number, from: number, end: number): Generator<Rows, void, undefined> {
  const rss = Float64Array.from({ length: nodes }, (_, node) => 3e8 + node * 1000);
  let seed = 1;
  for (let time = from; time < end; time += INTERVAL_MS) {
    for (let first = 0; first < nodes; first += BODY_ROWS) {
      const body = new Rows(BODY_ROWS);
      for (let node = first; node < Math.min(nodes, first + BODY_ROWS); node++) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        rss[node] += (seed % 4096) * 4;
        const elapsed = time - from;
        const row = body.add(node, 1 + (node % 7), time + (node % 15) * 1000);
        body.set(row, 'rss', rss[node]);
        body.set(row, 'memory_limit', 1_073_741_824);
        body.set(row, 'heap_used', rss[node] * 0.5 + (seed % 10_000_000));
        body.set(row, 'heap_after_gc', Math.floor(rss[node] * 0.4));
        body.set(row, 'heap_limit', 800_000_000);
        body.set(row, 'gc_pause_total', elapsed * 1.3e-5 + node);
        body.set(row, 'gc_count', Math.floor(elapsed / 5000));
        body.set(row, 'ready', 1);
        body.set(row, 'requests_total', Math.floor(elapsed / 10) + node);
        body.set(row, 'start_time', from / 1000);
      }
      yield body;
    }
  }
}
