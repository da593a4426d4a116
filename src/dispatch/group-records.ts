import { z } from 'zod';
import type { AlertNews } from '../alert/index.js';
import type { LedgerEntry } from '../store/index.js';
import type { Group, Known } from './group.js';

/** How groups are kept: what was told of whom. Which alerts fire follows from the alert room's own states. */
export const GROUPS = 'groups';

const time = z.number().nullable();
const known = z.object({
  at: z.number(),
  probability: z.number().nullable(),
  breachP10: time,
  breachP50: time,
  breachP90: time,
  isBreached: z.boolean(),
  isTaken: z.boolean(),
});

const savedGroup = z.object({
  startedAt: z.number(),
  nextAt: z.number(),
  lastSentAt: time,
  sent: z.number(),
  known: z.record(z.string(), known),
  /** News that no state of the alert room can be asked for: of the service itself, and ends that nobody was told of yet. */
  kept: z.array(z.looseObject({ id: z.string(), state: z.enum(['firing', 'resolved']) })),
});

export interface SavedGroup {
  readonly startedAt: number;
  readonly nextAt: number;
  readonly lastSentAt: number | null;
  readonly sent: number;
  readonly known: Readonly<Record<string, Known>>;
  readonly kept: readonly AlertNews[];
}

export function groupEntry(group: Group): LedgerEntry {
  if (group.members.size === 0) return { collection: GROUPS, key: group.key, value: null };
  const { startedAt, nextAt, lastSentAt, sent, members } = group;
  const known: Record<string, Known> = {};
  const kept: AlertNews[] = [];
  for (const [id, member] of members) {
    if (member.known) known[id] = member.known;
    if (member.news.kind === 'service' || member.news.state === 'resolved') kept.push(member.news);
  }
  const value: SavedGroup = { startedAt, nextAt, lastSentAt, sent, known, kept };
  return { collection: GROUPS, key: group.key, value };
}

/** Undefined when `value` is none. What is inside its news is taken as written. */
export function readGroup(value: unknown): SavedGroup | undefined {
  return savedGroup.safeParse(value).success ? (value as SavedGroup) : undefined;
}
