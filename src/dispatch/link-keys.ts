import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Ledger } from '../store/index.js';

const COLLECTION = 'link-keys';
const DAY_MS = 86_400_000;

/** No link is good for longer, so a key that signs no more can be forgotten that long after its successor was made. */
export const LONGEST_LINK_MS = 30 * DAY_MS;
/** How long a key signs before another one takes over. */
const ROTATE_AFTER_MS = 30 * DAY_MS;

const savedKey = z.object({ secret: z.string(), createdAt: z.number() });

interface Key {
  readonly id: string;
  readonly secret: Buffer;
  /** Unix ms; of a configured key the beginning of time. */
  readonly createdAt: number;
}

export interface LinkKeysOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** A key from the configuration; it signs, keys of the ledger still verify. */
  readonly secret?: string;
}

/** The keys that sign links: made at the first start, replaced every month, kept until their last link has expired. */
export class LinkKeys {
  readonly #options: LinkKeysOptions;
  readonly #configured: Key | undefined;
  /** Oldest first. */
  #kept: Key[] = [];

  constructor(options: LinkKeysOptions) {
    this.#options = options;
    const { secret } = options;
    if (secret === undefined) return;
    const id = createHash('sha256').update(`headroom link key ${secret}`).digest('hex').slice(0, 8);
    this.#configured = { id, secret: Buffer.from(secret), createdAt: Number.NEGATIVE_INFINITY };
  }

  /** Takes up the keys of earlier runs; makes one when there is none that can sign. @throws Problem store-failed */
  async load(now: number): Promise<void> {
    const { ledger, log } = this.#options;
    for (const [id, value] of await ledger.load(COLLECTION)) {
      const read = savedKey.safeParse(value);
      if (read.success) this.#kept.push(keyOf(id, read.data));
      else log.error({ key: id }, 'links: a key in the ledger cannot be read and is left there');
    }
    this.#kept.sort((a, b) => a.createdAt - b.createdAt);
    await this.tick(now);
  }

  /** Makes another key when the newest is old, and drops those whose last link has expired. @throws Problem store-failed */
  async tick(now: number): Promise<void> {
    const newest = this.#kept.at(-1);
    const isDue = !this.#configured && (newest === undefined || now - newest.createdAt >= ROTATE_AFTER_MS);
    const made = isDue ? { secret: randomBytes(32).toString('base64url'), createdAt: now } : undefined;
    const id = randomBytes(4).toString('hex');
    const keys = made ? [...this.#kept, keyOf(id, made)] : this.#kept;
    const gone = keys.filter(({ createdAt }, at) => {
      const successor = keys[at + 1]?.createdAt ?? (this.#configured ? Number.NEGATIVE_INFINITY : now);
      return now - Math.max(createdAt + ROTATE_AFTER_MS, successor) > LONGEST_LINK_MS;
    });
    if (!made && gone.length === 0) return;
    await this.#options.ledger.append([
      ...(made ? [{ collection: COLLECTION, key: id, value: made }] : []),
      ...gone.map((key) => ({ collection: COLLECTION, key: key.id, value: null })),
    ]);
    this.#kept = keys.filter((key) => !gone.includes(key));
  }

  /** Id of the key that signs now. */
  get current(): string {
    return this.#signing().id;
  }

  /** HMAC-SHA256 of a text, base64url, with the key of that id; undefined when there is none. */
  sign(text: string, keyId: string): string | undefined {
    const keys = this.#configured ? [this.#configured, ...this.#kept] : this.#kept;
    const key = keys.find(({ id }) => id === keyId);
    return key && createHmac('sha256', key.secret).update(text).digest('base64url');
  }

  #signing(): Key {
    const key = this.#configured ?? this.#kept.at(-1);
    if (key) return key;
    throw new Error('links are signed only after their keys are loaded');
  }
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left, right);
}

function keyOf(id: string, { secret, createdAt }: z.infer<typeof savedKey>): Key {
  return { id, secret: Buffer.from(secret, 'base64url'), createdAt };
}
