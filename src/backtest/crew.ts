import { Worker } from 'node:worker_threads';
import type { PartOutcome } from './contract.js';
import type { LineOptions } from './line.js';
import type { Parcel } from './parts.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Rows that may wait for a worker: enough that it never starves, few enough that memory stays bounded. */
const MOST_WAITING = 60_000;

interface Hand {
  readonly worker: Worker;
  readonly parts: Set<number>;
  waiting: number;
}

/**
 * The workers of one backtest. A part stays with its worker; a new one goes to the worker with the fewest. Sending waits
 * while a worker is behind.
 */
export class Crew {
  readonly #hands: readonly Hand[];
  readonly #handOf = new Map<number, Hand>();
  readonly #optionsOf: (part: number) => LineOptions;
  readonly #outcomes = new Map<number, PartOutcome>();
  #failure: { readonly reason: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(jobs: number, optionsOf: (part: number) => LineOptions) {
    this.#optionsOf = optionsOf;
    this.#hands = Array.from({ length: jobs }, () => this.#hire());
  }

  async send({ part, rows, names }: Parcel): Promise<void> {
    const known = this.#handOf.get(part);
    const hand = known ?? this.#assign(part);
    const { length, node, labels, time, values } = rows;
    const message: ToWorker = {
      part,
      ...(known ? {} : { options: this.#optionsOf(part) }),
      rows: { length, node, labels, time, values },
      names,
    };
    hand.waiting += length;
    hand.worker.postMessage(
      message,
      [node, labels, time, values].map((array) => array.buffer as ArrayBuffer),
    );
    await this.#until(() => hand.waiting < MOST_WAITING);
  }

  /** No more rows come for these parts. Resolves with their outcomes once all is done. */
  async finish(parts: readonly number[], end: number): Promise<PartOutcome[]> {
    for (const part of parts) {
      const hand = this.#handOf.get(part);
      const message: ToWorker = { part, end };
      hand?.worker.postMessage(message);
    }
    await this.#until(() => parts.every((part) => this.#outcomes.has(part)));
    return parts.map((part) => {
      const outcome = this.#outcomes.get(part);
      if (!outcome) throw new Error(`part ${part} has no outcome`);
      this.#outcomes.delete(part);
      this.#handOf.get(part)?.parts.delete(part);
      this.#handOf.delete(part);
      return outcome;
    });
  }

  /** Whoever waits for the workers is refused with this reason from now on. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake();
  }

  async close(): Promise<void> {
    await Promise.all(this.#hands.map(({ worker }) => worker.terminate()));
  }

  #assign(part: number): Hand {
    const hand = [...this.#hands].sort((a, b) => a.parts.size - b.parts.size)[0];
    hand.parts.add(part);
    this.#handOf.set(part, hand);
    return hand;
  }

  #hire(): Hand {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    const hand: Hand = { worker, parts: new Set(), waiting: 0 };
    worker.on('message', (message: FromWorker) => {
      if ('taken' in message) hand.waiting -= message.taken;
      else if ('outcome' in message) this.#outcomes.set(message.part, message.outcome);
      else this.fail(new Error(message.failure));
      this.#wake();
    });
    worker.on('error', (error) => {
      this.fail(error);
    });
    return hand;
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason;
      if (isSo()) return;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
