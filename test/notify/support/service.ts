import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { ManualClock } from '../../../src/clock.js';
import {
  type ChannelContext,
  type Notify,
  notifyOptions,
  openNotify,
  PageWriter,
  type PngRenderer,
} from '../../../src/notify/index.js';
import { type Ledger, openMemoryStore } from '../../../src/store/index.js';
import { NOW } from './news.js';

/** A log that is kept, so that a test can look for what must not be in it. */
export function keptLog(): { log: Logger; text: () => string } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: pino({ level: 'trace' }, stream), text: () => lines.join('') };
}

export interface Service {
  readonly notify: Notify;
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly metrics: Registry;
  readonly logText: () => string;
}

/** The whole room on a manual clock, without jitter, with the channels as they stand in a configuration. */
export async function openService(channels: unknown, kept: Partial<Service> = {}): Promise<Service> {
  const clock = kept.clock ?? new ManualClock(NOW);
  const ledger = kept.ledger ?? openMemoryStore().ledger;
  const metrics = new Registry();
  const { log, text } = keptLog();
  const options = notifyOptions.parse({ channels, timeZone: 'Europe/Berlin' });
  const notify = await openNotify(options, { ledger, clock, log, metrics, random: () => 0.5 });
  return { notify, clock, ledger, metrics, logText: text };
}

export function contextOf(
  renderer: Pick<PngRenderer, 'render'>,
  clock = new ManualClock(NOW),
): ChannelContext {
  const writer = new PageWriter({
    timeZone: 'Europe/Berlin',
    externalUrl: 'https://headroom.example',
    renderPng: (svg, scale) => renderer.render(svg, scale),
    log: pino({ level: 'silent' }),
  });
  return {
    name: 'ops',
    clock,
    externalUrl: 'https://headroom.example',
    story: (message, at) => writer.story(message, at),
    words: (message, at) => writer.words(message, at),
    page: (message, at) => writer.page(message, at),
    memory: memoryOf(),
  };
}

function memoryOf(): ChannelContext['memory'] {
  const facts = new Map<string, string>();
  return {
    get: (key) => facts.get(key),
    async set(key, value) {
      if (value === null) facts.delete(key);
      else facts.set(key, value);
    },
  };
}
