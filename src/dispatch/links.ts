import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import { Problem } from '../problem.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import { isSame, LinkKeys, LONGEST_LINK_MS } from './link-keys.js';
import { oneAtATime } from './one-at-a-time.js';

export { LONGEST_LINK_MS } from './link-keys.js';

const USED = 'used-links';
/** Beyond it mail programs break links. */
const LONGEST_TOKEN = 1900;

/** What a link offers to do; `withdraw` undoes `acknowledge`, `expire` undoes `silence`. */
export const LINK_ACTIONS = ['acknowledge', 'silence', 'withdraw', 'expire'] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];

export interface LinkFacts {
  readonly action: LinkAction;
  /**
   * To acknowledge: ids of alerts with commas between them, or matchers in braces for those that match and fired before the
   * link was signed. To silence: matchers in braces. To undo: `link:` and the id of the link that did it.
   */
  readonly subject: string;
  /** Unix ms from which the link is good for nothing. */
  readonly until: number;
  /** Unix ms. */
  readonly issuedAt: number;
  /** One link, wherever it is copied to. */
  readonly id: string;
}

export interface LinkWish {
  readonly action: LinkAction;
  readonly subject: string;
  /** Unix ms; at most 30 days from now, cut to that. */
  readonly until: number;
  /** Unix ms; now when left out. */
  readonly issuedAt?: number;
}

const usedLink = z.object({
  action: z.enum(LINK_ACTIONS),
  subject: z.string(),
  by: z.string(),
  at: z.number(),
  /** Until when what was done lasts; of an undoing the moment itself. */
  lasts: z.number(),
  /** Ids of the alerts that were taken or given back. */
  alerts: z.array(z.string()),
  /** Id of the silence that was made or ended; empty for none. */
  silence: z.string(),
  /** Of the link: when it was signed and until when it was good. */
  issuedAt: z.number(),
  until: z.number(),
});

/** What was done with a link. Times are unix ms. */
export type UsedLink = z.infer<typeof usedLink>;

/** Makes the ledger entry that says what was done with a link. */
export type RecordUse = (done: Omit<UsedLink, keyof LinkFacts>) => LedgerEntry;

export interface LinksOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** Key from the configuration; one is made and kept in the ledger when left out. */
  readonly secret?: string;
}

const payload = z.tuple([z.string(), z.enum(LINK_ACTIONS), z.string(), z.number(), z.number(), z.string()]);

/** Links that act for whoever has them: signed, expiring, each good for one use. */
export class Links {
  readonly #options: LinksOptions;
  readonly #keys: LinkKeys;
  readonly #used = new Map<string, UsedLink>();
  readonly #serially = oneAtATime();

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#keys = new LinkKeys(options);
  }

  /** Takes up keys and used links; makes the first key. Call once. @throws Problem store-failed */
  async load(now: number): Promise<void> {
    const { ledger, log } = this.#options;
    await this.#keys.load(now);
    for (const [key, value] of await ledger.load(USED)) {
      const read = usedLink.safeParse(value);
      if (read.success) this.#used.set(key, read.data);
      else log.error({ key }, 'links: a used one in the ledger cannot be read and is left there');
    }
  }

  /**
   * The path of a signed link, such as `/act/TOKEN`, to be put after the address of the service.
   * @returns undefined when its subject is so long that mail programs would break it
   */
  sign({ action, subject, until, issuedAt }: LinkWish, now: number): string | undefined {
    const end = Math.min(until, now + LONGEST_LINK_MS);
    const id = randomBytes(9).toString('base64url');
    const facts = [this.#keys.current, action, subject, issuedAt ?? now, end, id];
    const text = Buffer.from(JSON.stringify(facts)).toString('base64url');
    const token = `${text}.${this.#keys.sign(signed(text), this.#keys.current)}`;
    return token.length > LONGEST_TOKEN ? undefined : `/act/${token}`;
  }

  /**
   * What a token says, once it is certain that this service has signed it.
   * @throws Problem bad-link (forged, damaged, or signed by another service), link-expired
   */
  verify(token: string, now: number): LinkFacts {
    const [text = '', mac = '', ...more] = token.split('.');
    const claimed = claimOf(text);
    const [keyId = '', action, subject, issuedAt, until, id] = claimed ?? [];
    const expected = this.#keys.sign(signed(text), keyId);
    if (!expected || !isSame(expected, mac) || more.length > 0) {
      throw new Problem('bad-link', 'this link was not made by this service, or is damaged');
    }
    if (!action || !subject || issuedAt === undefined || until === undefined || !id) {
      throw new Problem('bad-link', 'this link was made by another version of this service');
    }
    if (now >= until) {
      throw new Problem('link-expired', `this link was good until ${new Date(until).toISOString()}`);
    }
    return { action, subject, issuedAt, until, id };
  }

  /** What the form of a link's page carries, so that only who has seen the page can send it. */
  formToken(token: string): string {
    return this.#keys.sign(`headroom-form-1.${token}`, this.#keys.current) ?? '';
  }

  /** @returns whether the form comes from the page of that link; also for a while after the key was changed */
  isFormToken(token: string, formToken: string): boolean {
    const keyId = claimOf(token.split('.')[0])?.[0] ?? '';
    return [keyId, this.#keys.current].some((id) => {
      const expected = this.#keys.sign(`headroom-form-1.${token}`, id);
      return expected !== undefined && isSame(expected, formToken);
    });
  }

  /** What was done with the link of this id; undefined while nothing was. */
  used(id: string): UsedLink | undefined {
    return this.#used.get(id);
  }

  /**
   * Uses a link, once: `act` does what it offers, and appends the entry that it is handed in the same append as that.
   * @returns what was done, now or, with `isReplay`, before
   * @throws whatever `act` throws; the link is unused then
   */
  use(
    link: LinkFacts,
    act: (record: RecordUse) => Promise<void>,
  ): Promise<{ readonly done: UsedLink; readonly isReplay: boolean }> {
    return this.#serially(async () => {
      const before = this.#used.get(link.id);
      if (before) return { done: before, isReplay: true };
      const { id, action, subject, issuedAt, until } = link;
      let done: UsedLink | undefined;
      await act((facts) => {
        done = { ...facts, action, subject, issuedAt, until };
        return { collection: USED, key: id, value: done };
      });
      if (!done) throw new Error('a link was used without a record');
      this.#used.set(id, done);
      return { done, isReplay: false };
    });
  }

  /** Changes keys when it is time, and forgets links that have expired. @throws Problem store-failed */
  async tick(now: number): Promise<void> {
    await this.#keys.tick(now);
    const over = [...this.#used].filter(([, { until }]) => now >= until).map(([id]) => id);
    if (over.length === 0) return;
    await this.#options.ledger.append(over.map((key) => ({ collection: USED, key, value: null })));
    for (const id of over) this.#used.delete(id);
  }
}

function signed(text: string): string {
  return `headroom-link-1.${text}`;
}

/** What a token claims, not to be believed before its signature is checked. */
function claimOf(text: string): z.infer<typeof payload> | undefined {
  try {
    return payload.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
