import { createHash } from 'node:crypto';
import type { Delivery } from '../../contract.js';

/** What makes mail programs show the mails of one incident as one conversation. */
export interface ThreadHeaders {
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references: string[];
  readonly threadTopic: string;
  readonly threadIndex: string;
}

/** A long list of references helps nobody: mail programs look at the last ones. */
const ALERTS_AT_MOST = 20;

/**
 * The first mail of an incident to a target has an id that follows from the incident and the target; all later ones refer to
 * it, also when it was never delivered (RFC 5322 section 3.6.4 allows that). Ids of the alerts, of mails that were never sent,
 * come before it: they keep together what is split over groups or addresses.
 *
 * @param topic the subject without what is new in each mail
 * @param domain of the sender, the right side of all ids
 */
export function threadOf({ id, target, message }: Delivery, topic: string, domain: string): ThreadHeaders {
  const root = `<thread.${hashOf(`${message.thread}\n${target}`)}@${domain}>`;
  const alerts = message.alerts
    .slice(0, ALERTS_AT_MOST)
    .map((alert) => `<alert.${hashOf(alert.id)}@${domain}>`);
  const outlook = {
    threadTopic: topic,
    threadIndex: threadIndexOf(message.thread, message.isFirst ? undefined : message.createdAt),
  };
  if (message.isFirst) return { messageId: root, references: alerts, ...outlook };
  return { messageId: `<${id}@${domain}>`, inReplyTo: root, references: [...alerts, root], ...outlook };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** 1 January 2026 in units of 100 ns since 1601 (FILETIME): any fixed moment will do, all mails of a thread must have one. */
const EPOCH = 134_116_992_000_000_000n;
const EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * Outlook and Exchange keep together what has the same 22 bytes at the beginning of its Thread-Index ([MS-OXOMSG] 2.2.1.3,
 * PidTagConversationIndex): 1, the 40 high bits of a FILETIME, a GUID. A reply has five bytes more: the time since then in
 * units of 2^23 x 100 ns (the first bit says so) and a byte that need not mean anything.
 *
 * @param repliedAt unix ms; undefined for the first mail of the thread
 */
function threadIndexOf(thread: string, repliedAt: number | undefined): string {
  const header = Buffer.alloc(22);
  header[0] = 1;
  header.writeUIntBE(Number(EPOCH >> 24n), 1, 5);
  createHash('sha256').update(thread).digest().copy(header, 6, 0, 16);
  if (repliedAt === undefined) return header.toString('base64');
  const units = BigInt(Math.max(0, Math.round(repliedAt - EPOCH_MS))) * 10_000n;
  const reply = Buffer.alloc(5);
  reply.writeUInt32BE(Number((units >> 23n) & 0x7fff_ffffn) + 0x8000_0000, 0);
  return Buffer.concat([header, reply]).toString('base64');
}
