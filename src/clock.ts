/**
 * Time is passed in. The service runs on the system clock, replay and tests on a manual one; nothing else in the
 * project asks the system for the time.
 */

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls `task` once after `ms`; returns a function that cancels it. */
  after(ms: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
}

/** A clock that stands still until it is advanced; due tasks run in the order of their times. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  #pending: Pending[] = [];

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#order++, task };
    this.#pending.push(entry);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== entry);
    };
  }

  /** Moves to `toMs`, running what falls due on the way; never moves backwards. */
  advanceTo(toMs: number): void {
    for (;;) {
      const due = this.#pending
        .filter((entry) => entry.at <= toMs)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.#pending = this.#pending.filter((entry) => entry !== due);
      this.#now = Math.max(this.#now, due.at);
      due.task();
    }
    this.#now = Math.max(this.#now, toMs);
  }

  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }
}

/** Whether this machine knows a time zone of that (IANA) name. */
export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
