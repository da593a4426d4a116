import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AlertState } from '../alert/index.js';
import type { AuditEvent, Auditor } from '../audit/index.js';
import { Problem } from '../problem.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import { formatDuration, type Labels } from '../telemetry/index.js';
import { LONGEST_NAME } from './acks.js';
import { formatMatchers, type LabelMatcher, matchesAll } from './matchers.js';
import { labelsOf } from './message.js';
import { oneAtATime } from './one-at-a-time.js';
import {
  isEverything,
  isSilencing,
  readSilence,
  type Silence,
  type SilenceView,
  savedSilenceOf,
  silenceState,
} from './silence.js';

const COLLECTION = 'silences';

const DAY_MS = 86_400_000;
/** How long a silence lasts when nobody says; none lasts for ever. */
export const USUAL_SILENCE_MS = 2 * 3_600_000;
const LONGEST_MS = 30 * DAY_MS;
/** So far ahead a silence may begin. */
const FURTHEST_MS = 366 * DAY_MS;
const MOST_IN_FORCE = 1000;
const MOST_EXPIRED = 1000;
const MOST_MATCHERS = 50;
const LONGEST_COMMENT = 1000;

/** Labels that an alert has of itself; a node has none of them. */
const ALERT_LABELS: readonly string[] = ['alertname', 'severity', 'kind'];

export interface SilenceDraft {
  readonly matchers: readonly LabelMatcher[];
  /** Unix ms; now when left out or in the past. */
  readonly startsAt?: number;
  /** Unix ms; two hours after the start when left out. */
  readonly endsAt?: number;
  readonly createdBy: string;
  readonly comment: string;
  /** Must be set for a silence that takes everything. */
  readonly force?: boolean;
}

/** What a silence would hold back if it began now. */
export interface SilencePreview {
  /** Alerts, pending ones too, that it takes. */
  readonly alerts: readonly AlertState[];
  /** Names of the channels to which messages about them go. */
  readonly channels: readonly string[];
  /** Names of the nodes whose alerts it can take. */
  readonly nodes: readonly string[];
  readonly isEverything: boolean;
}

export interface SilencesOptions {
  readonly ledger: Ledger;
  readonly audit: Auditor;
  readonly log: Logger;
  /** Alerts that are pending or firing. */
  readonly alerts: () => readonly AlertState[];
  /** Every node that is known, with its labels. */
  readonly nodes: () => Iterable<{ readonly name: string; readonly labels: Labels }>;
  /** Names of the channels to which messages about an alert with these labels go. */
  readonly channelsFor: (labels: Labels) => readonly string[];
  /** Longest time from start to end, ms; 30 days when left out. */
  readonly longestMs?: number;
}

/** Silences: made, ended and kept durably, each change with its record in the audit log. Clocks are the caller's. */
export class Silences {
  readonly #options: SilencesOptions;
  readonly #silences = new Map<string, Silence>();
  readonly #serially = oneAtATime();

  constructor(options: SilencesOptions) {
    this.#options = options;
  }

  /** Takes up the silences of the last run. Call once. */
  async load(): Promise<void> {
    const { ledger, log } = this.#options;
    for (const [key, value] of await ledger.load(COLLECTION)) {
      const silence = readSilence(value);
      if (silence) this.#silences.set(key, silence);
      else log.error({ key }, 'silences: one in the ledger cannot be read and is left there');
    }
  }

