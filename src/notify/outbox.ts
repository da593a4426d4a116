import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Auditor } from '../audit/index.js';
import type { Clock } from '../clock.js';
import { asProblem, Problem } from '../problem.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import type { Channel, Message } from './contract.js';
import { LedgerWriter } from './ledger-writer.js';
import { deliveredFormOf, type Letter, type LetterView, laneOf, savedFormOf, viewOf } from './letter.js';
import { Letters } from './letters.js';
import { type AuditedLetter, letterEvent } from './outbox-audit.js';
import { OutboxMetrics } from './outbox-metrics.js';
import {
  DELIVERED,
  type Delivered,
  deliveredEntry,
  LETTERS,
  letterEntry,
  MESSAGES,
  messageEntry,
  readDelivered,
  readLetter,
  readMessage,
} from './outbox-records.js';
import { GIVE_UP_AFTER_MS, LONGEST_RETRY_AFTER_MS, waitAfter } from './schedule.js';

export interface OutboxOptions {
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** By name. The outbox sends through them but does not close them. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Records what was delivered and what was given up, in the same append; none when left out. */
  readonly audit?: Auditor;
  /** Turns a wait into the one that is used, both in ms; see `spreadEvenly`. */
  readonly jitter: (waitMs: number) => number;
  /** Told of every attempt that ended: its channel, and the problem if it failed. */
  readonly attempted?: (channel: string, problem: Problem | undefined) => void;
  /** Sends at a time through one channel. */
  readonly concurrency?: number;
  /** Dead letters kept; beyond it the oldest is discarded. */
  readonly deadLettersKept?: number;
}

/** Records of deliveries that are kept, to show them and to recognise a message that is prepared twice. */
const DELIVERED_KEPT = 200;
/** A letter that failed this lately is not tried early when another gets through. */
const HASTEN_AFTER_MS = 60_000;

