import { createHash, randomBytes } from 'node:crypto';

export interface Session {
  /** Name of the token with which it began. */
  readonly holder: string;
  readonly role: 'admin' | 'read';
  /** Unix ms. */
  readonly endsAt: number;
}

const LASTS_MS = 12 * 3_600_000;
/** More than these are no people; the oldest end first. */
const MOST = 1000;

/** Failed attempts of one address within a minute, then of all; past them every attempt has to wait. */
const FAILURES_EACH = 10;
const FAILURES_ALL = 100;
const MINUTE_MS = 60_000;

/** Who is signed in. Held in memory: after a restart people sign in again. */
export class Sessions {
  /** By the hash of their id, so that what is in memory opens nothing. */
  readonly #sessions = new Map<string, Session>();
  readonly #failures: { readonly address: string; readonly at: number }[] = [];

  /** Returns the id that the cookie carries: 256 random bits. */
  begin(holder: string, role: Session['role'], now: number): string {
    this.#sweep(now);
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(keyOf(id), { holder, role, endsAt: now + LASTS_MS });
    return id;
  }

  /** The session of that id; undefined when there is none or it is over. */
  find(id: string, now: number): Session | undefined {
    const session = this.#sessions.get(keyOf(id));
    return session && now < session.endsAt ? session : undefined;
  }

  end(id: string): void {
    this.#sessions.delete(keyOf(id));
  }

  noteFailure(address: string, now: number): void {
    this.#failures.push({ address, at: now });
    while (this.#failures.length > FAILURES_ALL) this.#failures.shift();
  }

  /** How long this address must wait before its next attempt, ms; 0 when it need not. */
  waitOf(address: string, now: number): number {
    const lately = this.#failures.filter(({ at }) => now - at < MINUTE_MS);
    const own = lately.filter((failure) => failure.address === address);
    const counted = own.length >= FAILURES_EACH ? own.slice(-FAILURES_EACH) : lately.slice(-FAILURES_ALL);
    const isTooMany = own.length >= FAILURES_EACH || lately.length >= FAILURES_ALL;
    return isTooMany ? counted[0].at + MINUTE_MS - now : 0;
  }

  #sweep(now: number): void {
    for (const [key, { endsAt }] of this.#sessions) {
      if (now >= endsAt || this.#sessions.size >= MOST) this.#sessions.delete(key);
    }
  }
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
