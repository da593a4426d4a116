import { z } from 'zod';
import type { Labels } from '../telemetry/index.js';
import { formatMatchers, type LabelMatcher, matchesAll, parseMatchers } from './matchers.js';

/** `pending` has not begun, `active` holds messages back, `expired` is over: its time is up or somebody ended it. */
export type SilenceState = 'pending' | 'active' | 'expired';

/** Messages about alerts that these matchers take are held back from `startsAt` until `endsAt`. Times are unix ms. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  /** Exclusive. */
  readonly endsAt: number;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly comment: string;
  /** When, by whom and why it ended; null while that is not recorded. */
  readonly ended: { readonly at: number; readonly by: string; readonly why: string } | null;
}

/** A silence with what it is at a moment. */
export interface SilenceView extends Silence {
  readonly state: SilenceState;
}

const savedSilence = z.object({
  id: z.string(),
  matchers: z.string(),
  startsAt: z.number(),
  endsAt: z.number(),
  createdAt: z.number(),
  createdBy: z.string(),
  comment: z.string(),
  ended: z.object({ at: z.number(), by: z.string(), why: z.string() }).nullable(),
});

/** What a silence is at `now` (unix ms). */
export function silenceState(
  silence: Pick<Silence, 'startsAt' | 'endsAt' | 'ended'>,
  now: number,
): SilenceState {
  if (silence.ended || now >= silence.endsAt) return 'expired';
  return now < silence.startsAt ? 'pending' : 'active';
}

/** Whether it holds back messages about an alert with these labels (see `labelsOf`) at `now`. */
export function isSilencing(silence: Silence, labels: Labels, now: number): boolean {
  return silenceState(silence, now) === 'active' && matchesAll(silence.matchers, labels);
}

/** Whether it takes nearly every alert there could be: none of its matchers singles anything out. */
export function isEverything(matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((matcher) => matcher.isBroad);
}

/** As it is kept in the ledger. */
export function savedSilenceOf(silence: Silence): z.infer<typeof savedSilence> {
  return { ...silence, matchers: formatMatchers(silence.matchers) };
}

/** A silence from its kept form; undefined when `value` is not one. */
export function readSilence(value: unknown): Silence | undefined {
  const read = savedSilence.safeParse(value);
  return read.success ? { ...read.data, matchers: parseMatchers(read.data.matchers) } : undefined;
}
