import type { Clock } from '../../clock.js';
import type { DurableQueue, Waiting } from './durable-queue.js';
import { readLines, type SampleSink } from './line-reader.js';

interface Sent {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly until: number;
}

/**
 * Rows that the database does not show yet: those in the queue, and those sent so lately that they may not be found
 * there. Whoever reads takes a snapshot before asking the database, and lays it over the answer.
 */
export class Overlay {
  readonly #queue: DurableQueue;
  readonly #clock: Clock;
  readonly #visibleAfterMs: number;
  #sent: Sent[] = [];

  constructor(queue: DurableQueue, clock: Clock, visibleAfterMs: number) {
    this.#queue = queue;
    this.#clock = clock;
    this.#visibleAfterMs = visibleAfterMs;
  }

  /** Notes what the database has just taken. */
  noteSent(records: readonly Waiting[], text: string): void {
    if (this.#visibleAfterMs <= 0) return;
    const from = Math.min(...records.map((record) => record.from));
    const to = Math.max(...records.map((record) => record.to));
    this.#lingering().push({ from, to, text, until: this.#clock.now() + this.#visibleAfterMs });
  }

  /** Time of its oldest row with `from <= time < to`, or somewhat earlier; undefined when it has none. */
  oldest(from: number, to: number): number | undefined {
    const found = [...this.#lingering(), ...this.#queue.overlapping(from, to)].filter(
      (record) => record.from < to && record.to >= from,
    );
    return found.length === 0 ? undefined : found.reduce((least, record) => Math.min(least, record.from), to);
  }

  /** Time of its newest row in a record that may have rows with `from <= time < to`. */
  newest(from: number, to: number): number | undefined {
    const found = [...this.#lingering(), ...this.#queue.overlapping(from, to)].filter(
      (record) => record.from < to && record.to >= from,
    );
    return found.length === 0 ? undefined : found.reduce((most, record) => Math.max(most, record.to), from);
  }

  /** What it has now of a stretch of time; the function gives it to a sink, in the order of writing. */
  async snapshot(from: number, to: number): Promise<(sink: SampleSink) => void> {
    const texts: string[] = [];
    for (const record of this.#queue.overlapping(from, to)) {
      // A record whose file is gone has been sent meanwhile: it is among the sent ones, or the database shows it.
      texts.push(await this.#queue.linesOf(record).catch(() => ''));
    }
    const sent = this.#lingering().filter((record) => record.from < to && record.to >= from);
    return (sink) => {
      for (const { text } of sent) readLines(text, sink);
      for (const text of texts) readLines(text, sink);
    };
  }

  #lingering(): Sent[] {
    const now = this.#clock.now();
    if (this.#sent.some(({ until }) => until <= now))
      this.#sent = this.#sent.filter(({ until }) => until > now);
    return this.#sent;
  }
}