  /**
   * Makes a silence; resolves when it is durable. `who` is for the audit log, `along` goes into the same append.
   * @param now unix ms
   * @throws Problem bad-request, and nothing is changed; store-failed
   */
  async create(
    draft: SilenceDraft,
    now: number,
    who = `person ${draft.createdBy}`,
    along: (silence: Silence) => readonly LedgerEntry[] = () => [],
  ): Promise<SilenceView> {
    return this.#serially(async () => {
      const silence = this.#read(draft, now);
      const event = eventOf(silence, 'silence.created', now, who, silence.comment);
      await this.#keep(silence, event, along(silence));
      return viewOf(silence, now);
    });
  }

  /**
   * Ends a silence before its time; resolves when that is durable.
   * @throws Problem not-found; bad-request when it is over already; store-failed
   */
  async expire(
    id: string,
    by: string,
    now: number,
    who = `person ${by}`,
    along: readonly LedgerEntry[] = [],
  ): Promise<SilenceView> {
    return this.#serially(async () => {
      const { state, ...silence } = this.get(id, now);
      if (state === 'expired') throw alreadyOver(silence);
      const why = state === 'pending' ? 'taken back before it began' : 'ended early';
      const ended: Silence = { ...silence, ended: { at: now, by, why } };
      await this.#keep(ended, eventOf(ended, 'silence.expired', now, who, why), along);
      return viewOf(ended, now);
    });
  }

  /** @throws Problem not-found */
  get(id: string, now: number): SilenceView {
    const silence = this.#silences.get(id);
    if (silence) return viewOf(silence, now);
    throw new Problem('not-found', `there is no silence ${id}`, {
      cure: 'List the silences; those that are long over are forgotten.',
    });
  }

  /** Every silence that is known, in the order in which they were made. */
  list(now: number): SilenceView[] {
    return [...this.#silences.values()].map((silence) => viewOf(silence, now));
  }

  /** The silences that hold back messages about an alert with these labels (see `labelsOf`) at `now`. */
  silencing(labels: Labels, now: number): Silence[] {
    return [...this.#silences.values()].filter((silence) => isSilencing(silence, labels, now));
  }

  /** What these matchers would hold back now. */
  preview(matchers: readonly LabelMatcher[]): SilencePreview {
    const { alerts, nodes, channelsFor } = this.#options;
    const taken = alerts().filter((alert) => matchesAll(matchers, labelsOf({ ...alert, ...alert.about })));
    const channels = new Set(taken.flatMap((alert) => channelsFor(labelsOf({ ...alert, ...alert.about }))));
    const ofNodes = matchers.filter(({ name }) => !ALERT_LABELS.includes(name));
    const names: string[] = [];
    for (const { name, labels } of nodes()) {
      if (matchesAll(ofNodes, { ...labels, node: name })) names.push(name);
    }
    return { alerts: taken, channels: [...channels], nodes: names, isEverything: isEverything(matchers) };
  }

  /** Records the silences whose time is up by `now`, and forgets the oldest of those that are over. */
  async tick(now: number): Promise<void> {
    if (this.#silences.size === 0) return;
    await this.#serially(async () => {
      const over = [...this.#silences.values()].filter(({ ended, endsAt }) => !ended && endsAt <= now);
      for (const silence of over) {
        const why = 'its time is up';
        const ended = { ...silence, ended: { at: silence.endsAt, by: 'service', why } };
        await this.#keep(ended, eventOf(ended, 'silence.expired', silence.endsAt, 'service', why));
      }
      const expired = [...this.#silences.values()].filter(({ ended }) => ended !== null);
      const surplus = expired.slice(0, Math.max(0, expired.length - MOST_EXPIRED));
      if (surplus.length === 0) return;
      await this.#options.ledger.append(
        surplus.map(({ id }) => ({ collection: COLLECTION, key: id, value: null })),
      );
      for (const { id } of surplus) this.#silences.delete(id);
    });
  }

  async #keep(silence: Silence, event: AuditEvent, along: readonly LedgerEntry[] = []): Promise<void> {
    const { ledger, audit } = this.#options;
    const record = [audit.entry(event)];
    await ledger.append([
      { collection: COLLECTION, key: silence.id, value: savedSilenceOf(silence) },
      ...record,
      ...along,
    ]);
    this.#silences.set(silence.id, silence);
    audit.committed(record);
  }

  /** @throws Problem bad-request */
  #read(draft: SilenceDraft, now: number): Silence {
    const { matchers, createdBy, comment, force = false } = draft;
    const { longestMs = LONGEST_MS } = this.#options;
    const startsAt = Math.max(now, draft.startsAt ?? now);
    const endsAt = draft.endsAt ?? startsAt + USUAL_SILENCE_MS;
    if (matchers.length === 0) {
      refuse('matchers', 'found no matchers, expected at least one such as pool="edge"');
    }
    if (matchers.length > MOST_MATCHERS) {
      refuse('matchers', `found ${matchers.length} matchers, expected at most ${MOST_MATCHERS}`);
    }
    if (createdBy.trim() === '') refuse('created_by', 'found no name, expected who silences');
    if (createdBy.length > LONGEST_NAME) {
      const found = `found a name of ${createdBy.length} characters`;
      refuse('created_by', `${found}, expected at most ${LONGEST_NAME}`);
    }
    if (comment.trim() === '') refuse('comment', 'found no reason, expected why it is silenced');
    if (comment.length > LONGEST_COMMENT) {
      refuse('comment', `found ${comment.length} characters, expected at most ${LONGEST_COMMENT}`);
    }
    if (endsAt <= startsAt) {
      refuse('ends_at', `found the end ${isoOf(endsAt)}, expected one after the start ${isoOf(startsAt)}`);
    }
    if (endsAt - startsAt > longestMs) {
      const found = formatDuration(endsAt - startsAt);
      refuse('ends_at', `found a silence of ${found}, expected at most ${formatDuration(longestMs)}`);
    }
    if (startsAt - now > FURTHEST_MS) {
      refuse('starts_at', `found the start ${isoOf(startsAt)}, expected one within a year`);
    }
    if (!force && isEverything(matchers)) {
      const text = formatMatchers(matchers);
      const cure = 'Add a matcher with a value, such as pool="edge", or say that you mean it: force.';
      refuse('matchers', `found ${text}, which takes nearly every alert`, cure);
    }
    const inForce = [...this.#silences.values()].filter((each) => silenceState(each, now) !== 'expired');
    if (inForce.length >= MOST_IN_FORCE) {
      refuse('', `found ${inForce.length} silences in force, the most that are allowed`, 'End some of them.');
    }
    const words = { createdBy: createdBy.trim(), comment: comment.trim() };
    return { id: randomUUID(), matchers, startsAt, endsAt, createdAt: now, ...words, ended: null };
  }
}

function alreadyOver({ id, ended, endsAt }: Silence): Problem {
  const { at, by } = ended ?? { at: endsAt, by: 'its time was up' };
  return new Problem('bad-request', `silence ${id} is over since ${isoOf(at)} (${by})`, {
    cure: 'Nothing needs to be done; to silence again, make another one.',
  });
}

function viewOf(silence: Silence, now: number): SilenceView {
  return { ...silence, state: silenceState(silence, now) };
}

function eventOf(
  { id, matchers, startsAt, endsAt }: Silence,
  what: 'silence.created' | 'silence.expired',
  at: number,
  who: string,
  why: string,
): AuditEvent {
  const details = { matchers: formatMatchers(matchers), startsAt, endsAt };
  return { at, who, what, subject: id, why, details };
}

function refuse(path: string, message: string, cure?: string): never {
  throw new Problem('bad-request', message, { place: { path }, ...(cure ? { cure } : {}) });
}

function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
