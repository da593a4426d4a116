import type { Logger } from 'pino';
import { z } from 'zod';
import type { Ack, AlertState } from '../alert/index.js';
import type { AuditEvent, Auditor } from '../audit/index.js';
import { Problem } from '../problem.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import { formatDuration } from '../telemetry/index.js';
import { oneAtATime } from './one-at-a-time.js';

const COLLECTION = 'acks';

/** How long an alert is taken when nobody says. */
export const USUAL_ACK_MS = 8 * 3_600_000;
const LONGEST_MS = 7 * 86_400_000;
const LONGEST_WHY = 1000;
/** Longest name of a person. */
export const LONGEST_NAME = 100;

const savedAck = z.object({
  rule: z.string(),
  node: z.string(),
  by: z.string(),
  why: z.string(),
  at: z.number(),
  until: z.number(),
});
/** An acknowledgement as it is kept, under the id of its alert. */
type SavedAck = z.infer<typeof savedAck>;

export interface AckDraft {
  readonly by: string;
  /** May be empty. */
  readonly why: string;
  /** Unix ms; eight hours from now when left out. */
  readonly until?: number;
}

export interface AcksOptions {
  readonly ledger: Ledger;
  readonly audit: Auditor;
  readonly log: Logger;
  /** Alerts that are pending or firing. */
  readonly alerts: () => readonly AlertState[];
  /** Told when somebody has taken these alerts, or given them back. */
  readonly changed?: (alertIds: readonly string[]) => void;
}

/**
 * Who has taken which alert. An acknowledgement belongs to one episode: it ends with it, at its own end, when it is
 * withdrawn, or when the forecast gets much worse; the next episode has another id and is told again.
 */
export class Acks {
  readonly #options: AcksOptions;
  readonly #acks = new Map<string, SavedAck>();
  readonly #serially = oneAtATime();

  constructor(options: AcksOptions) {
    this.#options = options;
  }

  /** Takes up the acknowledgements of the last run. Call once. */
  async load(): Promise<void> {
    const { ledger, log } = this.#options;
    for (const [key, value] of await ledger.load(COLLECTION)) {
      const read = savedAck.safeParse(value);
      if (read.success) this.#acks.set(key, read.data);
      else log.error({ key }, 'acks: one in the ledger cannot be read and is left there');
    }
  }

