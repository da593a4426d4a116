import { z } from 'zod';
import { parseDuration } from '../telemetry/index.js';

/** A duration above zero, kept as it is written; `example` shows how. */
export function durationOption(example: string) {
  const error = `must be a duration such as ${example}`;
  return z
    .string({ error })
    .refine((text) => (parseDuration(text) ?? 0) > 0, error)
    .meta({ unit: 'duration' });
}
