import { formatBytes } from '../telemetry/index.js';
import type { Found } from './oddities.js';
import type { ProcessTrend } from './process-trend.js';
import type { Column, Window } from './window.js';

/** What is odd about the past of a process, read off its longest window, stretch (bucket) by stretch. */
export function findStretchOddities(process: ProcessTrend, found: Found): void {
  const window = process.windows[process.windows.length - 1];
  if (window.length < 2) return;
  findChangingUnit(window, 'rss', found);
  findChangingUnit(window, 'heap', found);
  findHeapAboveRss(window, found);
  findLiveAboveUsed(window, found);
  findConstant(process, window, found);
}

/** Each power of 1000 and 1024, and what a process grows or shrinks by between two samples. */
const JUMPS = [
  [900, 1150],
  [900 ** 2, 1150 ** 2],
];

/** So many jumps are no accident: a collection may free all but a thousandth of a heap, once. */
const HEAP_JUMPS = 3;

function findChangingUnit(window: Window, of: 'rss' | 'heap', found: Found): void {
  const [min, max]: Column[] = of === 'rss' ? ['rssMin', 'rssMax'] : ['heapMin', 'heapMax'];
  let count = 0;
  let told = '';
  // The first stretch is left out: a process begins with next to nothing.
  for (let i = 2; i < window.length; i++) {
    const low = Math.min(window.get(i - 1, min), window.get(i, min));
    const high = Math.max(window.get(i - 1, max), window.get(i, max));
    const factor = high / low;
    if (!JUMPS.some(([from, to]) => factor >= from && factor <= to)) continue;
    count++;
    told = `${formatBytes(low)} and ${formatBytes(high)}`;
  }
  if (count < (of === 'rss' ? 1 : HEAP_JUMPS)) return;
  const signal = of === 'rss' ? 'rss' : 'heap_used';
  found('changing-unit', `${signal} jumps between ${told}: are there two units in it?`);
}

const HEAP_ABOVE_RSS = 1.25;
const ABOVE_RSS_STRETCHES = 8;

function findHeapAboveRss(window: Window, found: Found): void {
  const isAbove = (i: number) => window.get(i, 'heapMin') > HEAP_ABOVE_RSS * window.get(i, 'rssMax');
  if (!holdsOfNewest(window, ABOVE_RSS_STRETCHES, isAbove)) return;
  const newest = window.length - 1;
  const [heap, rss] = [window.get(newest, 'heapLast'), window.get(newest, 'rssLast')].map(formatBytes);
  found('heap-above-rss', `heap_used is ${heap}, but rss, which holds it, is ${rss}`);
}

const LIVE_ABOVE_USED = 1.25;
const ABOVE_USED_STRETCHES = 16;

/** A live set is as old as its collection: what dies meanwhile goes with the next one, so it may be ahead for a while. */
function findLiveAboveUsed(window: Window, found: Found): void {
  const isAbove = (i: number) => window.get(i, 'afterGc') > LIVE_ABOVE_USED * window.get(i, 'heapMax');
  if (!holdsOfNewest(window, ABOVE_USED_STRETCHES, isAbove)) return;
  const newest = window.length - 1;
  const [live, used] = [window.get(newest, 'afterGc'), window.get(newest, 'heapLast')].map(formatBytes);
  found('live-above-used', `heap_after_gc is ${live}, but heap_used, which holds it, is ${used}`);
}

function holdsOfNewest(window: Window, count: number, isSo: (bucket: number) => boolean): boolean {
  if (window.length < count) return false;
  for (let i = window.length - count; i < window.length; i++) if (!isSo(i)) return false;
  return true;
}

/** A heap moves with every request; pages of a process may all stay where they are for long, honestly. */
const CONSTANT_SAMPLES = { heap: 60, rss: 600 };
/** Two stretches alone would say nothing of what lies between. */
const CONSTANT_STRETCHES = 24;

function findConstant(process: ProcessTrend, window: Window, found: Found): void {
  if (window.length < CONSTANT_STRETCHES) return;
  const samples = Math.round((window.last[window.length - 1] - window.first[0]) / process.interval);
  if (!(samples >= CONSTANT_SAMPLES.heap)) return;
  const [rss, heap] = [isConstant(window, 'rssMin', 'rssMax'), isConstant(window, 'heapMin', 'heapMax')];
  const isWorking = grows(window, 'requests') || grows(window, 'collections');
  const still = [
    ...(heap === true && (rss === false || isWorking) ? ['heap_used'] : []),
    ...(rss === true && (heap === false || isWorking) && samples >= CONSTANT_SAMPLES.rss ? ['rss'] : []),
  ];
  if (still.length === 0) return;
  const have = still.length > 1 ? 'have' : 'has';
  found(
    'constant',
    `${still.join(' and ')} ${have} not changed by a byte over ${samples} samples, while others have`,
  );
}

/** Whether all stretches that have a value have one and the same; undefined when few have. */
function isConstant(window: Window, min: Column, max: Column): boolean | undefined {
  let value = Number.NaN;
  let count = 0;
  for (let i = 0; i < window.length; i++) {
    const [low, high] = [window.get(i, min), window.get(i, max)];
    if (Number.isNaN(low)) continue;
    if (low !== high || (count > 0 && low !== value)) return false;
    value = low;
    count++;
  }
  return count >= CONSTANT_STRETCHES ? true : undefined;
}

function grows(window: Window, column: Column): boolean {
  for (let i = 0; i < window.length; i++) if (window.get(i, column) > 0) return true;
  return false;
}
