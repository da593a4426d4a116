import { createHash } from 'node:crypto';
import type { ChannelMemory, Message } from '../../contract.js';

/** Where the messages of one thread go: below the first of them, whose `ts` Slack gave. */
export class Threads {
  readonly #memory: ChannelMemory;
  /** Sends under way, by thread: the second message of a thread has to know what became of the first. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(memory: ChannelMemory) {
    this.#memory = memory;
  }

  /**
   * Posts one message with `post`, below the first of its thread if there is one, which is remembered when there is none. Messages
   * of one thread take turns.
   */
  async inTurn(message: Message, post: (root: string | undefined) => Promise<string>): Promise<void> {
    const key = createHash('sha256').update(message.thread).digest('hex').slice(0, 32);
    const turn = (this.#turns.get(key) ?? Promise.resolve()).then(() => this.#post(key, message, post));
    const settled = turn.catch(() => {});
    this.#turns.set(key, settled);
    try {
      await turn;
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    }
  }

  async #post(
    key: string,
    message: Message,
    post: (root: string | undefined) => Promise<string>,
  ): Promise<void> {
    const root = this.#memory.get(key);
    const posted = await post(root);
    if (message.occasion === 'over') {
      if (root !== undefined) await this.#memory.set(key, null);
    } else if (posted !== '' && posted !== root) await this.#memory.set(key, posted);
  }
}
