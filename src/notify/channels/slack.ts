import { z } from 'zod';
import { type Channel, type ChannelContext, OCCASIONS, type Occasion } from '../contract.js';
import { chartAddress, chartUrl, HttpClient, httpOptions, jsonOf } from '../http/index.js';
import { blocksOf, fallbackOf, plainTextOf } from './slack/blocks.js';
import { isAboutBlocks, isAboutThread, type Reply, readReply, refusalOf } from './slack/reply.js';
import { Threads } from './slack/threads.js';

export const options = z
  .strictObject({
    type: z.literal('slack'),
    url: httpOptions
      .webAddress('https://hooks.slack.com/services/T000/B000/XXXX')
      .optional()
      .describe('Incoming webhook; with it messages cannot stand in threads.')
      .meta({ secret: true }),
    token: z
      .string()
      .regex(/^xox[a-z]-[A-Za-z0-9-]{10,}$/, 'must be a bot token, xoxb-…')
      .optional()
      .describe(
        'Bot token with the scope chat:write, in place of url; messages of one incident stand in one thread.',
      )
      .meta({ secret: true }),
    channel: z
      .string()
      .regex(/^(#?[^\s#<>]{1,80})$/, 'must be the id of a channel such as C0123456789')
      .optional()
      .describe('Channel that the bot posts to: its id, or its name. The bot has to be a member of it.'),
    apiUrl: httpOptions
      .webAddress('https://slack.com/api')
      .default('https://slack.com/api')
      .describe("Where Slack's API is; https://slack-gov.com/api for GovSlack."),
    chartUrl,
    timeout: httpOptions.timeout,
    privateAddresses: httpOptions.privateAddresses,
  })
  .superRefine((given, context) => {
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((given.url === undefined) === (given.token === undefined)) {
      issue('url', 'give url (incoming webhook) or token with channel (bot), one of them');
    } else if (given.token !== undefined && given.channel === undefined) {
      issue('channel', 'must name the channel that the bot posts to, such as C0123456789');
    } else if (given.url !== undefined && given.channel !== undefined) {
      issue('channel', 'goes with token: an incoming webhook has a channel of its own');
    }
  });

export type Options = z.infer<typeof options>;

/** Who works on it is news for all who read the channel. */
export const occasions: readonly Occasion[] = OCCASIONS;

/** News of a thread that also shows in the channel itself: somebody has to see it now. */
const SHOWN_IN_CHANNEL: readonly Occasion[] = ['worse', 'breached'];

interface Content {
  readonly text: string;
  readonly blocks?: readonly object[];
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
}

/** Posts messages as Block Kit, by an incoming webhook or, with threads, as a bot. */
export function open(options: Options, context: ChannelContext): Channel {
  const client = new HttpClient(options, context.clock);
  const isBot = options.token !== undefined;
  const api = (method: string) => new URL(`${options.apiUrl.replace(/\/+$/, '')}/${method}`);
  const url = options.url === undefined ? api('chat.postMessage') : new URL(options.url);
  const threads = new Threads(context.memory);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(isBot ? { authorization: `Bearer ${options.token}` } : {}),
  };
  const common = { unfurl_links: false, unfurl_media: false, ...(isBot ? { channel: options.channel } : {}) };

  const ask = async (content: Content): Promise<Reply> => {
    const body = jsonOf({ ...common, ...content });
    return readReply(url, isBot, await client.ask(url, { headers, body, answers: [400] }));
  };

  /** What Slack refuses for its form is sent in a plainer one: a message that looks poor beats one that is lost. */
  const post = async (content: Content, words: () => string): Promise<string> => {
    let sent = content;
    let reply = await ask(sent);
    if (sent.thread_ts !== undefined && isAboutThread(reply)) {
      const { thread_ts: _, reply_broadcast: __, ...alone } = sent;
      sent = alone;
      reply = await ask(sent);
    }
    if (isAboutBlocks(reply)) {
      const { blocks: _, ...plain } = sent;
      sent = { ...plain, text: plainTextOf(words()) };
      reply = await ask(sent);
    }
    if (reply.error !== undefined) throw refusalOf(url, reply);
    return sent.thread_ts ?? reply.ts;
  };

  return {
    targets: [context.name],
    async send({ message }) {
      const now = context.clock.now();
      const story = context.story(message, now);
      const blocks = blocksOf(story, chartAddress(options.chartUrl, message));
      const content = { text: fallbackOf(story), blocks };
      const words = () => context.words(message, now).text;
      if (!isBot) {
        await post(content, words);
        return;
      }
      const isShown = SHOWN_IN_CHANNEL.includes(message.occasion);
      await threads.inTurn(message, (root) =>
        root === undefined
          ? post(content, words)
          : post({ ...content, thread_ts: root, ...(isShown ? { reply_broadcast: true } : {}) }, words),
      );
    },
    async check() {
      if (!isBot) return client.reach(url);
      const test = api('auth.test');
      const reply = readReply(test, true, await client.ask(test, { headers, body: '{}' }));
      if (reply.error !== undefined) throw refusalOf(test, reply);
    },
    async close() {},
  };
}
