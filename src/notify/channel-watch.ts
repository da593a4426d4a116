import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import { type AlertNews, serviceNews } from '../alert/index.js';
import type { Clock } from '../clock.js';
import { asProblem } from '../problem.js';
import type { Channel } from './contract.js';

/** A channel that works is asked again after a day, one that fails sooner. */
const CHECK_MS = 24 * 3_600_000;
const CHECK_FAILING_MS = 5 * 60_000;
/** A start has better things to do first. */
const FIRST_CHECK_MS = 2_000;

/** How a channel was found. Times are unix ms. */
export interface ChannelHealth {
  readonly state: 'unknown' | 'up' | 'failing';
  /** When it was last asked, or used. */
  readonly at: number | null;
  /** Since when it has been in this state. */
  readonly since: number | null;
  readonly problem: { readonly code: string; readonly message: string; readonly cure: string } | null;
}

export interface ChannelWatchOptions {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Told when a channel begins to fail, and when it works again. */
  readonly onNews: (news: AlertNews) => void;
}

const UNKNOWN: ChannelHealth = { state: 'unknown', at: null, since: null, problem: null };

/**
 * Asks every channel at the start and daily whether its receiver could be reached, and learns from deliveries in between. One
 * that fails is an alert of its own, told through the others.
 */
export class ChannelWatch {
  readonly #options: ChannelWatchOptions;
  readonly #up: Gauge;
  readonly #health = new Map<string, ChannelHealth>();
  readonly #alerts = new Map<string, AlertNews>();
  readonly #cancels = new Map<string, () => void>();
  #isClosed = false;

  constructor(options: ChannelWatchOptions) {
    this.#options = options;
    const { channels, metrics } = options;
    this.#up = new Gauge({
      name: 'headroom_channel_up',
      help: '1 when a channel could be reached when last asked or used, 0 when not; absent before.',
      labelNames: ['channel'],
      registers: [metrics],
    });
    for (const name of channels.keys()) this.#plan(name, FIRST_CHECK_MS);
  }

  of(channel: string): ChannelHealth {
    return this.#health.get(channel) ?? UNKNOWN;
  }

  /** Asks one channel now. */
  async check(name: string): Promise<ChannelHealth> {
    const channel = this.#options.channels.get(name);
    if (!channel) return UNKNOWN;
    try {
      await channel.check();
      this.note(name, undefined);
    } catch (error) {
      this.note(name, error);
    }
    return this.of(name);
  }

  /** What came of using a channel: an error, or undefined for success. */
  note(name: string, error: unknown): void {
    const { clock, log, onNews } = this.#options;
    const now = clock.now();
    const before = this.of(name);
    const problem = error === undefined ? undefined : asProblem(error);
    const state = problem ? 'failing' : 'up';
    const since = before.state === state ? before.since : now;
    const told = problem ? { code: problem.code, message: problem.message, cure: problem.cure } : null;
    this.#health.set(name, { state, at: now, since, problem: told });
    this.#up.set({ channel: name }, problem ? 0 : 1);
    if (before.state === state) return;
    if (problem) {
      log.error({ channel: name, err: problem }, 'notify: a channel fails');
      const news = failureNews(name, problem.message, now);
      this.#alerts.set(name, news);
      onNews(news);
      return;
    }
    const alert = this.#alerts.get(name);
    if (!alert) return;
    this.#alerts.delete(name);
    log.info({ channel: name }, 'notify: a channel works again');
    onNews({ ...alert, state: 'resolved', at: now, reason: `channel ${name} works again` });
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#cancels.values()) cancel();
  }

  #plan(name: string, ms: number): void {
    if (this.#isClosed) return;
    const next = (): void => {
      void this.check(name).then(({ state }) =>
        this.#plan(name, state === 'failing' ? CHECK_FAILING_MS : CHECK_MS),
      );
    };
    this.#cancels.set(name, this.#options.clock.after(ms, next));
  }
}

function failureNews(channel: string, why: string, at: number): AlertNews {
  const reason = `messages through channel ${channel} do not arrive: ${why}`;
  const facts = { rule: 'ChannelFailing', severity: 'page', labels: { channel }, reason, at };
  return serviceNews(facts, ['channel', channel, at]);
}
