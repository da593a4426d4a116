import type { Logger } from 'pino';
import type { Ledger, LedgerEntry } from '../store/index.js';
import { type AuditEvent, auditEvent } from './event.js';

const COLLECTION = 'audit';

/** Events that are kept; about 40 MiB of memory when there are so many. */
const MOST_KEPT = 100_000;

/** What a room needs to have its changes recorded. */
export interface Auditor {
  /** The entry to append together with the change itself: either both are kept or neither is. */
  entry(event: AuditEvent): LedgerEntry;
  /** Says that an append is durable: from now on its events are shown. Entries of other collections are ignored. */
  committed(entries: readonly LedgerEntry[]): void;
}

export interface AuditQuery {
  /** Unix ms, inclusive. */
  readonly from?: number;
  /** Unix ms, exclusive. */
  readonly to?: number;
  /** The subject itself, or the node, alert or rule that an event was about. */
  readonly subject?: string;
  /** Whoever it was, such as `person anna`; a name alone finds the person whichever way was taken. */
  readonly who?: string;
  /** One kind of event, such as `ack`, or a family of them, such as `alert`. */
  readonly what?: string;
  /** Most events; the newest are given. */
  readonly limit?: number;
}

export interface AuditLogOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** Events kept; the oldest go first. */
  readonly keep?: number;
}

/** Who did what, when and why: written with the change itself, kept within a bound, read from memory. */
export class AuditLog implements Auditor {
  readonly #options: AuditLogOptions;
  readonly #keep: number;
  /** By key, oldest first. */
  #events: { readonly key: string; readonly event: AuditEvent }[] = [];
  /** Keys that are to be removed from the ledger. */
  #surplus: string[] = [];
  #sequence = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#keep = options.keep ?? MOST_KEPT;
  }

  /** Takes up what earlier runs have recorded. Call once, before anything is recorded. */
  async load(): Promise<void> {
    const { ledger, log } = this.#options;
    for (const [key, value] of await ledger.load(COLLECTION)) {
      const read = auditEvent.safeParse(value);
      if (read.success) this.#events.push({ key, event: read.data });
      else log.error({ key }, 'audit: an event in the ledger cannot be read and is left there');
      this.#sequence = Math.max(this.#sequence, Number(key.split('-')[1]) || 0);
    }
    this.#events.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#bound();
  }

  entry(event: AuditEvent): LedgerEntry {
    this.#sequence++;
    const time = String(Math.max(0, Math.floor(event.at))).padStart(15, '0');
    return {
      collection: COLLECTION,
      key: `${time}-${String(this.#sequence).padStart(12, '0')}`,
      value: event,
    };
  }

  committed(entries: readonly LedgerEntry[]): void {
    for (const { collection, key, value } of entries) {
      if (collection !== COLLECTION || value === null) continue;
      const placed = { key, event: value as AuditEvent };
      // Nearly always the newest; an append that was tried again may be late.
      let at = this.#events.length;
      while (at > 0 && this.#events[at - 1].key > key) at--;
      if (this.#events[at - 1]?.key === key) continue;
      if (at === this.#events.length) this.#events.push(placed);
      else this.#events.splice(at, 0, placed);
    }
    // Cutting the front off for each event would copy all of them each time.
    if (this.#events.length > this.#keep * 1.01 + 100) this.#bound();
  }

  /** Appends one event by itself, for what changes nothing else in the ledger. @throws Problem store-failed */
  async record(event: AuditEvent): Promise<void> {
    const entries = [this.entry(event)];
    await this.#options.ledger.append(entries);
    this.committed(entries);
  }

  /** The newest events that are asked for, newest first. */
  list(query: AuditQuery = {}): AuditEvent[] {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, limit = 100 } = query;
    const found: AuditEvent[] = [];
    for (let at = this.#events.length - 1; at >= 0 && found.length < limit; at--) {
      const { event } = this.#events[at];
      if (event.at < from) break;
      if (event.at < to && isAskedFor(event, query)) found.push(event);
    }
    return found;
  }

  /** Removes what is too old from the ledger, too. Call now and then. @throws Problem store-failed; call again then */
  async prune(): Promise<void> {
    this.#bound();
    const keys = this.#surplus;
    if (keys.length === 0) return;
    this.#surplus = [];
    try {
      await this.#options.ledger.append(keys.map((key) => ({ collection: COLLECTION, key, value: null })));
    } catch (error) {
      this.#surplus = [...keys, ...this.#surplus];
      throw error;
    }
  }

  #bound(): void {
    const surplus = this.#events.splice(0, Math.max(0, this.#events.length - this.#keep));
    for (const { key } of surplus) this.#surplus.push(key);
  }
}

function isAskedFor(event: AuditEvent, { subject, who, what }: AuditQuery): boolean {
  const { details } = event;
  const isSubject =
    subject === undefined ||
    [event.subject, details.node, details.alert, details.rule].some((known) => known === subject);
  const isWho = who === undefined || event.who === who || namesIn(event.who).includes(who);
  const isWhat = what === undefined || event.what === what || event.what.startsWith(`${what}.`);
  return isSubject && isWho && isWhat;
}

/** `anna` of `person anna` and of `link (anna)`; `oncall` and `anna` of `person oncall (anna)`. */
function namesIn(who: string): string[] {
  const [, first = '', inner = ''] = /^(?:person |rule |link ?)?(.*?)(?: ?\((.*)\))?$/s.exec(who) ?? [];
  return [first, inner].filter((name) => name !== '');
}
