import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AlertNews } from '../alert/index.js';
import type { Auditor } from '../audit/index.js';
import type { Clock } from '../clock.js';
import type { Problem } from '../problem.js';
import type { Ledger } from '../store/index.js';
import { ChannelMemories } from './channel-memory.js';
import { ChannelWatch } from './channel-watch.js';
import { openChannel } from './channels/index.js';
import { PngRenderer } from './chart/index.js';
import type { Channel, Message } from './contract.js';
import { type Beat, type Heartbeat, startHeartbeat } from './heartbeat.js';
import { LedgerWriter } from './ledger-writer.js';
import { PageWriter } from './message/page-writer.js';
import type { NotifyOptions } from './options.js';
import { Outbox } from './outbox.js';
import { startRefresh } from './refresh.js';
import { spreadEvenly } from './schedule.js';

export interface NotifyContext {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Between 0 and 1, as Math.random gives it; spreads retries. */
  readonly random: () => number;
  /** Records what becomes of messages; none when left out. */
  readonly audit?: Auditor;
  /** Told when a channel begins to fail, and when it works again. */
  readonly onNews?: (news: AlertNews) => void;
}

export interface Notify {
  readonly outbox: Outbox;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly watch: ChannelWatch;
  /** The last call of the heartbeat; null where none is configured, undefined before the first. */
  beat(): Beat | null | undefined;
  /** Begins what goes on for as long as it is open: what fires is said again to receivers that forget, and the heartbeat beats. */
  start(present: NotifyPresent): void;
  /** Stops sending (see Outbox.stop), then lets go of connections and threads. Call before the store is closed. */
  close(): Promise<void>;
}

/** What is asked of the present. */
export interface NotifyPresent {
  /** What a channel was told of and still fires. */
  readonly firing: (channel: string) => readonly Message[];
  /** Why the service does not do its work; undefined while it does. */
  readonly unwell: () => string | undefined;
}

/** Opens all channels and the outbox before them, and takes up what was waiting in the ledger. */
export async function openNotify(options: NotifyOptions, context: NotifyContext): Promise<Notify> {
  const { ledger, clock, log, metrics, random, audit } = context;
  const { externalUrl } = options;
  const renderer = new PngRenderer();
  const writer = new PageWriter({
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    externalUrl,
    renderPng: (svg, scale) => renderer.render(svg, scale),
    log,
  });
  const keeper = new LedgerWriter(ledger, clock, log);
  const memories = await ChannelMemories.load(ledger, keeper);
  const channels = new Map<string, Channel>();
  for (const [name, channel] of Object.entries(options.channels)) {
    const story: PageWriter['story'] = (message, at) => writer.story(message, at);
    const words: PageWriter['words'] = (message, at) => writer.words(message, at);
    const page: PageWriter['page'] = (message, at) => writer.page(message, at);
    const memory = memories.of(name);
    channels.set(name, openChannel(channel, { name, clock, externalUrl, words, page, story, memory }));
  }
  const watch = new ChannelWatch({ channels, clock, log, metrics, onNews: context.onNews ?? (() => {}) });
  const attempted = (name: string, problem: Problem | undefined): void => {
    // Of several recipients one may be refused; that says nothing of the channel.
    const isOfOne = problem?.code === 'channel-refused' && channels.get(name)?.targets.length !== 1;
    if (!isOfOne) watch.note(name, problem);
  };
  const jitter = spreadEvenly(random);
  const recording = audit ? { audit } : {};
  const outbox = new Outbox({ ledger, clock, channels, log, metrics, jitter, attempted, ...recording });
  await outbox.load();
  let endRefresh = async (): Promise<void> => {};
  let heartbeat: Heartbeat | undefined;
  return {
    outbox,
    channels,
    watch,
    beat: () => (options.heartbeat ? heartbeat?.last() : null),
    start({ firing, unwell }) {
      endRefresh = startRefresh({ channels, clock, log, firing, attempted });
      if (options.heartbeat) heartbeat = startHeartbeat(options.heartbeat, { clock, log, metrics, unwell });
    },
    async close() {
      watch.close();
      heartbeat?.end();
      await endRefresh();
      await outbox.stop();
      await Promise.all([...channels.values()].map((channel) => channel.close()));
      await keeper.close();
      await renderer.close();
    },
  };
}
