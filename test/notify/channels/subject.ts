import type { TestContext } from 'node:test';
import {
  type CHANNEL_TYPES,
  type Channel,
  channelOptions,
  type Message,
  openChannel,
} from '../../../src/notify/index.js';
import { Problem } from '../../../src/problem.js';
import { contextOf } from '../support/service.js';

/** What of a kind of channel the conformance suite has to know. */
export interface Subject {
  readonly type: keyof typeof CHANNEL_TYPES;
  /** To tell two of a type apart. */
  readonly variant?: string;
  /** A receiver that takes everything, and what it took. */
  accepting(t: TestContext): Promise<{ readonly options: object; taken(): readonly string[] }>;
  /** Throws where one thing that was taken is not what the receiver's reference allows. */
  validate(taken: string): void;
  /** Most bytes of one thing that is taken. */
  readonly mostBytes: number;
}

export async function openSubject(t: TestContext, options: object): Promise<Channel> {
  // No channel but email draws; its own test draws really.
  const context = contextOf({ render: async () => Buffer.from('png') });
  const channel = openChannel(channelOptions.parse(options), context);
  t.after(() => channel.close());
  return channel;
}

/** Sends a message to every target of a channel. */
export async function sendAll(channel: Channel, message: Message): Promise<void> {
  for (const target of channel.targets) {
    await channel.send({ id: `${message.id}-${target}`, channel: 'ops', target, message, attempt: 1 });
  }
}

/** The problem with which a task ends; fails when it ends well or otherwise. */
export async function problemOf(task: Promise<void>): Promise<Problem> {
  try {
    await task;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('it was taken for delivered');
}
