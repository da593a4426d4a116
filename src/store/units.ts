import { z } from 'zod';
import { parseBytes, parseDuration } from '../telemetry/index.js';

/** An option that is a duration; it comes out in ms. */
export function durationOption(fallback: string, about: string) {
  return z
    .string({ error: `must be a duration such as ${fallback}` })
    .default(fallback)
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms > 0) return ms;
      context.addIssue({
        code: 'custom',
        message: `must be a duration such as ${fallback}, found "${text}"`,
      });
      return z.NEVER;
    })
    .describe(about)
    .meta({ unit: 'duration', examples: [fallback] });
}

/** An option that is a size of at least 32 MiB; it comes out in bytes. */
export function sizeOption(fallback: string, about: string) {
  return z
    .string({ error: `must be a size of at least 32MiB such as ${fallback}` })
    .default(fallback)
    .transform((text, context) => {
      const bytes = parseBytes(text);
      if (bytes !== undefined && bytes >= 2 ** 25) return bytes;
      context.addIssue({
        code: 'custom',
        message: `must be a size of at least 32MiB such as ${fallback}, found "${text}"`,
      });
      return z.NEVER;
    })
    .describe(about)
    .meta({ unit: 'size', examples: [fallback] });
}
