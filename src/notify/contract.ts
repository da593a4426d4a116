import type { ZodType } from 'zod';
import type { Clock } from '../clock.js';
import type { Message, Occasion } from '../dispatch/index.js';
import type { Story } from './message/story.js';

export { labelsOf, type Message, OCCASIONS, type Occasion } from '../dispatch/index.js';
export type { Picture } from './message/picture.js';
export type { Fact, Story, StoryLink, Tone } from './message/story.js';
export type { Row, Table } from './message/table.js';

/** One message on its way to one target through one channel. */
export interface Delivery {
  /** Idempotency key: the same at every attempt, also after a restart. */
  readonly id: string;
  readonly channel: string;
  /** Whom it goes to, such as a mail address or a URL's name. */
  readonly target: string;
  readonly message: Message;
  /** Counts from 1. */
  readonly attempt: number;
}

export interface ChannelContext {
  /** The channel's name in the configuration. */
  readonly name: string;
  readonly clock: Clock;
  /** Where people reach the service, for links; undefined when not configured. */
  readonly externalUrl: string | undefined;
  /**
   * What the message says as of `at` (unix ms), in parts, in the order in which they want to be shown: for channels that have a
   * form of their own, such as blocks or cards. Never draws; the same for the same arguments.
   */
  story(message: Message, at: number): Story;
  /** The message in plain words as of `at` (unix ms): the same bytes for the same arguments. */
  words(message: Message, at: number): Words;
  /** The same as a page with pictures. A picture that cannot be drawn is left out; the page always comes. */
  page(message: Message, at: number): Promise<Page>;
  readonly memory: ChannelMemory;
}

/**
 * Small facts that a channel keeps over restarts, such as where a thread began; no other channel sees them. Beyond a thousand
 * the one that was set first is forgotten.
 */
export interface ChannelMemory {
  get(key: string): string | undefined;
  /** Null forgets it. Known to `get` at once; resolves when it is durable, or kept to be written later; never rejects. */
  set(key: string, value: string | null): Promise<void>;
}

export interface Words {
  /** One line that says it all; no control characters. */
  readonly subject: string;
  readonly text: string;
}

/** Its subject is that of a thread: `[news] topic`. */
export interface Page extends Words {
  /** What the thread is about: the subject without the news, the same in all messages of the thread. */
  readonly topic: string;
  /** A whole HTML document; shows each picture by `cid:` and its id. */
  readonly html: string;
  readonly pictures: readonly { readonly cid: string; readonly fileName: string; readonly png: Buffer }[];
}

export interface Channel {
  /** One delivery each; an email channel with three recipients has three. Never empty. */
  readonly targets: readonly string[];
  /** As its type says; messages on other occasions are not sent through it. */
  readonly occasions?: readonly Occasion[];
  /**
   * Sends one delivery; resolves when the receiver has accepted it. Ends by itself within a bounded time.
   * @throws Problem channel-unavailable (to be tried again, with retryAfterMs when the receiver said so) or
   *   channel-refused (never accepted as it is). Messages never contain a secret.
   */
  send(delivery: Delivery): Promise<void>;
  /**
   * Asks whether the receiver could be reached, without sending anything that people would see. Ends by itself within a
   * bounded time. @throws as `send`
   */
  check(): Promise<void>;
  /**
   * For receivers that forget what is not said again (Alertmanager resolves an alert after a while). Called every `everyMs`
   * with what fires now, not kept over a crash.
   */
  readonly refresh?: { readonly everyMs: number; send(firing: readonly Message[]): Promise<void> };
  close(): Promise<void>;
}

/** What a channel adapter exports; its options are the schema of its part of the configuration. */
export interface ChannelType<Options> {
  /** Strict; secrets carry `.meta({ secret: true })`, so that they are masked wherever they might show. */
  readonly options: ZodType<Options>;
  /** The occasions on which it has something to do; all but `acknowledged` when left out. */
  readonly occasions?: readonly Occasion[];
  open(options: Options, context: ChannelContext): Channel;
}
