import { z } from 'zod';
import { parseBytes, parseDuration } from '../../telemetry/index.js';
import type { Resource, Target } from '../../trend/index.js';
import { withCure } from '../source/index.js';

/** The limits that a rule can name. */
export type Limit = 'memory_limit' | 'heap_limit';

/** Names under which a rule may ask for a resource. */
export const RESOURCES = {
  rss: 'rss',
  heap: 'heap',
  heap_used: 'heap',
  heap_after_gc: 'heap',
} as const satisfies Record<string, Resource>;

/** A level that memory can reach: a limit, a share of one, or bytes. */
export interface Level {
  /** As it was written: `90% of memory_limit`. */
  readonly text: string;
  /** The limit it refers to; null for a level in bytes. */
  readonly limit: Limit | null;
  /** What to ask an outlook for; undefined for the limit itself. */
  readonly target: Target | undefined;
}

/** A speed of growth: bytes an hour, or a share of a limit an hour. */
export interface Rate {
  readonly text: string;
  readonly limit: Limit | null;
  /** Bytes an hour where `limit` is null, else the share of it. */
  readonly perHour: number;
}

const NUMBER = String.raw`\d+(?:\.\d+)?`;
const SIZE = String.raw`${NUMBER}\s*(?:B|[kKMGT]B|[KMGT]iB)`;
const DURATION = new RegExp(`^(${NUMBER}(ms|s|m|h|d|w))+$`);
const PERCENT = new RegExp(`^(${NUMBER})\\s*%$`);
const LEVEL = new RegExp(`^(?:(?:(${NUMBER})\\s*%\\s+of\\s+)?(memory_limit|heap_limit)|${SIZE})$`);
const RATE = new RegExp(
  `^(?:(?:(${NUMBER})\\s*%\\s+of\\s+(memory_limit|heap_limit))|(${SIZE}))\\s+per\\s+(second|minute|hour|day|week)$`,
);
const HOURS = { second: 1 / 3600, minute: 1 / 60, hour: 1, day: 24, week: 168 } as const;

/**
 * What a text with a unit is, by the `unit` of a schema's metadata: for the editor's help, and for the code of a finding.
 */
export const UNITS = {
  duration: 'A duration: `90s`, `5m`, `1h30m`, `2d`.',
  size: 'A size: `512MiB`, `1.5 GB`.',
  share: 'A share: `80%` or `0.8`.',
  level: 'A level: a limit, `90%` of one, or a size such as `512MiB`.',
  rate: 'A rate: `20MiB per hour` or `1% of heap_limit per hour`; per second, minute, hour, day or week.',
} as const;

/** A duration in ms, written like `5m`. `zero` allows `0s`. */
export function duration(example: string, options: { readonly zero?: boolean } = {}) {
  const message = `must be a duration such as ${example}`;
  const cure = 'write a number and its unit without a space: 90s, 5m, 1h30m, 2d';
  const error = (issue: { readonly input?: unknown }) =>
    typeof issue.input === 'number' ? withCure(message, durationCure(issue.input)) : withCure(message, cure);
  return z
    .string({ error })
    .regex(DURATION, { error })
    .transform((text, context) => {
      const ms = parseDuration(text) ?? 0;
      if (ms === 0 && !options.zero)
        context.addIssue({ code: 'custom', message: `${message}, more than zero` });
      return ms;
    })
    .meta({ unit: 'duration', examples: [example] });
}

function durationCure(input: number): string {
  return `a bare number has no unit: write ${input === 0 ? '0s' : `${input}s, ${input}m or ${input}h`}`;
}

/** A share as a number from 0 to 1, written `80%` or 0.8. */
export function share(example: string) {
  const message = `must be a share such as ${example} or ${Number.parseFloat(example) / 100}`;
  const error = (issue: { readonly input?: unknown }) =>
    typeof issue.input === 'number' && issue.input >= 2 && issue.input <= 100
      ? withCure(message, `did you mean ${issue.input}%?`)
      : message;
  const above = { error: withCure(message, 'a share lies above 0% and at most at 100%') };
  return z
    .union(
      [
        z.number({ error }).gt(0, above).lte(1, { error }),
        z
          .string({ error })
          .regex(PERCENT, { error })
          .transform((text) => Number(PERCENT.exec(text)?.[1]) / 100)
          .refine((value) => value > 0 && value <= 1, above),
      ],
      { error },
    )
    .meta({ unit: 'share', examples: [example, Number.parseFloat(example) / 100] });
}

/** `memory_limit`, `90% of memory_limit` or `512MiB`. */
export function level() {
  const message = 'must be a limit, a share of one, or a size';
  const error = (issue: { readonly input?: unknown }) => withCure(message, levelCure(issue.input));
  return z
    .string({ error })
    .regex(LEVEL, { error })
    .transform((text, context): Level => {
      const [, percent, limit] = LEVEL.exec(text) ?? [];
      if (limit === undefined)
        return { text, limit: null, target: { kind: 'bytes', bytes: parseBytes(text) ?? 0 } };
      const of = percent === undefined ? 1 : Number(percent) / 100;
      if (of <= 0 || of > 1) {
        context.addIssue({
          code: 'custom',
          message: withCure(message, 'a share lies above 0% and at most at 100%'),
        });
      }
      return { text, limit: limit as Limit, target: of === 1 ? undefined : { kind: 'share', of } };
    })
    .meta({ unit: 'level', examples: ['memory_limit', 'heap_limit', '90% of memory_limit', '512MiB'] });
}

function levelCure(input: unknown): string {
  if (typeof input === 'number') return `a bare number has no unit: write ${input}MiB or ${input}GiB`;
  if (typeof input === 'string' && PERCENT.test(input)) return `say of what: ${input} of memory_limit`;
  return 'write memory_limit, heap_limit, 90% of memory_limit, or a size such as 512MiB';
}

/** `20MiB per hour` or `1% of heap_limit per hour`. */
export function rate() {
  const message = 'must be a rate such as 20MiB per hour or 1% of heap_limit per hour';
  const error = (issue: { readonly input?: unknown }) => withCure(message, rateCure(issue.input));
  return z
    .string({ error })
    .regex(RATE, { error })
    .transform((text): Rate => {
      const [, percent, limit, size, per] = RATE.exec(text) ?? [];
      const amount = size === undefined ? Number(percent) / 100 : (parseBytes(size) ?? 0);
      return {
        text,
        limit: (limit as Limit | undefined) ?? null,
        perHour: amount / HOURS[per as keyof typeof HOURS],
      };
    })
    .meta({ unit: 'rate', examples: ['1% of heap_limit per hour', '20MiB per hour'] });
}

function rateCure(input: unknown): string {
  if (typeof input === 'number') return `a bare number has no unit: write ${input}MiB per hour`;
  if (typeof input !== 'string') return 'write 20MiB per hour';
  if (parseBytes(input) !== undefined) return `say in which time: ${input} per hour`;
  const shareOnly = PERCENT.test(input) || /^[\d.]+\s*%\s+per\s/.test(input);
  if (shareOnly) return 'say of which limit: 1% of heap_limit per hour';
  return 'the time is one of second, minute, hour, day, week';
}
