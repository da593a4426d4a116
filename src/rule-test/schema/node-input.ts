import { z } from 'zod';
import { duration, withCure } from '../../evaluate/index.js';
import { SIGNAL_FACTS, SIGNALS, type Signal } from '../../telemetry/index.js';
import { COUNT, SECONDS, SIZE, STATE, type ValueKind } from '../input/parse-segment.js';
import { series } from './series.js';

/** What a node can be given as a series; its start time follows from `age` and restarts. */
export type WrittenSignal = Exclude<Signal, 'start_time'>;

export const WRITTEN_SIGNALS = SIGNALS.filter((signal): signal is WrittenSignal => signal !== 'start_time');

type SeriesFields = { [Key in WrittenSignal]: z.ZodOptional<ReturnType<typeof series>> };

function kindOf(signal: WrittenSignal): ValueKind {
  const { unit, kind } = SIGNAL_FACTS[signal];
  if (kind === 'state') return STATE;
  return unit === 'bytes' ? SIZE : unit === 's' ? SECONDS : COUNT;
}

const seriesFields = Object.fromEntries(
  WRITTEN_SIGNALS.map((signal) => [
    signal,
    series(kindOf(signal), `Series of ${signal}: ${SIGNAL_FACTS[signal].about}.`).optional(),
  ]),
) as unknown as SeriesFields;

/** What one node sends: series of its signals, or its part of a trace. */
export const nodeInput = z
  .strictObject(
    {
      labels: z
        .record(
          z.string(),
          z.string({
            error: ({ input }) =>
              typeof input === 'number' || typeof input === 'boolean'
                ? withCure('must be text', `put it in quotes: "${input}"`)
                : 'must be text',
          }),
          { error: 'must be a map of labels, such as { pool: edge }' },
        )
        .optional()
        .describe('Labels of the node: { pool: edge, version: 2026.11.1 }.'),
      age: duration('3h', { zero: true })
        .optional()
        .describe('How long its process had been running when the test began. Default: 0s.'),
      ...seriesFields,
      trace: z
        .string({ error: 'must be the name of a trace file, such as traces/leak.csv' })
        .regex(/\.csv$/, { error: 'must be the name of a trace file, such as traces/leak.csv' })
        .optional()
        .describe(
          'A recording (docs/replay.md has the format) in place of series, relative to the test file.',
        ),
      traceNode: z
        .string()
        .min(1)
        .optional()
        .describe('The node of the trace. Default: the one of this name, else the only one.'),
    },
    { error: 'must be a map with series, such as { rss: 400MiB + 1MiB x 240 }' },
  )
  .superRefine((node, context) => {
    const written = WRITTEN_SIGNALS.filter((signal) => node[signal] !== undefined);
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    // A signal that is misspelt is told of already.
    if (node.trace === undefined && written.length === 0 && context.issues.length === 0)
      issue([], withCure('must have a series of a signal, or a trace', 'write rss: 400MiB + 1MiB x 240'));
    if (node.trace === undefined && node.traceNode !== undefined)
      issue(['traceNode'], withCure('needs trace beside it', 'add trace: leak.csv, or take it away'));
    if (node.trace === undefined) return;
    const taken = [...written, ...(node.age === undefined ? [] : ['age'])];
    for (const key of taken)
      issue(
        [key],
        withCure('cannot stand beside trace', 'keep one of the two: all of the node is in the trace'),
      );
  });

export type NodeInput = z.output<typeof nodeInput>;
