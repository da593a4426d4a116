import { pino } from 'pino';
import { Registry as Metrics } from 'prom-client';
import type { Ack, AlertNews, AlertState } from '../../../src/alert/index.js';
import { Dispatcher, type Held, type Message } from '../../../src/dispatch/index.js';
import { notifyOptions } from '../../../src/notify/index.js';
import { type Ledger, openMemoryStore } from '../../../src/store/index.js';
import type { Labels } from '../../../src/telemetry/index.js';
import type { Outlook } from '../../../src/trend/index.js';
import { NOW, newsOf, outlookOf } from '../../notify/support/news.js';

export const SECOND = 1000;
export { HOUR, MINUTE, NOW, outlookOf } from '../../notify/support/news.js';

const CHANNELS = { mail: { type: 'console' }, pager: { type: 'console' } };

/** A dispatcher on a ledger, with the states of an alert room in the test's hand. */
export class Room {
  readonly ledger: Ledger;
  readonly silenced: ((labels: Labels) => boolean)[] = [];
  readonly acks = new Map<string, Ack>();
  readonly states = new Map<string, AlertState>();
  readonly past: AlertNews[] = [];
  readonly said: Message[] = [];
  readonly dispatcher: Dispatcher;
  now: number;

  constructor(notify: object = {}, before?: Room) {
    this.now = before?.now ?? NOW;
    this.ledger = before?.ledger ?? openMemoryStore().ledger;
    if (before) {
      this.states = before.states;
      this.past = before.past;
    }
    const held: Held = {
      silencedBy: (labels) => (this.silenced.some((hides) => hides(labels)) ? ['s-1'] : []),
      ackOf: (id) => this.acks.get(id),
      worsened: (id) => {
        this.acks.delete(id);
        return [];
      },
    };
    this.dispatcher = new Dispatcher({
      options: notifyOptions.parse({ channels: CHANNELS, ...notify }),
      channels: Object.keys(CHANNELS),
      firing: () => this.states.values(),
      find: (rule, node) => this.states.get(`${rule} ${node}`),
      past: () => this.past,
      portrait: () => null,
      held,
      links: () => ({}),
      log: pino({ level: 'silent' }),
      metrics: new Metrics(),
    });
  }

  /** What the service does at its start. */
  async load(): Promise<void> {
    await this.dispatcher.load(this.ledger, this.now);
  }

  fire(node: string, changes: Partial<AlertNews> = {}): AlertNews {
    const news = newsOf({
      id: `id ${changes.rule ?? ''} ${node}`,
      node,
      at: this.now,
      firedAt: this.now,
      ...changes,
    });
    const { id, rule, kind, severity, labels, outlook, reason, activeSince, firedAt } = news;
    const about = { kind, severity, labels };
    const times = { activeSince, dueAt: firedAt, firedAt, lastTrueAt: firedAt, seenAt: firedAt };
    const state: AlertState = { id, rule, node, about, phase: 'firing', ...times, reason };
    this.states.set(`${rule} ${node}`, outlook ? { ...state, outlook, predicted: outlook } : state);
    this.dispatcher.take([news], this.now);
    return news;
  }

  /** The forecast of an alert that fires is another now. */
  move(news: AlertNews, changes: Partial<Outlook>, breachedAt?: number): void {
    const key = `${news.rule} ${news.node}`;
    const state = this.states.get(key)!;
    const outlook = outlookOf({ at: this.now, ...changes });
    this.states.set(key, { ...state, outlook, ...(breachedAt === undefined ? {} : { breachedAt }) });
  }

  end(news: AlertNews, changes: Partial<AlertNews> = {}): void {
    this.states.delete(`${news.rule} ${news.node}`);
    const end: AlertNews = {
      ...news,
      state: 'resolved',
      at: this.now,
      reason: 'the process has been restarted',
      outcome: { result: 'averted' },
      ...changes,
    };
    this.past.push(end);
    this.dispatcher.take([end], this.now);
  }

  /** Time passes in steps of a second, as rounds of the service do; what is said is kept by the ledger. */
  async pass(ms: number): Promise<Message[]> {
    const until = this.now + ms;
    const before = this.said.length;
    for (;;) {
      await this.commit();
      if (this.now >= until) break;
      this.now = Math.min(until, this.now + SECOND);
    }
    return this.said.slice(before);
  }

  async commit(): Promise<void> {
    const { messages, entries } = this.dispatcher.flush(this.now);
    if (messages.length === 0 && entries.length === 0) return;
    await this.ledger.append(entries);
    this.said.push(...messages);
    this.dispatcher.settled();
  }
}

/** `new firing r-1,r-2 -> mail`, a message in short. */
export function short({ occasion, state, alerts, channels }: Message): string {
  return `${occasion} ${state} ${alerts.map(({ node }) => node).join(',')} -> ${channels.join(',')}`;
}
