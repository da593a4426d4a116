import { z } from 'zod';

/** What can happen that people may want to look up later, and what it is called. */
export const AUDITED = [
  'service.started',
  'alert.pending',
  'alert.firing',
  'alert.resolved',
  'alert.cancelled',
  'ack',
  'ack.ended',
  'silence.created',
  'silence.expired',
  'message.delivered',
  'message.dead',
  'message.resent',
  'message.discarded',
  'rules.armed',
  'rules.refused',
] as const;
export type Audited = (typeof AUDITED)[number];

/** One thing that happened. Plain JSON: it is kept in the ledger. */
export interface AuditEvent {
  /** Unix ms. */
  readonly at: number;
  /** `rule NAME`, `person NAME`, `link (NAME)`, or `service`. */
  readonly who: string;
  readonly what: Audited;
  /** The id of the alert, silence or letter, or the hash of the rules. */
  readonly subject: string;
  /** A sentence for people; empty when no reason was given. */
  readonly why: string;
  /** What it was about: `node`, `rule`, `alert` and what else is known. */
  readonly details: Readonly<Record<string, string | number>>;
}

/** How an event is read from the ledger. */
export const auditEvent = z.object({
  at: z.number(),
  who: z.string(),
  what: z.enum(AUDITED),
  subject: z.string(),
  why: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** Who acted, as the log has it. */
export function person(name: string): string {
  return `person ${name}`;
}

/** Who acted through a signed link, with the name that was given there. */
export function viaLink(name: string): string {
  return `link (${name})`;
}