  /**
   * Takes alerts, all of them or none; who had one before has it no longer. Resolves when that is durable. `who` is for
   * the audit log, `along` goes into the same append.
   * @param now unix ms
   * @throws Problem not-found when one is over or unknown; bad-request; store-failed. Nothing is changed then.
   */
  async acknowledge(
    alertIds: string | readonly string[],
    draft: AckDraft,
    now: number,
    who = `person ${draft.by}`,
    along: readonly LedgerEntry[] = [],
  ): Promise<Ack> {
    const ack = readDraft(draft, now);
    return this.#serially(async () => {
      const alerts = this.#find([alertIds].flat());
      const changes = alerts.map(({ id, rule, node }) => ({ id, saved: { rule, node, ...ack } }));
      const events = changes.map(({ id, saved }) => eventOf(id, saved, 'ack', now, who, ack.why));
      await this.#write(changes, events, along);
      return ack;
    });
  }

  /**
   * Gives alerts back; resolves when that is durable. Those that nobody has taken are left as they are.
   * @throws Problem not-found when nobody has taken any of them; store-failed
   */
  async withdraw(
    alertIds: string | readonly string[],
    by: string,
    now: number,
    who = `person ${by}`,
    along: readonly LedgerEntry[] = [],
  ): Promise<void> {
    const ids = [alertIds].flat();
    await this.#serially(async () => {
      const taken = ids.filter((id) => this.of(id, now) !== undefined);
      if (taken.length === 0) {
        throw new Problem('not-found', `nobody has taken alert ${ids.join(', ')}`, {
          cure: 'Nothing needs to be done; GET /api/v1/alerts shows who has taken what.',
        });
      }
      await this.#end(taken, now, who, 'withdrawn', along);
    });
  }

  /** Who has taken this alert at `now`; undefined when nobody has. */
  of(alertId: string, now: number): Ack | undefined {
    const saved = this.#acks.get(alertId);
    if (!saved || now >= saved.until) return undefined;
    const { by, why, at, until } = saved;
    return { by, why, at, until };
  }

  /**
   * Ends an acknowledgement because the forecast has got much worse, so that people are told again; false when nobody
   * had taken the alert. Resolves when that is durable. @throws Problem store-failed
   */
  async endForWorse(alertId: string, reason: string, at: number): Promise<boolean> {
    return this.#serially(async () => {
      if (this.of(alertId, at) === undefined) return false;
      await this.#end([alertId], at, 'service', reason);
      return true;
    });
  }

  /**
   * As `endForWorse`, for who keeps the change himself: the entries to append with the message that tells of it, none when nobody
   * has taken the alert. It is given back at once; a crash before the append leaves it taken, and the worsening is found again.
   * Tell the audit log when the entries are durable.
   */
  worsened(alertId: string, at: number, reason = 'its forecast has got much worse'): LedgerEntry[] {
    const saved = this.#acks.get(alertId);
    if (!saved || this.of(alertId, at) === undefined) return [];
    this.#acks.delete(alertId);
    const event = eventOf(alertId, saved, 'ack.ended', at, 'service', reason);
    return [{ collection: COLLECTION, key: alertId, value: null }, this.#options.audit.entry(event)];
  }

  /** Ends what is over by `now`: its time is up, or its alert has ended. @throws Problem store-failed */
  async tick(now: number): Promise<void> {
    if (this.#acks.size === 0) return;
    await this.#serially(async () => {
      const late: string[] = [];
      const over: string[] = [];
      const present = new Set(this.#options.alerts().map(({ id }) => id));
      for (const [id, { until }] of this.#acks) {
        if (!present.has(id)) over.push(id);
        else if (now >= until) late.push(id);
      }
      if (over.length > 0) await this.#end(over, now, 'service', 'the alert is over');
      if (late.length > 0) await this.#end(late, now, 'service', 'its time is up');
    });
  }

  async #end(
    ids: readonly string[],
    now: number,
    who: string,
    why: string,
    along: readonly LedgerEntry[] = [],
  ): Promise<void> {
    const events = ids.map((id) => eventOf(id, this.#acks.get(id)!, 'ack.ended', now, who, why));
    await this.#write(
      ids.map((id) => ({ id, saved: null })),
      events,
      along,
    );
  }

  async #write(
    changes: readonly { readonly id: string; readonly saved: SavedAck | null }[],
    events: readonly AuditEvent[],
    along: readonly LedgerEntry[],
  ): Promise<void> {
    const { ledger, audit } = this.#options;
    const records = events.map((event) => audit.entry(event));
    const entries = changes.map(({ id, saved }) => ({ collection: COLLECTION, key: id, value: saved }));
    await ledger.append([...entries, ...records, ...along]);
    for (const { id, saved } of changes) {
      if (saved) this.#acks.set(id, saved);
      else this.#acks.delete(id);
    }
    audit.committed(records);
    this.#options.changed?.(changes.map(({ id }) => id));
  }

  /** @throws Problem not-found when one of them is not there */
  #find(ids: readonly string[]): AlertState[] {
    const known = new Map(this.#options.alerts().map((alert) => [alert.id, alert]));
    return ids.map((id) => {
      const alert = known.get(id);
      if (alert) return alert;
      throw new Problem('not-found', `alert ${id} is over or was never there`, {
        cure: 'GET /api/v1/alerts lists the alerts that there are.',
      });
    });
  }
}

/** @throws Problem bad-request */
function readDraft({ by, why, until: wanted }: AckDraft, now: number): Ack {
  const until = wanted ?? now + USUAL_ACK_MS;
  if (by.trim() === '') refuse('by', 'found no name, expected who takes the alert');
  if (by.length > LONGEST_NAME) {
    refuse('by', `found a name of ${by.length} characters, expected at most ${LONGEST_NAME}`);
  }
  if (why.length > LONGEST_WHY) {
    refuse('why', `found ${why.length} characters, expected at most ${LONGEST_WHY}`);
  }
  if (!(until > now)) refuse('until', `found an end that is past, expected one after now`);
  if (until - now > LONGEST_MS) {
    const found = formatDuration(until - now);
    refuse('until', `found ${found}, expected at most ${formatDuration(LONGEST_MS)}`);
  }
  return { by: by.trim(), why: why.trim(), at: now, until };
}

function eventOf(
  id: string,
  { rule, node, by, until }: SavedAck,
  what: 'ack' | 'ack.ended',
  at: number,
  who: string,
  why: string,
): AuditEvent {
  return { at, who, what, subject: id, why, details: { node, rule, by, until } };
}

function refuse(path: string, message: string): never {
  throw new Problem('bad-request', message, { place: { path } });
}
