import { pino } from 'pino';
import { Registry } from 'prom-client';
import { ManualClock } from '../../../src/clock.js';
import {
  type Channel,
  type Delivery,
  type Message,
  Outbox,
  type OutboxOptions,
} from '../../../src/notify/index.js';
import { Problem } from '../../../src/problem.js';
import { type Ledger, openMemoryStore } from '../../../src/store/index.js';
import { NOW } from './news.js';

export type Answer = (delivery: Delivery) => Promise<void> | void;

/** A channel that does as it is told, and what it was asked to send. */
export function channelOf(answer: Answer, targets: readonly string[] = ['a@example.org']) {
  const sent: Delivery[] = [];
  const channel: Channel = {
    targets,
    async send(delivery) {
      sent.push(delivery);
      await answer(delivery);
    },
    async check() {},
    async close() {},
  };
  return { channel, sent };
}

export const unavailable = (options = {}) => new Problem('channel-unavailable', 'nobody answers', options);
export const refused = () => new Problem('channel-refused', 'no such mailbox');

export function outboxOf(channel: Channel, more: Partial<OutboxOptions> = {}) {
  const clock = (more.clock as ManualClock | undefined) ?? new ManualClock(NOW);
  const ledger = more.ledger ?? openMemoryStore().ledger;
  const metrics = new Registry();
  const channels = new Map([['mail', channel]]);
  const log = pino({ level: 'silent' });
  const outbox = new Outbox({ ledger, clock, channels, log, metrics, jitter: (ms) => ms, ...more });
  return { outbox, clock, ledger, metrics };
}

export async function post(outbox: Outbox, ledger: Ledger, messages: readonly Message[]): Promise<void> {
  const entries = outbox.prepare(messages);
  await ledger.append(entries);
  outbox.committed(entries);
  await outbox.settled();
}

export async function pass(clock: ManualClock, outbox: Outbox, ms: number): Promise<void> {
  clock.advance(ms);
  await outbox.settled();
}
