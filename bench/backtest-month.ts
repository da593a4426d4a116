import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { ManualClock } from '../src/clock.js';
import { openEmbeddedStore, storeOptions } from '../src/store/index.js';
import { Registry, Rows } from '../src/telemetry/index.js';

const INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH_ROWS = 50_000;
const GIB = 2 ** 30;
/** Rows that wait to be re-sorted take twice the room; upkeep runs after so much time of the history. */
const UPKEEP_MS = 12 * HOUR_MS;

export interface Month {
  readonly nodes: number;
  readonly days: number;
  /** Of a hundred nodes, how many leak; each process of them meets its limit after a day or two. */
  readonly leaking: number;
}

interface Node {
  readonly index: number;
  readonly id: number;
  readonly labels: number[];
  readonly isLeaking: boolean;
  startedAt: number;
  leakPerHour: number;
}

/** Writes history as agents would have sent it, deaths and weekly deploys included. Returns how many rows. */
export async function writeMonth(
  folder: string,
  month: Month,
  from: number,
  onDay: (day: number) => void,
): Promise<number> {
  const clock = new ManualClock(from);
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder, retention: '400d', memoryLimit: '512MiB' }),
    clock,
    log: pino({ level: 'warn' }),
    metrics: new Metrics(),
  });
  const registry = new Registry({ nodes: month.nodes, labelsPerNode: 8 });
  const nodes = Array.from({ length: month.nodes }, (_, index) => makeNode(index, month, registry, from));
  const end = from + month.days * DAY_MS;
  let rows = new Rows(BATCH_ROWS + month.nodes);
  let total = 0;
  let kept: Promise<void> = Promise.resolve();
  for (let time = from; time < end; time += INTERVAL_MS) {
    for (const node of nodes) addRow(rows, node, time, from);
    if (rows.length >= BATCH_ROWS) {
      await kept;
      kept = store.history.append(rows, registry);
      total += rows.length;
      rows = new Rows(BATCH_ROWS + month.nodes);
    }
    if ((time - from) % DAY_MS === 0) onDay((time - from) / DAY_MS);
    if ((time - from) % UPKEEP_MS !== 0) continue;
    await kept;
    clock.advanceTo(time);
    await store.maintain();
  }
  await kept;
  await store.history.append(rows, registry);
  total += rows.length;
  clock.advanceTo(end + DAY_MS);
  await store.maintain();
  await store.close();
  return total;
}

function makeNode(index: number, { leaking, days }: Month, registry: Registry, from: number): Node {
  const pool = `pool-${index % 20}`;
  const weeks = Math.ceil(days / 7);
  const labels = Array.from(
    { length: weeks },
    (_, week) => registry.internLabels({ pool, version: `1.${week}.0` }).id,
  );
  const { id } = registry.intern(`node-${index}`, registry.labelSets[labels[0]].labels);
  const isLeaking = (index * 37) % 100 < leaking;
  return { index, id, labels, isLeaking, startedAt: from, leakPerHour: leakOf(index, 0) };
}

/** Fills what is free within 20 to 45 hours. */
function leakOf(index: number, life: number): number {
  return (0.5 * GIB) / (20 + ((index * 13 + life * 7) % 25));
}

function addRow(rows: Rows, node: Node, time: number, from: number): void {
  const { index, isLeaking } = node;
  const day = Math.floor((time - from) / DAY_MS);
  const week = Math.floor(day / 7);
  const isDeploy = day > 0 && day % 7 === 0 && (time - from) % DAY_MS === 0;
  if (isDeploy) node.startedAt = time;
  const hours = (time - node.startedAt) / HOUR_MS;
  const step = time / INTERVAL_MS;
  const noise = ((Math.imul(index + 1, 2654435761) ^ Math.imul(step, 40503)) >>> 8) / 2 ** 24;
  const wave = 1 + 0.3 * Math.sin((2 * Math.PI * (time / HOUR_MS + (index % 5))) / 24);
  const leak = isLeaking ? node.leakPerHour * hours : 0;
  const live = 0.25 * GIB + (index % 3 === 0 ? 3e7 * wave : 0) + leak;
  const used = live + ((step + index) % 40) * (1.5e6 * (1 + (index % 4))) + noise * 4e6;
  const rss = used + 8e7;
  const row = rows.add(node.id, node.labels[week], time);
  rows.set(row, 'rss', Math.round(rss));
  rows.set(row, 'memory_limit', GIB);
  rows.set(row, 'heap_used', Math.round(used));
  rows.set(row, 'heap_after_gc', Math.round(live));
  rows.set(row, 'heap_limit', 1.2 * GIB);
  rows.set(row, 'gc_pause_total', Math.round(hours * 36_000) / 1000);
  rows.set(row, 'gc_count', Math.floor(hours * 6));
  rows.set(row, 'ready', 1);
  rows.set(row, 'requests_total', Math.round(hours * 360_000 * wave));
  rows.set(row, 'start_time', node.startedAt / 1000);
  if (rss < GIB) return;
  node.startedAt = time + INTERVAL_MS;
  node.leakPerHour = leakOf(index, Math.floor((time - from) / HOUR_MS));
}
