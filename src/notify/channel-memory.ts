import type { Ledger, LedgerEntry } from '../store/index.js';
import type { ChannelMemory } from './contract.js';
import type { LedgerWriter } from './ledger-writer.js';

/** Collection of the ledger; a key is the channel's name, a space and the fact's key. */
const MEMORY = 'channel-memory';
const FACTS_AT_MOST = 1000;

/** What the channels keep in the ledger. Facts of channels that are configured no longer stay until they are again. */
export class ChannelMemories {
  readonly #facts: ReadonlyMap<string, unknown>;
  readonly #writer: LedgerWriter;

  private constructor(facts: ReadonlyMap<string, unknown>, writer: LedgerWriter) {
    this.#facts = facts;
    this.#writer = writer;
  }

  static async load(ledger: Ledger, writer: LedgerWriter): Promise<ChannelMemories> {
    return new ChannelMemories(await ledger.load(MEMORY), writer);
  }

  /** The memory of one channel. Call once a channel. */
  of(channel: string): ChannelMemory {
    const prefix = `${channel} `;
    const facts = new Map<string, string>();
    for (const [key, value] of this.#facts) {
      if (key.startsWith(prefix) && typeof value === 'string') facts.set(key.slice(prefix.length), value);
    }
    return {
      get: (key) => facts.get(key),
      set: async (key, value) => {
        const entries: LedgerEntry[] = [{ collection: MEMORY, key: `${prefix}${key}`, value }];
        if (value === null) facts.delete(key);
        else facts.set(key, value);
        for (const oldest of facts.keys()) {
          if (facts.size <= FACTS_AT_MOST) break;
          facts.delete(oldest);
          entries.push({ collection: MEMORY, key: `${prefix}${oldest}`, value: null });
        }
        await this.#writer.write(entries);
      },
    };
  }
}