/**
 * Messages on their way out. Each is kept in the ledger, one letter per channel and target, from the transition that
 * caused it until its receiver has accepted it or it is a dead letter: delivered at least once, always with the same
 * id. A crash between a delivery and its record delivers again, with that id.
 *
 * Letters of one channel and target that speak of the same alert keep their order: a resolved message waits for its
 * firing one, and goes out even if that one was late or was given up. All others pass each other freely.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #clock: Clock;
  readonly #writer: LedgerWriter;
  readonly #metrics: OutboxMetrics;
  readonly #letters: Letters;
  readonly #delivered = new Map<string, Delivered>();
  /** By lane: until when the receiver asked to be left alone, unix ms. */
  readonly #holds = new Map<string, number>();
  readonly #sends = new Set<Promise<void>>();
  #cancelTimer: () => void = () => {};
  #stopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#letters = new Letters(options.deadLettersKept ?? 1000);
    this.#writer = new LedgerWriter(options.ledger, options.clock, options.log);
    this.#metrics = new OutboxMetrics(options.metrics, () => this.#letters.count(options.channels.keys()));
  }

  /** Puts back what was waiting when the process ended, with the same ids, and goes on delivering. Call once. */
  async load(): Promise<void> {
    const { ledger, log } = this.#options;
    const [letters, messages, delivered] = await Promise.all(
      [LETTERS, MESSAGES, DELIVERED].map((collection) => ledger.load(collection)),
    );
    for (const [id, value] of delivered) {
      const record = readDelivered(value);
      if (record) this.#delivered.set(id, record);
    }
    for (const [id, value] of letters) {
      const saved = readLetter(value);
      const message = saved && readMessage(messages.get(saved.messageId));
      if (saved && message) this.#letters.add({ ...saved, id, message, sending: false });
      else log.error({ letter: id }, 'outbox: a letter in the ledger cannot be read and is left there');
    }
    await this.#buryUndeliverable();
    this.#pump();
  }

  /**
   * The entries to append to the ledger together with the transitions that the messages tell of; nothing is sent
   * before `committed`. What is known already, or was delivered lately, is left out: preparing twice sends once.
   */
  prepare(messages: readonly Message[]): LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    const now = this.#clock.now();
    for (const message of messages) {
      const before = entries.length;
      for (const channel of message.channels) {
        const way = this.#options.channels.get(channel);
        if (way?.occasions && !way.occasions.includes(message.occasion)) continue;
        for (const target of way?.targets ?? []) {
          const id = letterId(message.id, channel, target);
          if (this.#letters.get(id) || this.#delivered.has(id)) continue;
          const saved = { channel, target, messageId: message.id, since: now, attempts: 0, failures: 0 };
          entries.push(letterEntry(id, { ...saved, nextAt: now, deadAt: null, lastFailure: null }));
        }
      }
      if (entries.length > before) entries.push(messageEntry(message.id, message));
    }
    return entries;
  }

  /** Says that an append with entries of `prepare` is durable: its messages are due. Other entries are ignored. */
  committed(entries: readonly LedgerEntry[]): void {
    const messages = new Map<string, Message | undefined>();
    for (const entry of entries) {
      if (entry.collection === MESSAGES) messages.set(entry.key, readMessage(entry.value));
    }
    for (const { collection, key, value } of entries) {
      if (collection !== LETTERS || this.#letters.get(key)) continue;
      const saved = readLetter(value);
      const message = saved && messages.get(saved.messageId);
      if (!saved || !message) throw new Problem('internal', `entry ${key} is not one of prepare`);
      this.#letters.add({ ...saved, id: key, message, sending: false });
    }
    this.#pump();
  }

  /** Everything that is not delivered, dead letters included, oldest first. */
  list(): LetterView[] {
    return this.#letters.all().map(viewOf);
  }

  deadLetters(): LetterView[] {
    return this.list().filter((letter) => letter.status === 'dead');
  }

  /** The latest deliveries, oldest first, by id. */
  recent(): ReadonlyMap<string, Delivered> {
    return this.#delivered;
  }

  /**
   * Tries a dead letter again, now and with its old id; resolves when that is durable. `by` is who asked for it, for the
   * audit log.
   * @throws Problem not-found
   */
  async resend(id: string, by = 'service'): Promise<LetterView> {
    const letter = this.#deadLetter(id);
    if (!this.#options.channels.has(letter.channel)) {
      throw new Problem('not-found', `channel ${letter.channel} is not configured any more`, {
        cure: 'Add a channel of that name to the configuration, or discard the letter.',
      });
    }
    const now = this.#clock.now();
    Object.assign(letter, { since: now, failures: 0, nextAt: now, deadAt: null });
    await this.#write(letter, [letterEntry(id, savedFormOf(letter))], 'message.resent', by);
    this.#pump();
    return viewOf(letter);
  }

  /** Removes a dead letter for good; resolves when that is durable. @throws Problem not-found */
  async discard(id: string, by = 'service'): Promise<void> {
    const letter = this.#deadLetter(id);
    await this.#write(letter, this.#letters.remove(letter), 'message.discarded', by);
  }

  /** Resolves when nothing is being sent and nothing is due before the clock moves on. */
  async settled(): Promise<void> {
    while (this.#sends.size > 0) await Promise.all(this.#sends);
  }

  /** Starts no more sends and waits for those under way, at most `withinMs`; what is not delivered stays kept. */
  async stop(withinMs = 20_000): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    let cancel = () => {};
    const timeUp = new Promise<void>((resolve) => {
      cancel = this.#clock.after(withinMs, resolve);
    });
    await Promise.race([this.settled(), timeUp]);
    cancel();
    await this.#writer.close();
  }

  #deadLetter(id: string): Letter {
    const letter = this.#letters.get(id);
    if (letter && letter.deadAt !== null) return letter;
    throw new Problem('not-found', `there is no dead letter ${id}`, {
      cure: 'List the dead letters; it may have been sent again or discarded meanwhile.',
    });
  }

  /** Starts what is due, in order of age, and sets the timer for what is due next. */
  #pump(): void {
    this.#cancelTimer();
    if (this.#stopped) return;
    const now = this.#clock.now();
    const due = this.#letters.due(now, this.#holds, this.#options.concurrency ?? 4);
    if (due.nextAt < Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#clock.after(due.nextAt - now, () => this.#pump());
    }
    for (const letter of due.letters) this.#start(letter);
  }

  #start(letter: Letter): void {
    letter.sending = true;
    const send = this.#send(letter).finally(() => {
      letter.sending = false;
      this.#sends.delete(send);
      this.#pump();
    });
    this.#sends.add(send);
  }

  async #send(letter: Letter): Promise<void> {
    const { id, channel, target, message } = letter;
    const attempt = letter.attempts + 1;
    try {
      const way = this.#options.channels.get(channel);
      if (!way) throw new Problem('channel-refused', `channel ${channel} is not configured any more`);
      await way.send({ id, channel, target, message, attempt });
    } catch (error) {
      letter.attempts = attempt;
      return this.#failed(letter, asProblem(error));
    }
    letter.attempts = attempt;
    return this.#succeeded(letter);
  }

  async #succeeded(letter: Letter): Promise<void> {
    const now = this.#clock.now();
    this.#metrics.attempted(letter.channel, 'delivered', 'none');
    this.#options.attempted?.(letter.channel, undefined);
    this.#metrics.delivered(letter.channel, now - letter.message.createdAt);
    this.#options.log.info(factsOf(letter), 'outbox: delivered');
    const record = deliveredFormOf(letter, now);
    this.#delivered.set(letter.id, record);
    const entries = [...this.#letters.remove(letter), deliveredEntry(letter.id, record)];
    for (const id of this.#delivered.keys()) {
      if (this.#delivered.size <= DELIVERED_KEPT) break;
      this.#delivered.delete(id);
      entries.push(deliveredEntry(id, null));
    }
    // The receiver is there again: what failed there a while ago need not wait any longer.
    this.#letters.hasten(laneOf(letter), now, now - HASTEN_AFTER_MS);
    await this.#write(letter, entries, 'message.delivered');
  }

  async #failed(letter: Letter, problem: Problem): Promise<void> {
    const { jitter, log } = this.#options;
    const now = this.#clock.now();
    this.#options.attempted?.(letter.channel, problem);
    letter.failures++;
    letter.lastFailure = { at: now, code: problem.code, message: problem.message };
    // A bug that one page trips over must not lose the page: it may well be gone after an update.
    const mayRetry = problem.retryable || problem.code === 'internal';
    const isGivenUp = !mayRetry || now - letter.since >= GIVE_UP_AFTER_MS;
    const asked = Math.min(problem.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
    letter.nextAt = now + Math.max(jitter(waitAfter(letter.failures)), asked);
    if (asked > 0) this.#holds.set(laneOf(letter), now + asked);
    this.#metrics.attempted(letter.channel, isGivenUp ? 'dead' : 'retry', problem.code);
    const facts = { ...factsOf(letter), err: problem };
    if (!isGivenUp) {
      log.warn({ ...facts, waitMs: letter.nextAt - now }, 'outbox: not delivered, will be tried again');
      return this.#writer.write([letterEntry(letter.id, savedFormOf(letter))]);
    }
    log.error(facts, 'outbox: given up; see the dead letters');
    return this.#write(letter, this.#bury(letter, now), 'message.dead');
  }

  /** Writes what became of a letter, with its record for the audit log. */
  async #write(letter: Letter, entries: LedgerEntry[], what: AuditedLetter, by = 'service'): Promise<void> {
    const { audit } = this.#options;
    const record = audit ? [audit.entry(letterEvent(letter, what, this.#clock.now(), by))] : [];
    await this.#writer.write([...entries, ...record]);
    audit?.committed(record);
  }

  #bury(letter: Letter, now: number): LedgerEntry[] {
    const { entries, tooMany } = this.#letters.bury(letter, now);
    for (const oldest of tooMany) {
      this.#options.log.warn(factsOf(oldest), 'outbox: too many dead letters, the oldest is discarded');
      entries.push(...this.#letters.remove(oldest));
    }
    return entries;
  }

  /** What waits for a channel or target that the configuration has no more becomes a dead letter. */
  async #buryUndeliverable(): Promise<void> {
    const now = this.#clock.now();
    for (const letter of this.#letters.all()) {
      const isKnown = this.#options.channels.get(letter.channel)?.targets.includes(letter.target) ?? false;
      if (isKnown || letter.deadAt !== null) continue;
      const message = `${letter.target} of channel ${letter.channel} is not configured any more`;
      letter.lastFailure = { at: now, code: 'channel-refused', message };
      this.#options.log.error(factsOf(letter), 'outbox: its receiver is not configured any more; given up');
      await this.#write(letter, this.#bury(letter, now), 'message.dead');
    }
  }
}

function letterId(messageId: string, channel: string, target: string): string {
  const hash = createHash('sha256').update(JSON.stringify([messageId, channel, target]));
  return hash.digest('hex').slice(0, 32);
}

function factsOf(letter: Letter): Record<string, string | number> {
  const { id, channel, target, attempts, message } = letter;
  return { letter: id, channel, target, attempts, rule: message.rule, state: message.state };
}
