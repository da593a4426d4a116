import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../telemetry/index.js';

/** Reads an option that is a duration of at least `leastMs`, in ms; `example` shows how one is written. */
export function durationArgument(example: string, leastMs = 1): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastMs) return ms;
    throw new InvalidArgumentError(`must be a duration such as ${example}.`);
  };
}
