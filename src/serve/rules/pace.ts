import { Problem } from '../../problem.js';

const MINUTE_MS = 60_000;
/** Callers that are remembered; more are not there, or nobody. */
const MOST_CALLERS = 1000;

/** At most so many requests of a caller within a minute. */
export class Pace {
  readonly #most: number;
  readonly #calls = new Map<string, number[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws Problem too-often with the time to wait */
  take(caller: string, now: number): void {
    const calls = (this.#calls.get(caller) ?? []).filter((at) => at > now - MINUTE_MS);
    if (calls.length >= this.#most) {
      throw new Problem('too-often', `found more than ${this.#most} requests within a minute`, {
        retryAfterMs: calls[0] + MINUTE_MS - now,
      });
    }
    this.#calls.delete(caller);
    this.#calls.set(caller, [...calls, now]);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MOST_CALLERS) this.#calls.delete(oldest);
  }
}
