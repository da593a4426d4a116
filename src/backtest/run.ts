import { matches, type Rule } from '../evaluate/index.js';
import type { NodeRecord, Registry } from '../telemetry/index.js';
import type { HistorySource, PartOutcome } from './contract.js';
import { Crew } from './crew.js';
import { Parts } from './parts.js';
import { bucketOf } from './step.js';

/** Between two samples of a trace the rounds go on as often as a replay's do. */
const TRACE_ROUND_MS = 5000;

/** Rounds a step: a `for` ends at most a quarter of a step late. */
const ROUNDS_A_STEP = 4;

export interface RunOptions {
  readonly source: HistorySource;
  readonly sets: readonly (readonly Rule[])[];
  /** Read from here on, to warm the models up. */
  readonly readFrom: number;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly nodes: Rule['nodes'];
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Told now and then: how much is done, 0 to 1. */
  readonly onDone: (done: number) => void;
}

export interface RunOutcome {
  readonly parts: readonly PartOutcome[];
  readonly worlds: number;
}

/** Takes the history through the rooms, in as many threads as there are jobs. @throws Problem; the signal's reason */
export async function runHistory(options: RunOptions): Promise<RunOutcome> {
  const { source, sets, readFrom, from, to, stepMs, signal, onDone } = options;
  const isTraces = source.kind === 'traces';
  const roundMs = stepMs > 0 ? Math.max(1, stepMs / ROUNDS_A_STEP) : TRACE_ROUND_MS;
  const common = {
    sets,
    countFrom: isTraces ? Number.NEGATIVE_INFINITY : from,
    stepMs,
    roundMs,
    isPatient: !isTraces,
    bucketMs: bucketOf(sets.flat(), stepMs),
  };
  let world = '';
  const crew = new Crew(options.jobs, () => ({ ...common, world }));
  // A wait for a worker or for rows must not outlive the wish to stop.
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => {
      crew.fail(signal.reason);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => {});
  const outcomes: Promise<PartOutcome[]>[] = [];
  let split: Parts | undefined;
  let first = 0;
  let worlds = 0;
  let end = Number.NEGATIVE_INFINITY;
  const finishWorld = (): void => {
    if (!split) return;
    const parts = Array.from({ length: split.count }, (_, i) => first + i);
    const finished = crew.finish(parts, end);
    finished.catch(() => {});
    outcomes.push(finished);
    first += split.count;
    worlds++;
  };
  try {
    signal.throwIfAborted();
    for await (const piece of untilStopped(source.scan(readFrom, to, stepMs, signal), stopped)) {
      const { rows, registry, done } = piece;
      if (!split || piece.world !== world) {
        finishWorld();
        world = piece.world;
        split = new Parts(registry, !isTraces, first, wanted(registry, options.nodes));
        end = Number.NEGATIVE_INFINITY;
      }
      if (rows.length > 0) end = Math.max(end, rows.time[rows.length - 1]);
      for (const parcel of split.split(rows)) await crew.send(parcel);
      onDone(done ?? Math.min(1, (end - readFrom) / Math.max(1, to - readFrom)));
    }
    finishWorld();
    const parts = (await Promise.all(outcomes)).flat();
    return { parts, worlds };
  } finally {
    await crew.close();
  }
}

function wanted(registry: Registry, nodes: Rule['nodes']) {
  return ({ name }: NodeRecord, labels: number): boolean =>
    matches({ nodes }, registry.labelSets[labels].labels, name);
}

async function* untilStopped<T>(pieces: AsyncIterable<T>, stopped: Promise<never>): AsyncGenerator<T> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), stopped]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that hangs must not hold up the stop.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
