import type { SampleSink } from './line-reader.js';
import type { Overlay } from './overlay.js';
import type { RemoteServer } from './server.js';

/** Of the database and what is laid over it. */
export async function extentOf(server: RemoteServer, overlay: Overlay, from: number, to: number) {
  // The overlay first: what is sent meanwhile is in both.
  const waiting = { oldest: overlay.oldest(from, to), newest: overlay.newest(from, to) };
  const there = await server.extent(from, to);
  const oldest = least(there?.oldest, waiting.oldest);
  const newest = most(there?.newest, waiting.newest);
  return oldest === undefined || newest === undefined ? undefined : { oldest, newest };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function most(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** A sink that passes on only the series of these nodes. */
export function onlyNodes(sink: SampleSink, nodes: ReadonlySet<string>): SampleSink {
  const ignore = (): void => undefined;
  return { series: (node, labels) => (nodes.has(node) ? sink.series(node, labels) : ignore) };
}
