import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { parseDuration } from '../telemetry/index.js';
import { durationOption } from './duration-option.js';

const duration = durationOption('1m');

/** A dead man's switch: an address elsewhere that expects to be called, and speaks up when it is not. */
export const heartbeatOptions = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://hc.example.org/ping/ID' })
    .describe('Called while the service takes samples, looks at rules and keeps what it must.')
    .meta({ secret: true }),
  every: duration.default('1m').describe('How often to call it.'),
  method: z.enum(['GET', 'POST', 'HEAD']).default('GET').describe('How to call it.'),
  timeout: duration.default('10s').describe('How long it may take to answer.'),
});

export type HeartbeatOptions = z.infer<typeof heartbeatOptions>;

export interface HeartbeatContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Why the service does not do its work; undefined while it does. */
  readonly unwell: () => string | undefined;
}

/** How the last call went. `at` is unix ms. */
export interface Beat {
  readonly at: number;
  readonly outcome: 'sent' | 'failed' | 'withheld';
  /** Why, where it was not sent; never the address. */
  readonly reason: string | null;
}

export interface Heartbeat {
  /** Undefined before the first. */
  last(): Beat | undefined;
  end(): void;
}

/** Calls the address for as long as the service is well, and is silent when it is not. */
export function startHeartbeat(options: HeartbeatOptions, context: HeartbeatContext): Heartbeat {
  const { clock, log, metrics, unwell } = context;
  const everyMs = parseDuration(options.every) ?? 60_000;
  const timeoutMs = parseDuration(options.timeout) ?? 10_000;
  const beats = new Counter({
    name: 'headroom_heartbeats_total',
    help: 'Calls of the heartbeat address: sent, failed, or withheld because the service was not well.',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  let cancel = (): void => {};
  let isClosed = false;
  let last: Beat | undefined;
  const note = (outcome: Beat['outcome'], reason: string | null): void => {
    last = { at: clock.now(), outcome, reason };
    beats.inc({ outcome });
  };
  const beat = async (): Promise<void> => {
    const why = unwell();
    if (why !== undefined) {
      note('withheld', why);
      log.error({ why }, 'heartbeat: withheld, the service does not do its work');
      return;
    }
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(options.url, { method: options.method, redirect: 'manual', signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      note('sent', null);
    } catch (error) {
      const { cause, message } = error as Error;
      // The address is a secret, and some errors name it.
      const text = cause instanceof Error && 'code' in cause ? String(cause.code) : message;
      const reason = text.replaceAll(options.url, '***');
      note('failed', reason);
      log.warn({ reason }, 'heartbeat: the address could not be called');
    }
  };
  const next = (): void => {
    void beat().finally(() => {
      if (!isClosed) cancel = clock.after(everyMs, next);
    });
  };
  next();
  return {
    last: () => last,
    end: () => {
      isClosed = true;
      cancel();
    },
  };
}
